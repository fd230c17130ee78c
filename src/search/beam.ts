/** The search in the graph: always on from the best row that was not yet looked around, with the `width` best in view. */
import type { EmbeddingStore } from "./embedding-store.ts";
import { type Graph, NO_NEIGHBOUR, NUM_NEIGHBOURS, neighboursOf } from "./graph.ts";
import type { PreparedQuery } from "./prepared-query.ts";

/** Marks a row of the beam whose neighbours have been scored. Rows stay below 2^31. */
const EXPANDED = 0x80000000;

export type OnScore = (row: number, score: number) => void;

export class Beam {
	readonly #query: PreparedQuery;
	readonly #neighbours: Uint32Array;
	/** The search in which a row was last met. */
	readonly #lastMet: Uint16Array;
	#search = 0;
	/** The beam, best first. */
	#rows = new Uint32Array(0);
	#scores = new Int32Array(0);
	#width = 0;
	#size = 0;
	/** All places before it are expanded. */
	#next = 0;

	constructor(store: EmbeddingStore, graph: Graph, query: PreparedQuery) {
		this.#query = query;
		this.#neighbours = neighboursOf(store.arena, graph, store.size);
		this.#lastMet = new Uint16Array(store.size);
	}

	/** Rows in the beam, at most `width`. */
	get size(): number {
		return this.#size;
	}

	/** The row at a place of the beam, 0 being the best. */
	row(place: number): number {
		return (this.#rows[place] & ~EXPANDED) >>> 0;
	}

	/** Starts a search that keeps `width` rows in view. */
	begin(width: number): void {
		if (this.#rows.length < width) {
			this.#rows = new Uint32Array(width);
			this.#scores = new Int32Array(width);
		}
		this.#width = width;
		this.#size = 0;
		this.#next = 0;
		this.#search = (this.#search + 1) & 0xffff;
		if (this.#search === 0) {
			this.#lastMet.fill(0);
			this.#search = 1;
		}
	}

	/** A row to start from; each may be offered once. */
	offer(row: number, score: number): void {
		this.#lastMet[row] = this.#search;
		if (this.#size === this.#width && score <= this.#scores[this.#size - 1]) return;
		this.#insert(row, score);
	}

	/** Looks around until the neighbours of all rows in the beam are known. @returns how many rows were scored */
	run(onScore: OnScore): number {
		const { ids, scores } = this.#query;
		let numScored = 0;
		for (; this.#next < this.#size; this.#next++) {
			const row = this.#rows[this.#next];
			if (row >= EXPANDED) continue;
			this.#rows[this.#next] = (row | EXPANDED) >>> 0;
			const count = this.#meetNeighbours(row);
			this.#query.score(count);
			numScored += count;
			for (let i = 0; i < count; i++) {
				const score = scores[i];
				onScore(ids[i], score);
				if (this.#size === this.#width && score <= this.#scores[this.#size - 1]) continue;
				const place = this.#insert(ids[i], score);
				// the loop goes on one place later, so with the new row
				if (place <= this.#next) this.#next = place - 1;
			}
		}
		return numScored;
	}

	/** Lists the neighbours that this search has not met. */
	#meetNeighbours(row: number): number {
		const { ids } = this.#query;
		// fields of this in local names: the loop below is the hottest of all
		const neighbours = this.#neighbours;
		const lastMet = this.#lastMet;
		const search = this.#search;
		const start = row * NUM_NEIGHBOURS;
		let count = 0;
		for (let at = start; at < start + NUM_NEIGHBOURS; at++) {
			const neighbour = neighbours[at];
			if (neighbour === NO_NEIGHBOUR) break;
			if (lastMet[neighbour] === search) continue;
			lastMet[neighbour] = search;
			ids[count++] = neighbour;
		}
		return count;
	}

	/** @returns the row's place */
	#insert(row: number, score: number): number {
		let low = 0;
		let high = this.#size;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#scores[middle] >= score) low = middle + 1;
			else high = middle;
		}
		if (this.#size < this.#width) this.#size++;
		this.#rows.copyWithin(low + 1, low, this.#size - 1);
		this.#scores.copyWithin(low + 1, low, this.#size - 1);
		this.#rows[low] = row;
		this.#scores[low] = score;
		return low;
	}
}
