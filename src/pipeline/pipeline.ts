/**
 * A chain of verbs over one photo or thousands: lazy, ordered, with bounded concurrency. A photo that fails at one
 * step skips the others and comes out as a failed outcome; the rest go on.
 */
import { pMapIterable } from "p-map";

/** One verb: a plain function that can be tested alone and swapped. */
export type Step<A, B> = (value: A) => B | Promise<B>;

/** A verb that works better on several values at once; its results are in the order of the values. */
export type BatchStep<A, B> = (values: readonly A[]) => Promise<readonly B[]>;

export interface StepOptions {
	/** How many values may be in this step at a time. Default 1. */
	readonly concurrency?: number;
}

export interface BatchOptions {
	/** Most values per call; the last batch may be smaller. */
	readonly size: number;
}

interface Travelled<In> {
	readonly input: In;
	/** Milliseconds per step that ran, in their order; a batch's time is shared evenly by its values. */
	readonly timings: Readonly<Record<string, number>>;
}

export interface Arrived<In, Out> extends Travelled<In> {
	readonly ok: true;
	readonly value: Out;
}

export interface Failed<In> extends Travelled<In> {
	readonly ok: false;
	/** Name of the step that failed. */
	readonly step: string;
	readonly error: unknown;
}

/** What became of one input: exactly one outcome each, in the order of the inputs. */
export type Outcome<In, Out> = Arrived<In, Out> | Failed<In>;

type Source<T> = Iterable<T> | AsyncIterable<T>;

/** Immutable: each verb returns a longer pipeline. Nothing runs before `outcomes` or `only` is called. */
export class Pipeline<In, Out> {
	readonly #open: (signal?: AbortSignal) => AsyncIterable<Outcome<In, Out>>;

	private constructor(open: (signal?: AbortSignal) => AsyncIterable<Outcome<In, Out>>) {
		this.#open = open;
	}

	/** A pipeline that hands on its inputs as they are. The source is read only as fast as the steps go. */
	static from<T>(source: Source<T>): Pipeline<T, T> {
		return new Pipeline(async function* () {
			for await (const input of source) yield { ok: true, input, value: input, timings: {} };
		});
	}

	/**
	 * Adds a verb.
	 * @param name as it appears in timings and in failed outcomes
	 */
	step<Next>(name: string, verb: Step<Out, Next>, { concurrency = 1 }: StepOptions = {}): Pipeline<In, Next> {
		return new Pipeline((signal) =>
			pMapIterable(
				this.#open(signal),
				async (outcome: Outcome<In, Out>): Promise<Outcome<In, Next>> => {
					if (!outcome.ok) return outcome;
					const [next] = await attempt(
						name,
						[outcome],
						async ([value]) => [await verb(value as Out)],
						signal,
					);
					return next as Outcome<In, Next>;
				},
				{ concurrency },
			),
		);
	}

	/** Adds a verb that takes up to `size` values at a time; failed values do not count. */
	batch<Next>(name: string, verb: BatchStep<Out, Next>, { size }: BatchOptions): Pipeline<In, Next> {
		const open = this.#open;
		return new Pipeline(async function* (signal) {
			let waiting: Outcome<In, Out>[] = [];
			for await (const outcome of open(signal)) {
				waiting.push(outcome);
				if (waiting.filter(({ ok }) => ok).length === size) {
					yield* await attemptBatch(name, waiting, verb, signal);
					waiting = [];
				}
			}
			yield* await attemptBatch(name, waiting, verb, signal);
		});
	}

	/**
	 * Runs the pipeline, one outcome per input in the order of the inputs.
	 * @param signal aborts between steps: the iteration then throws the signal's reason
	 */
	outcomes(signal?: AbortSignal): AsyncIterable<Outcome<In, Out>> {
		return this.#open(signal);
	}

	/** Runs a pipeline of one input and returns its arrived outcome; a failure is thrown as it is. */
	async only(signal?: AbortSignal): Promise<Arrived<In, Out>> {
		for await (const outcome of this.outcomes(signal)) {
			if (outcome.ok) return outcome;
			throw outcome.error;
		}
		throw new RangeError("Expected one input but the pipeline has none.");
	}
}

/** Calls the verb on the values of all outcomes; if it throws, all of them fail at this step. */
async function attempt<In, A, B>(
	name: string,
	arrived: readonly Arrived<In, A>[],
	verb: BatchStep<A, B>,
	signal: AbortSignal | undefined,
): Promise<Outcome<In, B>[]> {
	signal?.throwIfAborted();
	const start = performance.now();
	const timed = ({ timings }: Travelled<In>) => ({
		...timings,
		[name]: (performance.now() - start) / arrived.length,
	});
	try {
		const values = await verb(arrived.map(({ value }) => value));
		return arrived.map((outcome, i) => ({
			ok: true,
			input: outcome.input,
			value: values[i] as B,
			timings: timed(outcome),
		}));
	} catch (error) {
		return arrived.map((outcome) => ({
			ok: false,
			input: outcome.input,
			step: name,
			error,
			timings: timed(outcome),
		}));
	}
}

/** Runs the arrived ones of a batch and puts the results back between the failed ones, order kept. */
async function attemptBatch<In, A, B>(
	name: string,
	outcomes: readonly Outcome<In, A>[],
	verb: BatchStep<A, B>,
	signal: AbortSignal | undefined,
): Promise<Outcome<In, B>[]> {
	const arrived = outcomes.filter((outcome) => outcome.ok);
	if (arrived.length === 0) return outcomes.filter((outcome) => !outcome.ok);
	const results = (await attempt(name, arrived, verb, signal)).values();
	return outcomes.map((outcome) => (outcome.ok ? (results.next().value as Outcome<In, B>) : outcome));
}
