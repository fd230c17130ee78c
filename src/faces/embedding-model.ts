/** What distinguishes one embedding model from another for everything above the engine. */
export type EmbeddingModelName = "face-api" | "facenet" | "facenet512";

/**
 * `per-image`: (v - mean) / max(deviation, 1 / sqrt(n)) over all pixels and channels of the chip, what Sandberg calls
 * prewhitening. `fixed`: (v - 127.5) / 128, of his models of 2018. RGB, v from 0 to 255.
 */
export type Normalisation = "per-image" | "fixed";

/** Widths or heights of the face's box that a crop shows beyond it. */
export interface Margins {
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
	readonly left: number;
}

/**
 * What a chip shows. `mean-face`: the face turned and scaled onto dlib's mean face by its eyes, nose and upper lip.
 * `box`: the detector's box with margins, cut at the photo's border and stretched to the chip.
 */
export type Crop = { readonly kind: "mean-face" } | { readonly kind: "box"; readonly margins: Margins };

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
