/** Worker threads of which none may hang: where a task takes too long, all are replaced by new ones. */
import type { Piscina } from "piscina";
import { AppError } from "../errors.ts";

export class WatchedThreads {
	readonly #start: () => Piscina;
	readonly #deadlineMs: number;
	#pool: Piscina;

	/**
	 * @param start starts the threads
	 * @param deadlineMs how long a task may take, its wait for a thread included
	 */
	constructor(start: () => Piscina, deadlineMs: number) {
		this.#start = start;
		this.#deadlineMs = deadlineMs;
		this.#pool = start();
	}

	get numThreads(): number {
		return this.#pool.options.maxThreads;
	}

	/** Runs a task without a deadline: for what may take its time, once. */
	runPatiently<T>(name: string, task?: unknown): Promise<T> {
		return this.#pool.run(task, { name });
	}

	/**
	 * Runs a task.
	 * @param name of the worker's function
	 * @throws AppError ENGINE_UNAVAILABLE where it, or one beside it, takes too long
	 */
	async run<T>(name: string, task?: unknown): Promise<T> {
		const pool = this.#pool;
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => {
				this.#replace(pool);
				reject(this.#hung());
			}, this.#deadlineMs);
		});
		try {
			return await Promise.race([pool.run(task, { name }) as Promise<T>, late]);
		} catch (error) {
			throw pool === this.#pool ? error : this.#hung(error);
		} finally {
			clearTimeout(timer);
		}
	}

	/** Waits for tasks that are under way. */
	async close(): Promise<void> {
		await this.#pool.close();
	}

	async destroy(): Promise<void> {
		await this.#pool.destroy();
	}

	#replace(hung: Piscina): void {
		if (hung !== this.#pool) return;
		this.#pool = this.#start();
		// not awaited: a thread that hangs in native code can't be ended before the process is
		hung.destroy().catch(() => {});
	}

	#hung(cause?: unknown): AppError {
		return new AppError(
			"ENGINE_UNAVAILABLE",
			`The face engine did not answer within ${this.#deadlineMs / 1000} seconds and is started anew.`,
			{ hint: "Try again in a few seconds.", cause },
		);
	}
}
