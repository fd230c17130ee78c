/** What distinguishes one embedding model from another for everything above the engine. */
import type { FacenetName } from "./facenet/facenet-store.ts";
import type { Normalisation } from "./facenet/normalise-chips.ts";

export type EmbeddingModelName = "face-api" | FacenetName;

/** Widths or heights of the face's box that a crop shows beyond it. */
export interface Margins {
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
	readonly left: number;
}

/**
 * What a chip shows. `five-points`: the face turned and scaled onto a mean face by its eye corners and nose.
 * `box`: the detector's box with margins, cut at the photo's border and stretched to the chip.
 */
export type Crop = { readonly kind: "five-points" } | { readonly kind: "box"; readonly margins: Margins };

export interface EmbeddingModel {
	readonly name: EmbeddingModelName;
	/** Numbers per embedding. */
	readonly dimension: number;
	/** Side of the square chip the net takes, in pixels. */
	readonly chipSize: number;
	readonly crop: Crop;
	/** What is done to a chip's pixels before the net sees them; nothing where the net does it itself. */
	readonly normalisation?: Normalisation;
	/** Whether the mirror image is embedded too and the mean of both is the embedding. */
	readonly isMirrorAveraged: boolean;
	/**
	 * Names everything that shapes an embedding: net, crop, averaging. Embeddings of two versions must not be
	 * compared; an index file repeats it and is refused where it differs.
	 */
	readonly pipelineVersion: string;
}

/** The original project's: a fifth of the box on each side, twice that above, where the forehead is. */
const ORIGINAL_MARGINS: Margins = { top: 0.4, right: 0.2, bottom: 0.2, left: 0.2 };

const MODELS: Readonly<Record<EmbeddingModelName, EmbeddingModel>> = {
	"face-api": {
		name: "face-api",
		dimension: 128,
		chipSize: 150,
		crop: { kind: "five-points" },
		isMirrorAveraged: true,
		pipelineVersion: "face-api-5pt-flip-2",
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
