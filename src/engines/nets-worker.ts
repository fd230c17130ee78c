/** A worker thread that holds the nets of one engine, so that their work never blocks the event loop. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { workerData } from "node:worker_threads";
import { AppError, type ErrorCode } from "../errors.ts";
import type { EngineName } from "../faces/face-engine.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { EmbeddingChoice } from "../nets/embedding-weights.ts";
import type { RawDetections } from "../nets/face-nets.ts";
import { loadNets } from "./load-nets.ts";

export interface WorkerData {
	readonly engine: EngineName;
	readonly embedding: EmbeddingChoice;
	/** Threads that share each run of a net. */
	readonly numThreads: number;
}

/** An AppError as data: an error that crosses threads arrives without its code. */
export interface LoadFailure {
	readonly code: ErrorCode;
	readonly message: string;
	readonly hint: string | undefined;
}

const { engine, embedding, numThreads } = workerData as WorkerData;
// kept from running off as an unhandled rejection: `load` reports it
const loading = loadNets(engine, embedding, numThreads).then(
	(nets) => {
		dropLoadingGarbage();
		return { nets };
	},
	(error: unknown) => ({ error }),
);

/** Waits for the nets: the first task of every worker. */
export async function load(): Promise<{ description: string } | { failure: LoadFailure }> {
	const loaded = await loading;
	if ("nets" in loaded) return { description: loaded.nets.description };
	if (!(loaded.error instanceof AppError)) throw loaded.error;
	const { code, message, hint } = loaded.error;
	return { failure: { code, message, hint } };
}

export async function detect(task: { frame: RgbImage; minScore: number }): Promise<RawDetections> {
	return (await loadedNets()).detect(task.frame, task.minScore);
}

export async function locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]> {
	return (await loadedNets()).locateLandmarks(crops);
}

export async function embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
	return (await loadedNets()).embed(chips);
}

export async function countTensors(): Promise<number | undefined> {
	return (await loadedNets()).countTensors?.();
}

/** Weights on their way to a runtime are hundreds of megabytes, and a thread at rest would keep them for ever. */
function dropLoadingGarbage(): void {
	setFlagsFromString("--expose-gc");
	runInNewContext("gc")();
}

async function loadedNets() {
	const loaded = await loading;
	if ("error" in loaded) throw loaded.error;
	return loaded.nets;
}
