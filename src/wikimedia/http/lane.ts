/** A queue to one service: so many requests at a time, so many per second, and pauses for all when it asks for one. */
import { setTimeout as delay } from "node:timers/promises";

export interface LaneOptions {
	/** Requests under way at a time. */
	readonly concurrency: number;
	/** Least time between the starts of two. */
	readonly spacingMs: number;
	readonly signal?: AbortSignal | undefined;
}

export class Lane {
	readonly #concurrency: number;
	readonly #spacingMs: number;
	readonly #signal: AbortSignal | undefined;
	#numActive = 0;
	/** Called one by one as places become free. */
	readonly #waiting: (() => void)[] = [];
	/** Nothing starts before. */
	#closedUntilMs = 0;

	constructor({ concurrency, spacingMs, signal }: LaneOptions) {
		this.#concurrency = concurrency;
		this.#spacingMs = spacingMs;
		this.#signal = signal;
	}

	/** @throws whatever `request` throws; the signal's reason */
	async run<T>(request: () => Promise<T>): Promise<T> {
		if (this.#numActive < this.#concurrency) this.#numActive++;
		// whoever ends hands on its place
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
		try {
			await this.#opening();
			return await request();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#numActive--;
		}
	}

	/** Starts nothing for so long from now on. */
	pause(ms: number): void {
		this.#closedUntilMs = Math.max(this.#closedUntilMs, performance.now() + ms);
	}

	/** Starts nothing for so long after what was charged before: keeps a mean rate, e.g. of bytes. */
	charge(ms: number): void {
		this.#closedUntilMs = Math.max(this.#closedUntilMs, performance.now()) + ms;
	}

	/** The lane may be closed again, and for longer, while somebody waits. */
	async #opening(): Promise<void> {
		for (;;) {
			this.#signal?.throwIfAborted();
			const waitMs = this.#closedUntilMs - performance.now();
			if (waitMs <= 0) break;
			await delay(waitMs, undefined, this.#signal && { signal: this.#signal }).catch((error: unknown) => {
				this.#signal?.throwIfAborted();
				throw error;
			});
		}
		this.pause(this.#spacingMs);
	}
}
