/** What every index can do, so that the approximate search always has the exact one beside it. */

export interface SearchOptions {
	/**
	 * At most one match per group (= person), the most similar row standing for it,
	 * so that k matches are k people. Default false.
	 */
	readonly distinctGroups?: boolean;
	/** Only rows of groups for which this answers true; k matches are still found among the rest. */
	readonly accept?: (group: number) => boolean;
	/**
	 * The share of the true k nearest that the search should find, 0 to 1. An exact index ignores it;
	 * an approximate one picks its settings by its calibration. Default: the index's own.
	 */
	readonly recall?: number;
}

export interface Match {
	/** Row of the index, 0 to size - 1. */
	readonly row: number;
	/** Group (= person) of that row. */
	readonly group: number;
	/** Cosine of the angle between query and row, -1 to 1, from the float32 embeddings. */
	readonly similarity: number;
}

export interface VectorIndex {
	/** "exact" or "lsh". */
	readonly kind: string;
	/** Number of rows. */
	readonly size: number;
	/** Numbers per embedding. */
	readonly dimension: number;
	/**
	 * The rows most similar to the query, best first, ties by the lower row: min(k, what there is) of them.
	 * @param query `dimension` finite numbers of any length but zero; it is normalised here
	 * @throws AppError INVALID_VECTOR for a wrong dimension, a NaN or a zero vector; INVALID_ARGUMENT for k < 1
	 */
	search(query: Float32Array, k: number, options?: SearchOptions): Match[];
}
