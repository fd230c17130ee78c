/**
 * The room before the face engine: few photos are worked on at a time, some more may wait, and whoever comes
 * then is told when to come back, before their upload is read into memory.
 */
import PQueue from "p-queue";
import { AppError } from "../errors.ts";

export interface MatchQueueOptions {
	/** Photos that are worked on at a time. */
	readonly maxActive: number;
	/** Photos that may wait beyond those. */
	readonly maxQueued: number;
}

/** Held from a request's arrival to its end, so that uploads in memory are bounded too. */
export interface Place {
	/** Waits for a turn and runs the task; a signal that aborts ends the waiting, or the running at its next step. */
	run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
	/** Gives the place back; may be called more than once. */
	leave(): void;
}

/** What a photo takes before one has been measured. */
const ASSUMED_TASK_MS = 1000;
/** How much one measurement moves the running mean of the task times. */
const MEAN_WEIGHT = 0.2;
const MAX_RETRY_AFTER_S = 60;

export class MatchQueue {
	readonly #queue: PQueue;
	readonly #numPlaces: number;
	readonly #maxActive: number;
	#numTaken = 0;
	#meanTaskMs = ASSUMED_TASK_MS;

	constructor({ maxActive, maxQueued }: MatchQueueOptions) {
		this.#queue = new PQueue({ concurrency: maxActive });
		this.#maxActive = maxActive;
		this.#numPlaces = maxActive + maxQueued;
	}

	/** @throws AppError SERVER_BUSY when every place is taken */
	enter(): Place {
		if (this.#numTaken >= this.#numPlaces) {
			throw new AppError("SERVER_BUSY", `All ${this.#numPlaces} places for photos are taken.`, {
				hint: `Try again in ${plural(this.retryAfterS, "second")}.`,
			});
		}
		this.#numTaken++;
		let isHeld = true;
		return {
			run: (task, signal) => this.#run(task, signal),
			leave: () => {
				if (isHeld) this.#numTaken--;
				isHeld = false;
			},
		};
	}

	/** Whole seconds, at least 1, after which a place should be free. */
	get retryAfterS(): number {
		const waitMs = (this.#numTaken / this.#maxActive) * this.#meanTaskMs;
		return Math.min(MAX_RETRY_AFTER_S, Math.max(1, Math.ceil(waitMs / 1000)));
	}

	/** Photos that have a place at the moment. */
	get numTaken(): number {
		return this.#numTaken;
	}

	#run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
		return this.#queue.add(
			async () => {
				const start = performance.now();
				const result = await task();
				this.#meanTaskMs += (performance.now() - start - this.#meanTaskMs) * MEAN_WEIGHT;
				return result;
			},
			{ signal },
		);
	}
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
