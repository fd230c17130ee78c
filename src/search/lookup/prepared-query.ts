/** A query as the kernels want it, and the lists that a search fills: allocated once per index and thread. */
import { AppError } from "../../errors.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { Workspace } from "../parts/workspace.ts";
import { checkArray, normaliseInto } from "../query.ts";

const MAX_INT16_STEP = 16383;
const MAX_INT32 = 2 ** 31 - 1;
/** Ids that one kernel call can score. */
export const BATCH_SIZE = 4096;
/** Twice the relative rounding error of a float32 operation. */
const FLOAT_STEP = 2 ** -23;

export class PreparedQuery {
	/** Pointers: float32 stride, int16 stride, uint32, int32 and float32 of BATCH_SIZE. */
	readonly float32At: number;
	readonly int16At: number;
	readonly idsAt: number;
	readonly scoresAt: number;
	readonly similaritiesAt: number;
	readonly ids: Uint32Array;
	readonly scores: Int32Array;
	readonly similarities: Float32Array;
	/** Two scores further apart than this are in the true order. */
	scoreSlack = 0;
	/** Where this and the searches that use it work. */
	readonly workspace: Workspace;
	readonly #store: EmbeddingStore;
	readonly #float32: Float32Array;
	readonly #int16: Int16Array;
	#isInUse = false;

	constructor(store: EmbeddingStore) {
		const { arena, stride } = store;
		const workspace = new Workspace(arena);
		this.workspace = workspace;
		this.#store = store;
		this.float32At = workspace.allocate(stride * 4);
		this.int16At = workspace.allocate(stride * 2);
		this.idsAt = workspace.allocate(BATCH_SIZE * 4);
		this.scoresAt = workspace.allocate(BATCH_SIZE * 4);
		this.similaritiesAt = workspace.allocate(BATCH_SIZE * 4);
		this.#float32 = arena.float32(this.float32At, stride);
		this.#int16 = arena.int16(this.int16At, stride);
		this.ids = arena.uint32(this.idsAt, BATCH_SIZE);
		this.scores = arena.int32(this.scoresAt, BATCH_SIZE);
		this.similarities = arena.float32(this.similaritiesAt, BATCH_SIZE);
	}

	/**
	 * Runs a search that calls code of others (`accept`) on the way: that code must not search here too, as all
	 * searches of a thread share these lists.
	 * @throws AppError as `set`; INVALID_ARGUMENT where it does
	 */
	use<T>(query: Float32Array, search: () => T): T {
		if (this.#isInUse) {
			throw new AppError(
				"INVALID_ARGUMENT",
				"Expected `accept` to decide without searching but it searched the index that asked it.",
				{ hint: "Search first, and let `accept` look into what was found." },
			);
		}
		this.set(query);
		this.#isInUse = true;
		try {
			return search();
		} finally {
			this.#isInUse = false;
		}
	}

	/** @throws AppError INVALID_VECTOR for a wrong dimension, a NaN or a zero vector */
	set(query: Float32Array): void {
		const { dimension, codeScale: rowScale } = this.#store;
		checkArray("query", query, Float32Array);
		if (query.length !== dimension) {
			throw new AppError(
				"INVALID_VECTOR",
				`Expected a query of ${dimension} numbers but received ${query.length}.`,
			);
		}
		const float32 = this.#float32;
		const int16 = this.#int16;
		normaliseInto(float32, query, "the query");
		let largest = 0;
		for (let i = 0; i < dimension; i++) largest = Math.max(largest, Math.abs(float32[i]));
		// so that the sum of all products stays an int32
		const steps = Math.min(MAX_INT16_STEP, Math.floor(MAX_INT32 / (127 * this.#store.stride)));
		const scale = steps / largest;
		let errors = 0;
		for (let i = 0; i < dimension; i++) {
			const step = Math.round(float32[i] * scale);
			const error = float32[i] - step / scale;
			int16[i] = step;
			errors += error * error;
		}
		// of unit vectors, by the kernels' sums of 16 lanes: so many operations one after the other, and a few to spare
		const floatError = (this.#store.stride / 16 + 8) * FLOAT_STEP;
		// |q.x - (q.m + score)| <= |q| |x's error| + |q's error| |x's code|, by Cauchy and Schwarz
		const { maxError, maxLength } = rowScale;
		const bound = 1.000001 * maxError + Math.sqrt(errors) * maxLength + floatError;
		this.scoreSlack = Math.ceil(2 * bound * scale * rowScale.scale) + 1;
	}

	/** Similarities of the first `count` rows of `ids` to `similarities`. */
	compare(count: number): void {
		const { arena, parts, stride } = this.#store;
		const { embeddings, precision } = parts;
		const compare = precision === "float32" ? arena.kernels.dotsAt : arena.kernels.halfCosinesAt;
		compare(this.float32At, embeddings, this.idsAt, count, stride, this.similaritiesAt);
	}

	/** Scores (int8, ranked like similarities but for `scoreSlack`) of the first `count` rows of `ids` to `scores`. */
	score(count: number): void {
		const { arena, parts, stride } = this.#store;
		arena.kernels.scoresAt(this.int16At, parts.codes, this.idsAt, count, stride, this.scoresAt);
	}

	/** Scores `count` rows from `first`; those >= threshold go to `ids` and `scores`. */
	scan(first: number, count: number, threshold: number): number {
		const { arena, parts, stride } = this.#store;
		return arena.kernels.scan(
			this.int16At,
			parts.codes,
			first,
			count,
			stride,
			threshold,
			this.idsAt,
			this.scoresAt,
		);
	}
}
