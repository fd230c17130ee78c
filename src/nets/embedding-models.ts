/** The embedding models there are. A new one is an entry here, its weights and its graph in each runtime. */
import type { EmbeddingModel, EmbeddingModelName, Margins } from "../faces/embedding-model.ts";

/** The original project's: a fifth of the box on each side, twice that above, where the forehead is. */
const ORIGINAL_MARGINS: Margins = { top: 0.4, right: 0.2, bottom: 0.2, left: 0.2 };

const MODELS: Readonly<Record<EmbeddingModelName, EmbeddingModel>> = {
	"face-api": {
		name: "face-api",
		dimension: 128,
		chipSize: 150,
		crop: { kind: "mean-face" },
		isMirrorAveraged: true,
		pipelineVersion: "face-api-dlib-chip-3",
	},
	// both were trained on RGB boxes with a margin, stretched to a square; the older one on prewhitened chips
	facenet: {
		name: "facenet",
		dimension: 128,
		chipSize: 160,
		crop: { kind: "box", margins: ORIGINAL_MARGINS },
		normalisation: "per-image",
		isMirrorAveraged: false,
		pipelineVersion: "facenet-box-1",
	},
	facenet512: {
		name: "facenet512",
		dimension: 512,
		chipSize: 160,
		crop: { kind: "box", margins: ORIGINAL_MARGINS },
		normalisation: "fixed",
		isMirrorAveraged: false,
		pipelineVersion: "facenet512-box-1",
	},
};

/** @throws nothing: every name of the type is known */
export function embeddingModel(name: EmbeddingModelName): EmbeddingModel {
	return MODELS[name];
}
