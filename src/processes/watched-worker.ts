/**
 * A process that answers, watched by the first one: asked every second whether it is there, and ended where it keeps
 * silent. One that was stopped, or whose event loop never comes round, so hands its visitors back to whoever replaces it.
 */
import type { Worker } from "node:cluster";
import type { OrderFromFirst } from "./messages.ts";

/** While it starts, it may be busy for long; while all are told to end, time is short. */
type LifeStage = "starting" | "ready" | "stopping";

export interface WatchOptions {
	/** How often it is asked. */
	readonly everyMs: number;
	/** Questions in a row that may go unanswered. */
	readonly maxUnanswered: Readonly<Record<LifeStage, number>>;
	/** Told before it is ended. */
	readonly onSilent: () => void;
}

/** What passes a connection on: Node's own handle, which lives until it is closed. */
interface ConnectionHandle {
	close(): void;
}

export class WatchedWorker {
	readonly worker: Worker;
	readonly #options: WatchOptions;
	#stage: LifeStage = "starting";
	/** Counted rather than timed: when the whole machine slept, nobody was asked. */
	#numUnanswered = 0;

	constructor(worker: Worker, options: WatchOptions) {
		this.worker = worker;
		this.#options = options;
		const timer = setInterval(() => this.#ask(), options.everyMs);
		worker.once("exit", () => clearInterval(timer));
		closeWhatItNeverTook(worker);
	}

	/** It has said something. */
	hear(): void {
		this.#numUnanswered = 0;
	}

	enter(stage: LifeStage): void {
		this.#stage = stage;
	}

	order(message: OrderFromFirst): void {
		// a failure to send is seen as the end of the process
		if (this.worker.isConnected()) this.worker.send(message, () => {});
	}

	/** Ends it, whatever it does. */
	kill(): void {
		this.worker.process.kill("SIGKILL");
	}

	#ask(): void {
		const { maxUnanswered, onSilent } = this.#options;
		if (this.#numUnanswered++ < maxUnanswered[this.#stage]) {
			this.order({ kind: "alive?" });
		} else {
			onSilent();
			this.kill();
		}
	}
}

/**
 * Node's cluster hands a process one connection after the other, each once the last was taken, and forgets the one that
 * a process had not taken when it died: its visitor would wait for ever. Closing a handle twice does nothing.
 */
function closeWhatItNeverTook(worker: Worker): void {
	const child = worker.process;
	// one that never came to be takes nothing
	if (child.pid === undefined) return;
	const send = child.send.bind(child) as (...message: unknown[]) => boolean;
	let last: ConnectionHandle | undefined;
	child.send = (...message: unknown[]) => {
		const [, handle] = message;
		if (handle && typeof handle === "object" && "close" in handle) last = handle as ConnectionHandle;
		return send(...message);
	};
	worker.once("exit", () => last?.close());
}
