/** Which weights the embedding net of an engine is made of. */
import type { EmbeddingModelName } from "../faces/embedding-model.ts";
import { loadConverted, MODELS_FOLDER } from "./facenet/facenet-store.ts";
import { loadWeights, type Weights } from "./weights.ts";

/** Plain data: it travels to worker threads. */
export interface EmbeddingChoice {
	readonly model: EmbeddingModelName;
	/** Where fetched models lie. */
	readonly modelsFolder: string;
}

export const DEFAULT_EMBEDDING: EmbeddingChoice = { model: "face-api", modelsFolder: MODELS_FOLDER };

/** @throws AppError WEIGHTS_MISMATCH; for FaceNet MODEL_NOT_FETCHED or INVALID_WEIGHT_CACHE */
export async function loadEmbeddingWeights({ model, modelsFolder }: EmbeddingChoice): Promise<Weights> {
	if (model === "face-api") return loadWeights("recognition");
	return (await loadConverted(model, modelsFolder)).parameters;
}
