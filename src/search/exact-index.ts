/** The exact index: what every approximate answer is held against, and the quicker one for few rows. */
import type { KernelKind } from "./kernels/kernels.ts";
import { ExactSearch } from "./lookup/exact-search.ts";
import { Arena } from "./parts/arena.ts";
import { EmbeddingStore } from "./parts/embedding-store.ts";

export interface ExactIndexInput {
	/** Row-major, groups.length x dimension, of any length but 0; copied and normalised. */
	readonly embeddings: Float32Array;
	/** Group (= person) of each row. */
	readonly groups: Uint32Array;
	readonly dimension: number;
	/** Default "simd". */
	readonly kernels?: KernelKind;
}

export class ExactIndex extends ExactSearch {
	/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
	static build({ embeddings, groups, dimension, kernels = "simd" }: ExactIndexInput): ExactIndex {
		return new ExactIndex(EmbeddingStore.fill(Arena.create(kernels), embeddings, groups, dimension));
	}
}
