/**
 * A DecodePool in a thread of its own. To start a process, the system copies the table of the server's memory, and Node
 * holds the thread that asked until the other program runs, on a busy machine for a tenth of a second: the server's own
 * is everybody's. What goes through pipes is read and written there, too.
 */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import { siblingScript } from "../../sibling-script.ts";
import type { DecodedPhoto, DecodeOptions } from "../decode-photo.ts";
import type { DecodePoolOptions } from "./decode-pool.ts";
import type { DecodeNeed } from "./memory-need.ts";
import type { DecodingCounts, ThreadAnswer, ThreadOrder, ThreadReport } from "./thread-messages.ts";

interface Asked {
	readonly resolve: (answer: ThreadAnswer) => void;
	readonly reject: (error: unknown) => void;
}

/** Copied in a millisecond or two. */
const SLICE_BYTES = 2 ** 20;

export class DecodeThread {
	readonly #worker: Worker;
	/** Resolves once the thread is gone. */
	readonly #ended: Promise<unknown>;
	readonly #asked = new Map<number, Asked>();
	#lastId = 0;
	#isOver = false;

	/** @param options of its pool */
	constructor({ environment, ...options }: DecodePoolOptions) {
		const { url, execArgv } = siblingScript("decode-worker", import.meta.url);
		// what stands for the environment of this process can't be handed over
		const workerData = { ...options, environment: { ...environment } } satisfies DecodePoolOptions;
		this.#worker = new Worker(url, { workerData, execArgv });
		this.#worker.on("message", (report: ThreadReport) => this.#hear(report));
		this.#ended = once(this.#worker, "exit").then(() => {
			this.#isOver = true;
			for (const { reject } of this.#asked.values()) reject(wasEnded());
		});
		// a server that has nothing else to do may end
		this.#worker.unref();
	}

	/** As DecodePool's. */
	async measure(bytes: Uint8Array, options: DecodeOptions = {}, signal?: AbortSignal): Promise<DecodeNeed> {
		return (await this.#askAbout("measure", bytes, options, signal)) as DecodeNeed;
	}

	/** As DecodePool's. */
	async decode(bytes: Uint8Array, options: DecodeOptions = {}, signal?: AbortSignal): Promise<DecodedPhoto> {
		return (await this.#askAbout("decode", bytes, options, signal)) as DecodedPhoto;
	}

	async counts(): Promise<DecodingCounts> {
		const id = ++this.#lastId;
		return (await this.#ask({ kind: "count", id })) as DecodingCounts;
	}

	/** Ends all processes, and then the thread; photos that are being decoded fail. May be called more than once. */
	async close(): Promise<void> {
		this.#tell({ kind: "close" });
		await this.#ended;
	}

	async #askAbout(
		kind: "measure" | "decode",
		bytes: Uint8Array,
		{ maxSidePx, maxPixels }: DecodeOptions,
		signal: AbortSignal | undefined,
	): Promise<ThreadAnswer> {
		signal?.throwIfAborted();
		const copy = await copyInSlices(bytes);
		signal?.throwIfAborted();
		const id = ++this.#lastId;
		const options = { ...(maxSidePx && { maxSidePx }), ...(maxPixels && { maxPixels }) };
		const leave = () => this.#tell({ kind: "abort", id });
		signal?.addEventListener("abort", leave, { once: true });
		try {
			return await this.#ask({ kind, id, bytes: copy, options }, [copy.buffer]);
		} finally {
			signal?.removeEventListener("abort", leave);
			signal?.throwIfAborted();
		}
	}

	#ask(order: Extract<ThreadOrder, { id: number }>, moved: ArrayBuffer[] = []): Promise<ThreadAnswer> {
		return new Promise((resolve, reject) => {
			if (this.#isOver) return reject(wasEnded());
			this.#asked.set(order.id, { resolve, reject });
			this.#tell(order, moved);
		});
	}

	#tell(order: ThreadOrder, moved: ArrayBuffer[] = []): void {
		this.#worker.postMessage(order, moved);
	}

	#hear(report: ThreadReport): void {
		const asked = this.#asked.get(report.id);
		this.#asked.delete(report.id);
		if (report.kind === "answer") asked?.resolve(report.answer);
		else if (report.kind === "failure") asked?.reject(report.error);
		else {
			const { code, message, hint } = report;
			asked?.reject(new AppError(code, message, hint === undefined ? {} : { hint }));
		}
	}
}

function wasEnded(): Error {
	return new Error("The thread that decodes was ended.");
}

/** Megabytes in one go would keep the thread from everybody else. */
async function copyInSlices(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	const copy = new Uint8Array(bytes.byteLength);
	for (let start = 0; start < bytes.byteLength; start += SLICE_BYTES) {
		if (start > 0) await setImmediate();
		copy.set(bytes.subarray(start, start + SLICE_BYTES), start);
	}
	return copy;
}
