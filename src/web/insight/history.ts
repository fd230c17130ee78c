/** The last half hour of the service in numbers, for people to look at; nothing of any visitor. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";

export interface Sample {
	readonly numAnswers: number;
	readonly numRefusals: number;
	/** 95 of 100 answers took at most this long, in milliseconds; 0 without answers. */
	readonly slowMs: number;
	/** Memory of the server's own process, in bytes. */
	readonly memoryBytes: number;
	/** The longest that anything had to wait for the event loop, in milliseconds. */
	readonly longestDelayMs: number;
}

const EVERY_MS = 20_000;
const NUM_SAMPLES = 90;
/** Answers of one sample whose times are kept. */
const MAX_TIMES = 1000;
const RESOLUTION_MS = 20;

export class History {
	readonly #samples: Sample[] = [];
	readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	#answerMs: number[] = [];
	#numAnswers = 0;
	#numRefusals = 0;

	/** Takes a sample now and then, for as long as the process lives. */
	constructor(everyMs = EVERY_MS) {
		this.#delays.enable();
		setInterval(() => this.takeSample(), everyMs).unref();
	}

	/** Oldest first; the last one is what has happened since the one before. */
	get samples(): readonly Sample[] {
		return [...this.#samples, this.#now()];
	}

	noteAnswer(ms: number): void {
		this.#numAnswers++;
		if (this.#answerMs.length < MAX_TIMES) this.#answerMs.push(ms);
	}

	noteRefusal(): void {
		this.#numRefusals++;
	}

	/** Closes the current sample and begins the next. */
	takeSample(): void {
		this.#samples.push(this.#now());
		if (this.#samples.length > NUM_SAMPLES) this.#samples.shift();
		this.#answerMs = [];
		this.#numAnswers = 0;
		this.#numRefusals = 0;
		this.#delays.reset();
	}

	#now(): Sample {
		const sorted = this.#answerMs.toSorted((a, b) => a - b);
		return {
			numAnswers: this.#numAnswers,
			numRefusals: this.#numRefusals,
			slowMs: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
			memoryBytes: residentBytes(),
			longestDelayMs: Math.max(0, this.#delays.max / 1e6 - RESOLUTION_MS),
		};
	}
}

/** 0 where it can't be told: Node opens a file for it, and there may be none left to open. */
function residentBytes(): number {
	try {
		return process.memoryUsage.rss();
	} catch {
		return 0;
	}
}
