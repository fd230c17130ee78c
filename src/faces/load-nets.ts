/** The nets of each engine by name: the one list of runtimes. */
import type { EmbeddingChoice } from "./embedding-weights.ts";
import type { EngineName } from "./face-engine.ts";
import type { FaceNets } from "./face-nets.ts";
import { loadOnnxNets } from "./onnx-nets.ts";
import { loadTensorflowNets } from "./tensorflow-nets.ts";

/**
 * Loads an engine's nets into this thread and has them prove that they compute right.
 * @throws AppError ENGINE_UNAVAILABLE, WEIGHTS_MISMATCH, MODEL_NOT_FETCHED or INVALID_WEIGHT_CACHE
 */
export function loadNets(engine: EngineName, embedding: EmbeddingChoice): Promise<FaceNets> {
	return engine === "onnx" ? loadOnnxNets(embedding) : loadTensorflowNets(engine, embedding);
}
