/**
 * Where a search in the graph starts without asking the buckets: at the best of a fixed sample of rows. Neighbour lists
 * lead on from there, as from the upper levels of HNSW (Malkov and Yashunin, 2016), for a fraction of what hashing costs
 * where the rows hang together; where they fall into clusters far apart, the buckets find the right one more surely.
 */
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { Random } from "../random.ts";
import type { Beam } from "./beam.ts";
import type { PreparedQuery } from "./prepared-query.ts";

export interface EntrySize {
	/** Rows of the sample. */
	readonly numRows: number;
	/** The best of them that a search starts at. */
	readonly numStarts: number;
}

/** Scored one after the other, so about as dear as looking around four rows of the graph. */
export const SEARCH_ENTRY: EntrySize = { numRows: 256, numStarts: 4 };
/** Any seed would do; the same rows in every thread and after every load. */
const SEED = 256;
/** A sample serves until there are this many times as many rows. */
const RENEWAL = 1.25;
const MIN_INT32 = -(2 ** 31);

export class GraphEntry {
	readonly #rows: Uint32Array;
	readonly #store: EmbeddingStore;
	readonly #query: PreparedQuery;
	readonly #codesAt: number;
	readonly #isAbsent: Uint8Array | undefined;
	readonly #bestPlaces: Int32Array;
	readonly #bestScores: Int32Array;

	/**
	 * @param rows the sample; those that the graph gets later must come in their order
	 * @param isAbsent 1 for rows that the graph has not got (yet)
	 */
	constructor(
		store: EmbeddingStore,
		query: PreparedQuery,
		rows: Uint32Array,
		numStarts: number,
		isAbsent?: Uint8Array,
	) {
		const { arena, parts, stride } = store;
		this.#rows = rows;
		this.#store = store;
		this.#query = query;
		this.#isAbsent = isAbsent;
		this.#bestPlaces = new Int32Array(numStarts);
		this.#bestScores = new Int32Array(numStarts);
		this.#codesAt = query.workspace.allocate(rows.length * stride);
		const codes = arena.int8(this.#codesAt, rows.length * stride);
		rows.forEach((row, i) => {
			codes.set(arena.int8(parts.codes + row * stride, stride), i * stride);
		});
	}

	/**
	 * Offers the starts for the prepared query to a beam.
	 * @param hidden rows that are passed over
	 * @returns how many there are
	 */
	offerTo(beam: Beam, hidden?: ReadonlySet<number>): number {
		const { arena, stride } = this.#store;
		const { int16At, idsAt, scoresAt, ids, scores } = this.#query;
		const numRows = this.#rows.length;
		arena.kernels.scan(int16At, this.#codesAt, 0, numRows, stride, MIN_INT32, idsAt, scoresAt);
		const numStarts = this.#bestPlaces.length;
		let count = 0;
		for (let place = 0; place < numRows; place++) {
			const score = scores[place];
			if (count === numStarts && score <= this.#bestScores[count - 1]) continue;
			const row = this.#rows[place];
			if (this.#isAbsent?.[row] === 1 || hidden?.has(row)) continue;
			if (count < numStarts) count++;
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

/** Draws the sample of a graph that may grow, from rows that it surely has: the same for the same number of rows. */
export function sampleEntry(size: number, { numRows }: EntrySize): Uint32Array {
	return new Random(SEED).sample(numRows, sampledSize(size));
}

/** Rows that the sample for `size` rows is drawn from: where this changes, a new one is due. */
export function sampledSize(size: number): number {
	if (size <= SEARCH_ENTRY.numRows) return size;
	const least = RENEWAL ** Math.floor(Math.log(size) / Math.log(RENEWAL));
	return Math.min(size, Math.floor(least));
}
