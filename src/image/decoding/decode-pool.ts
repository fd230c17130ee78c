/**
 * Decodes photos in a few processes of their own. libvips can't be stopped once it runs, a broken file may crash it, and
 * one of a kilobyte may take gigabytes: a process can be killed, and takes nothing with it. Two bounds hold for all
 * processes together: how many there are, and how much memory they may take.
 */
import { AppError } from "../../errors.ts";
import { outOfMemory } from "../../out-of-memory.ts";
import type { DecodedPhoto, DecodeOptions } from "../decode-photo.ts";
import { Budget } from "./budget.ts";
import { ChildDecoder, DecoderDied, DecoderKilled, tooMuch } from "./child-decoder.ts";
import type { DecodeNeed } from "./memory-need.ts";

export interface DecodePoolOptions {
	/** Photos that are decoded at a time, each in a process of its own. */
	readonly maxProcesses: number;
	/** Memory that all of them may take together for their photos, in bytes. */
	readonly budgetBytes: number;
	/** Variables of the processes. */
	readonly environment: NodeJS.ProcessEnv;
	/** Milliseconds of the processor that decoding one photo may take. Default 10 s. */
	readonly maxWorkMs?: number;
	/** How long a process may read or decode one photo before another one does. Default 20 s. */
	readonly deadlineMs?: number;
	/** How long a process may take to start. Default 60 s. */
	readonly startMs?: number;
	/** How long a process waits for work before it ends; one always stays. Default 30 s. */
	readonly idleMs?: number;
}

type DecoderWork<T> = (decoder: ChildDecoder) => Promise<T>;

/** What one photo may take of the budget, so that another one still has a chance. */
const MOST_OF_BUDGET = 0.75;
const DEFAULT_WORK_MS = 10_000;
/** An ordinary photo takes a tenth of a second on an idle machine. */
const DEFAULT_DEADLINE_MS = 20_000;
/** Half a second on an idle machine. */
const DEFAULT_START_MS = 60_000;
const DEFAULT_IDLE_MS = 30_000;

export class DecodePool {
	readonly #turns: Budget;
	readonly #memory: Budget;
	readonly #environment: NodeJS.ProcessEnv;
	readonly #maxWorkMs: number;
	readonly #deadlineMs: number;
	readonly #startMs: number;
	readonly #idleMs: number;
	/** The one that was used last comes last. */
	readonly #idle: ChildDecoder[] = [];
	readonly #all = new Set<ChildDecoder>();
	readonly #idleTimers = new Map<ChildDecoder, NodeJS.Timeout>();
	#isClosed = false;

	constructor(options: DecodePoolOptions) {
		this.#turns = new Budget(options.maxProcesses);
		this.#memory = new Budget(options.budgetBytes);
		this.#environment = options.environment;
		this.#maxWorkMs = options.maxWorkMs ?? DEFAULT_WORK_MS;
		this.#deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
		this.#startMs = options.startMs ?? DEFAULT_START_MS;
		this.#idleMs = options.idleMs ?? DEFAULT_IDLE_MS;
		this.#startSpare();
	}

	/** Photos that are being read or decoded. */
	get numBusy(): number {
		return this.#turns.taken;
	}

	/** Memory that is set aside for them, in bytes. */
	get bytesTaken(): number {
		return this.#memory.taken;
	}

	/** Process ids, for whoever measures. */
	get processIds(): number[] {
		return [...this.#all].flatMap(({ pid }) => pid ?? []);
	}

	/**
	 * What decoding a photo would need, by its header.
	 * @throws AppError as decodePhoto; PHOTO_TOO_DEMANDING where it needs more than there is; the signal's reason
	 */
	measure(bytes: Uint8Array, options: DecodeOptions = {}, signal?: AbortSignal): Promise<DecodeNeed> {
		return this.#use(async (decoder) => {
			const need = await this.#read(decoder, bytes, options);
			decoder.forget();
			return need;
		}, signal);
	}

	/**
	 * As decodePhoto. What it was doing has ended once this settles, also when the signal aborts: the process is killed,
	 * or comes to its end with a photo that takes less time than another process would need to start.
	 * @throws AppError as decodePhoto; PHOTO_TOO_DEMANDING where it takes too much memory or time, or a decoder
	 * crashes over it twice; ENGINE_UNAVAILABLE where none can be started; OUT_OF_MEMORY where the system ends them
	 */
	decode(bytes: Uint8Array, options: DecodeOptions = {}, signal?: AbortSignal): Promise<DecodedPhoto> {
		return this.#use(async (decoder) => {
			const need = await this.#read(decoder, bytes, options);
			const giveBack = await this.#memory.take(need.bytes, signal).catch((reason: unknown) => {
				decoder.forget();
				throw reason;
			});
			const kill = () => void decoder.kill();
			if (need.isHeavy) signal?.addEventListener("abort", kill, { once: true });
			try {
				const pixels = decoder.decode({ maxBytes: need.bytes, maxWorkMs: this.#maxWorkMs });
				return await inTime(decoder, pixels, this.#deadlineMs);
			} finally {
				signal?.removeEventListener("abort", kill);
				giveBack();
			}
		}, signal);
	}

	/** Ends all processes; photos that are being decoded fail. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (const timer of this.#idleTimers.values()) clearTimeout(timer);
		await Promise.all([...this.#all].map((decoder) => decoder.kill()));
	}

	async #use<T>(work: DecoderWork<T>, signal: AbortSignal | undefined): Promise<T> {
		const leave = await this.#turns.take(1, signal);
		try {
			const result = await this.#tryTwice(work, signal);
			signal?.throwIfAborted();
			return result;
		} catch (error) {
			throw signal?.aborted ? signal.reason : error;
		} finally {
			leave();
		}
	}

	/**
	 * A process may die, or be stopped, by somebody else's fault, as the machine's memory runs out: only a second death is
	 * the photo's, and none of a process that had not been handed it.
	 */
	async #tryTwice<T>(work: DecoderWork<T>, signal: AbortSignal | undefined): Promise<T> {
		try {
			return await this.#tryOnce(work, this.#wake(), signal);
		} catch (error) {
			if (signal?.aborted || this.#isClosed || !(error instanceof DecoderDied)) throw error;
		}
		// one that waits may be dead too, and nobody has noticed yet
		try {
			return await this.#tryOnce(work, this.#start(), signal);
		} catch (error) {
			if (error instanceof DecoderNeverStarted) throw unavailable(error);
			if (error instanceof DecoderKilled) throw outOfMemory(error);
			throw error instanceof DecoderDied ? tooMuch("the decoder broke down over it") : error;
		}
	}

	async #tryOnce<T>(
		work: DecoderWork<T>,
		decoder: ChildDecoder,
		signal: AbortSignal | undefined,
	): Promise<T> {
		try {
			decoder.goOn();
			// how long a process takes to start is not the photo's fault; it goes on where nobody waits any more
			const ready = inTime(decoder, decoder.ready, this.#startMs).catch((cause: unknown) => {
				throw new DecoderNeverStarted("A decoding process ended before it was ready.", { cause });
			});
			await unlessAborted(ready, signal);
			return await work(decoder);
		} finally {
			this.#rest(decoder);
		}
	}

	async #read(decoder: ChildDecoder, bytes: Uint8Array, options: DecodeOptions): Promise<DecodeNeed> {
		const need = await inTime(decoder, decoder.read(bytes, options), this.#deadlineMs);
		const most = this.#memory.total * MOST_OF_BUDGET;
		if (need.bytes <= most) return need;
		decoder.forget();
		throw tooMuch(`${megabytes(need.bytes)} MB of memory, and there are ${megabytes(most)}`);
	}

	#wake(): ChildDecoder {
		for (let decoder = this.#idle.pop(); decoder; decoder = this.#idle.pop()) {
			clearTimeout(this.#idleTimers.get(decoder));
			if (decoder.isAlive) return decoder;
		}
		return this.#start();
	}

	#rest(decoder: ChildDecoder): void {
		if (!decoder.isAlive) {
			if (this.#idle.length === 0 && !this.#isClosed) this.#startSpare();
			return;
		}
		this.#idle.push(decoder);
		const end = () => {
			if (this.#idle.length > 1) void this.#idle.splice(this.#idle.indexOf(decoder), 1)[0]?.kill();
		};
		this.#idleTimers.set(decoder, setTimeout(end, this.#idleMs).unref());
	}

	/** The next photo does not wait for a process to start. */
	#startSpare(): void {
		try {
			this.#rest(this.#start());
		} catch {
			// it tries again, and is told
		}
	}

	/** @throws DecoderNeverStarted */
	#start(): ChildDecoder {
		const decoder = this.#fork();
		this.#all.add(decoder);
		void decoder.ended.then(() => {
			this.#all.delete(decoder);
			this.#idleTimers.delete(decoder);
		});
		return decoder;
	}

	#fork(): ChildDecoder {
		try {
			return new ChildDecoder(this.#environment);
		} catch (cause) {
			throw new DecoderNeverStarted("No decoding process could be started.", { cause });
		}
	}
}

/**
 * What a process was asked for. Photos have bounds of their own: a process that says nothing for so long has been stopped,
 * or hangs, and is killed, so that another one does it.
 * @throws DecoderDied
 */
async function inTime<T>(decoder: ChildDecoder, answer: Promise<T>, deadlineMs: number): Promise<T> {
	const timer = setTimeout(() => void decoder.kill(), deadlineMs);
	try {
		return await answer;
	} finally {
		clearTimeout(timer);
	}
}

/** What is awaited, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	return new Promise((resolve, reject) => {
		const giveUp = () => reject(signal?.reason);
		signal?.addEventListener("abort", giveUp, { once: true });
		if (signal?.aborted) giveUp();
		awaited.then(resolve, reject).finally(() => signal?.removeEventListener("abort", giveUp));
	});
}

/** The machine has no room for another process, or the program's files are being replaced. */
class DecoderNeverStarted extends DecoderDied {}

function unavailable(cause: Error): AppError {
	return new AppError(
		"ENGINE_UNAVAILABLE",
		"Expected a process to decode the photo but none could be started.",
		{
			hint: "The photo is not to blame: try again in a minute.",
			cause,
		},
	);
}

function megabytes(bytes: number): number {
	return Math.floor(bytes / 1e6);
}
