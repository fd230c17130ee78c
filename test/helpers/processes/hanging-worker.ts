/** Stands in for the nets' worker thread: its first detection never ends, in the middle of which it heeds nothing. */
import { workerData } from "node:worker_threads";

const { hang } = workerData as { hang: Int32Array };

export const load = () => ({ description: "hanging" });

export function detect(): { boxes: Float32Array; scores: Float32Array } {
	if (Atomics.exchange(hang, 0, 0) === 1) for (;;);
	return { boxes: new Float32Array(), scores: new Float32Array() };
}
