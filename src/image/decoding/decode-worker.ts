/** The thread of a DecodeThread: its pool, asked by messages. It ends by itself once it is told to. */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import { DecodePool, type DecodePoolOptions } from "./decode-pool.ts";
import type { ThreadOrder, ThreadReport } from "./thread-messages.ts";

const port = parentPort;
if (!port) throw new Error("Expected to be started as a thread.");
const pool = new DecodePool(workerData as DecodePoolOptions);
/** By the numbers of what they are asked. */
const leaving = new Map<number, AbortController>();

port.on("message", async (order: ThreadOrder) => {
	switch (order.kind) {
		case "measure":
		case "decode":
			report(await answer(order));
			break;
		case "abort":
			leaving.get(order.id)?.abort();
			break;
		case "count": {
			const { numBusy, bytesTaken, processIds } = pool;
			report({ id: order.id, kind: "answer", answer: { numBusy, bytesTaken, processIds } });
			break;
		}
		case "close":
			await pool.close();
			port.close();
	}
});

async function answer({ kind, id, bytes, options }: Extract<ThreadOrder, { bytes: unknown }>) {
	const left = new AbortController();
	leaving.set(id, left);
	try {
		return { id, kind: "answer", answer: await pool[kind](bytes, options, left.signal) } as const;
	} catch (error) {
		if (!(error instanceof AppError)) return { id, kind: "failure", error } as const;
		const { code, message, hint } = error;
		return { id, kind: "refusal", code, message, hint } as const;
	} finally {
		leaving.delete(id);
	}
}

function report(message: ThreadReport): void {
	const pixels = message.kind === "answer" && "data" in message.answer ? message.answer.data : undefined;
	port?.postMessage(message, pixels ? [pixels.buffer as ArrayBuffer] : []);
}
