/** The nets of each engine by name: the one list of runtimes. */

import type { EngineName } from "../faces/face-engine.ts";
import type { EmbeddingChoice } from "../nets/embedding-weights.ts";
import type { FaceNets } from "../nets/face-nets.ts";
import { loadOnnxNets } from "./onnx/onnx-nets.ts";
import { loadTensorflowNets } from "./tensorflow/tensorflow-nets.ts";

/**
 * Loads an engine's nets into this thread and has them prove that they compute right.
 * @param numThreads threads that an engine may use for one run of a net; those of TensorFlow.js don't ask
 * @throws AppError ENGINE_UNAVAILABLE, WEIGHTS_MISMATCH, MODEL_NOT_FETCHED or INVALID_WEIGHT_CACHE
 */
export function loadNets(
	engine: EngineName,
	embedding: EmbeddingChoice,
	numThreads: number,
): Promise<FaceNets> {
	return engine === "onnx" ? loadOnnxNets(embedding, numThreads) : loadTensorflowNets(engine, embedding);
}
