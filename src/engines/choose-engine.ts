/** Chooses the engine once, at start, and says which one runs and why a preferred one does not. */
import { availableParallelism } from "node:os";
import { AppError } from "../errors.ts";
import type { EmbeddingModelName } from "../faces/embedding-model.ts";
import type { EngineName, FaceEngine } from "../faces/face-engine.ts";
import { DEFAULT_EMBEDDING, type EmbeddingChoice } from "../nets/embedding-weights.ts";
import { NetsEngine } from "./nets-engine.ts";
import { PooledNets } from "./pooled-nets.ts";

export interface ChooseEngineOptions {
	/** "auto" takes the fastest that works here; default. */
	readonly engine?: EngineName | "auto";
	/** The embedding net to load; default "face-api". */
	readonly model?: EmbeddingModelName;
	/** Where fetched models lie; default `models/` of the project. */
	readonly modelsFolder?: string;
	/** Worker threads, each with nets of its own. Default 1. */
	readonly numWorkers?: number;
	/** Cores that the workers share: with more than workers, a photo's nets are computed by several at once. Default all. */
	readonly numCores?: number;
	/** Told, in one sentence, which engine runs and why one before it does not. */
	readonly onNotice?: (notice: string) => void;
}

/** Starts one engine; a test gives its own. */
export type StartEngine = (
	name: EngineName,
	embedding: EmbeddingChoice,
	numWorkers: number,
	numCores: number,
) => Promise<FaceEngine>;

/** What may answer for what was asked, best first. TensorFlow's native library is optional, its WASM is not. */
const CANDIDATES: Readonly<Record<EngineName | "auto", readonly EngineName[]>> = {
	auto: ["onnx", "tensorflow", "wasm"],
	onnx: ["onnx"],
	tensorflow: ["tensorflow", "wasm"],
	wasm: ["wasm"],
};

/**
 * Starts the first engine that loads and computes right.
 * @throws AppError ENGINE_UNAVAILABLE when none does; WEIGHTS_MISMATCH, MODEL_NOT_FETCHED, INVALID_WEIGHT_CACHE
 */
export async function chooseFaceEngine(
	{
		engine = "auto",
		numWorkers = 1,
		numCores = availableParallelism(),
		onNotice = () => {},
		...embedding
	}: ChooseEngineOptions = {},
	start: StartEngine = startEngine,
): Promise<FaceEngine> {
	const reasons: string[] = [];
	for (const name of CANDIDATES[engine]) {
		try {
			const started = await start(name, { ...DEFAULT_EMBEDDING, ...embedding }, numWorkers, numCores);
			onNotice(`Faces are found and embedded by ${started.description}.`);
			return started;
		} catch (error) {
			if (!(error instanceof AppError && error.code === "ENGINE_UNAVAILABLE")) throw error;
			onNotice(`Engine "${name}" is not used: ${error.message}`);
			reasons.push(error.message);
		}
	}
	throw new AppError("ENGINE_UNAVAILABLE", `No face engine works here. ${reasons.join(" ")}`, {
		hint: 'Install the packages anew with `npm ci`, or set FACE_ENGINE to "wasm", which needs no native library.',
	});
}

async function startEngine(
	name: EngineName,
	embedding: EmbeddingChoice,
	numWorkers: number,
	numCores: number,
): Promise<FaceEngine> {
	return new NetsEngine(name, await PooledNets.start(name, embedding, numWorkers, numCores));
}
