/** Threads of Node and of browsers behind one interface. */
import type { ErrorCode } from "../../errors.ts";
import type { SearchIndexOptions } from "./search-index.ts";

/** What a building thread is told, once. */
export interface BuildMessage {
	readonly ids: Float64Array;
	readonly vectors: Float32Array;
	readonly options: SearchIndexOptions;
}

/** What it answers: now and then how far it is, then the index's bytes or why there is none. */
export type BuildReply =
	| { readonly done: number; readonly total: number }
	| { readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly code: ErrorCode; readonly message: string };

export interface Port<Sent, Received> {
	post(message: Sent, transfer?: readonly ArrayBuffer[]): void;
	onMessage(listener: (message: Received) => void): void;
	/** Told of what the thread throws and nobody catches, and where it could not begin. */
	onFailure(listener: (error: unknown) => void): void;
	/** Waits for the thread no longer; browsers end it. */
	close(): void;
}

/** The part of browsers' interface that we use: Node's types leave it out. */
interface WebPort {
	postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
	addEventListener(type: string, listener: (event: { data?: unknown; message?: string }) => void): void;
	terminate?(): void;
	close?(): void;
}
type WebWorker = new (url: URL, options: { readonly type: "module" }) => WebPort;

/** @param module that the thread runs */
export async function startThread<Sent, Received>(module: URL): Promise<Port<Sent, Received>> {
	const { Worker: Web } = globalThis as { Worker?: WebWorker };
	if (Web) return fromWeb(new Web(module, { type: "module" }));
	const { Worker } = await import("node:worker_threads");
	const worker = new Worker(module);
	return {
		post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
		onMessage: (listener) => worker.on("message", listener),
		onFailure: (listener) => worker.on("error", listener),
		// it ends by itself once it has answered: ended at work, it now and then takes Node 20 with it (an assertion in
		// GetForegroundTaskRunner, where the machine is busy)
		close: () => worker.unref(),
	};
}

/** To whoever started this thread, which is told once what to do. */
export async function threadPort<Sent, Received>(): Promise<Port<Sent, Received>> {
	if ("Worker" in globalThis || "WorkerGlobalScope" in globalThis) {
		return fromWeb(globalThis as unknown as WebPort);
	}
	const { parentPort } = await import("node:worker_threads");
	if (!parentPort) throw new TypeError("Expected to run in a thread.");
	return {
		post: (message, transfer = []) => parentPort.postMessage(message, [...transfer]),
		// without a listener the thread ends
		onMessage: (listener) => parentPort.once("message", listener),
		onFailure: () => undefined,
		close: () => parentPort.close(),
	};
}

/** Browsers tell of a script that they can't load without a word. */
const NOT_LOADED = "Expected build-worker.js beside build-in-worker.js but the browser could not load it.";

function fromWeb<Sent, Received>(port: WebPort): Port<Sent, Received> {
	return {
		post: (message, transfer = []) => port.postMessage(message, transfer),
		onMessage: (listener) => port.addEventListener("message", ({ data }) => listener(data as Received)),
		onFailure: (listener) =>
			port.addEventListener("error", ({ message }) => listener(new Error(message ?? NOT_LOADED))),
		close: () => (port.terminate ?? port.close)?.call(port),
	};
}
