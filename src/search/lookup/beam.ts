/** The search in the graph: always on from the best row that was not yet looked around, with the `width` best in view. */
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import type { Graph } from "../parts/graph.ts";
import type { PreparedQuery } from "./prepared-query.ts";

/** Layout of a beam, see kernels.ts: in 4-byte numbers, the head, and the bit that marks rows as looked around. */
const HEAD_LENGTH = 48;
const EXPANDED = 0x80000000;
const MAX_SEARCH = 0xffff;

export class Beam {
	readonly #store: EmbeddingStore;
	readonly #graph: Graph;
	readonly #query: PreparedQuery;
	readonly #lastMetAt: number;
	#search = 0;
	#at = 0;
	#room = 0;
	#head: Uint32Array = new Uint32Array(0);
	/** The rows in view, best first; only the first `size` count. */
	#rows: Uint32Array = new Uint32Array(0);
	#scores: Int32Array = new Int32Array(0);

	constructor(store: EmbeddingStore, graph: Graph, query: PreparedQuery) {
		this.#store = store;
		this.#graph = graph;
		this.#query = query;
		this.#lastMetAt = query.workspace.allocate(store.parts.capacity * 2);
	}

	/** Rows in view, at most `width`. */
	get size(): number {
		return this.#head[0];
	}

	/** The row at a place of the beam, 0 being the best. */
	row(place: number): number {
		return (this.#rows[place] & ~EXPANDED) >>> 0;
	}

	/** The score of the row at a place. */
	score(place: number): number {
		return this.#scores[place];
	}

	/** Starts a search that keeps `width` rows in view. */
	begin(width: number): void {
		const { arena, parts } = this.#store;
		if (this.#room < width) {
			// twice as wide, so that ever wider searches do not fill the memory with beams
			this.#room = Math.max(width, this.#room * 2);
			this.#at = this.#query.workspace.allocate((HEAD_LENGTH + this.#room * 2) * 4);
			this.#head = arena.uint32(this.#at, HEAD_LENGTH);
		}
		if (this.#head[1] !== width) {
			this.#rows = arena.uint32(this.#at + HEAD_LENGTH * 4, width);
			this.#scores = arena.int32(this.#at + (HEAD_LENGTH + width) * 4, width);
		}
		if (this.#search === MAX_SEARCH) {
			arena.bytes(this.#lastMetAt, parts.capacity * 2).fill(0);
			this.#search = 0;
		}
		this.#head[0] = 0;
		this.#head[1] = width;
		this.#head[2] = ++this.#search;
	}

	/** Makes this search come past rows as if they were not in the graph. */
	hide(rows: Iterable<number>): void {
		const { arena, parts } = this.#store;
		const lastMet = arena.uint16(this.#lastMetAt, parts.capacity);
		for (const row of rows) lastMet[row] = this.#search;
	}

	/** Scores the first `count` rows of the query's `ids` to start from; each may be offered once. */
	offer(count: number): void {
		const { arena, parts, stride } = this.#store;
		const { int16At, idsAt } = this.#query;
		arena.kernels.offerToBeam(int16At, parts.codes, idsAt, count, stride, this.#at, this.#lastMetAt);
	}

	/** Looks around until the neighbours of all rows in view are known. @returns how many rows were scored */
	run(): number {
		const { arena, parts, stride } = this.#store;
		const { neighbours } = this.#graph;
		const { int16At } = this.#query;
		return arena.kernels.runBeam(int16At, parts.codes, stride, neighbours, this.#at, this.#lastMetAt);
	}
}
