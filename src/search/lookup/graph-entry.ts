/**
 * Where a search in the graph starts without asking the buckets: at the best of a fixed sample of rows. Neighbour lists
 * lead on from there, as from the upper levels of HNSW (Malkov and Yashunin, 2016), for a fraction of what hashing costs
 * where the rows hang together; where they fall into clusters far apart, the buckets find the right one more surely.
 */
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { Random } from "../random.ts";
import type { Beam } from "./beam.ts";
import type { PreparedQuery } from "./prepared-query.ts";

/** Rows of the sample: scored one after the other, so about as dear as looking around four rows of the graph. */
const SAMPLE_SIZE = 256;
/** The best of the sample that a search starts at. */
const NUM_STARTS = 4;
/** Any seed would do; the same rows in every thread and after every load. */
const SEED = 256;
const MIN_INT32 = -(2 ** 31);

export class GraphEntry {
	readonly #rows: Uint32Array;
	readonly #store: EmbeddingStore;
	readonly #query: PreparedQuery;
	readonly #codesAt: number;
	readonly #isAbsent: Uint8Array | undefined;
	readonly #bestPlaces = new Int32Array(NUM_STARTS);
	readonly #bestScores = new Int32Array(NUM_STARTS);

	/** @param isAbsent 1 for rows that the graph has not got (yet) */
	constructor(store: EmbeddingStore, query: PreparedQuery, isAbsent?: Uint8Array) {
		const { arena, parts, size, stride } = store;
		this.#rows = new Random(SEED).sample(SAMPLE_SIZE, size);
		this.#store = store;
		this.#query = query;
		this.#isAbsent = isAbsent;
		this.#codesAt = arena.allocate(this.#rows.length * stride);
		const codes = arena.int8(this.#codesAt, this.#rows.length * stride);
		this.#rows.forEach((row, i) => {
			codes.set(arena.int8(parts.codes + row * stride, stride), i * stride);
		});
	}

	/** Offers the starts for the prepared query to a beam. @returns how many there are */
	offerTo(beam: Beam): number {
		const { arena, stride } = this.#store;
		const { int16At, idsAt, scoresAt, ids, scores } = this.#query;
		const numRows = this.#rows.length;
		arena.kernels.scan(int16At, this.#codesAt, 0, numRows, stride, MIN_INT32, idsAt, scoresAt);
		let count = 0;
		for (let place = 0; place < numRows; place++) {
			const score = scores[place];
			if (count === NUM_STARTS && score <= this.#bestScores[count - 1]) continue;
			if (this.#isAbsent?.[this.#rows[place]] === 1) continue;
			if (count < NUM_STARTS) count++;
			let at = count - 1;
			for (; at > 0 && this.#bestScores[at - 1] < score; at--) {
				this.#bestScores[at] = this.#bestScores[at - 1];
				this.#bestPlaces[at] = this.#bestPlaces[at - 1];
			}
			this.#bestScores[at] = score;
			this.#bestPlaces[at] = place;
		}
		for (let i = 0; i < count; i++) ids[i] = this.#rows[this.#bestPlaces[i]];
		beam.offer(count);
		return count;
	}
}
