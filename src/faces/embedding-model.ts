/** What distinguishes one embedding model from another for everything above the engine. */

export type EmbeddingModelName = "face-api";

export interface EmbeddingModel {
	readonly name: EmbeddingModelName;
	/** Numbers per embedding. */
	readonly dimension: number;
	/** Side of the square chip the net takes, in pixels. */
	readonly chipSize: number;
	/**
	 * Names everything that shapes an embedding: net, crop, averaging. Embeddings of two versions must not be
	 * compared; an index file repeats it and is refused where it differs.
	 */
	readonly pipelineVersion: string;
}

const FACE_API: EmbeddingModel = {
	name: "face-api",
	dimension: 128,
	chipSize: 150,
	pipelineVersion: "face-api-5pt-flip-1",
};

/** @throws nothing: every name of the type is known */
export function embeddingModel(name: EmbeddingModelName): EmbeddingModel {
	const models: Record<EmbeddingModelName, EmbeddingModel> = { "face-api": FACE_API };
	return models[name];
}
