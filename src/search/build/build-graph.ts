/**
 * Links every row with near rows in many directions. Rows enter one by one; those near a new one are found through
 * the graph so far, and of them it keeps those that are nearer to it than to one another (the rule of HNSW's paper,
 * algorithm 4, with Euclidean distances of the int8 codes).
 *
 * Copies of one row would fill each other's lists, and lead nowhere else. So a copy gets the neighbours of the one it is
 * found by, and hangs below that one or, where that has its share, below one of those that hang there: a tree.
 */

import { Beam } from "../lookup/beam.ts";
import { type EntrySize, GraphEntry, sampledSize, sampleEntry } from "../lookup/graph-entry.ts";
import { PreparedQuery } from "../lookup/prepared-query.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { type Graph, linksOf, NO_NEIGHBOUR, NUM_NEIGHBOURS, neighboursOf } from "../parts/graph.ts";
import { copyTest } from "./copies.ts";

/** How a new row looks for its neighbours: more broadly than a search, as what it misses stays missed. */
const BEAM_WIDTH = 48;
const INSERT_ENTRY: EntrySize = { numRows: 1024, numStarts: 8 };
/** Neighbours of a new row: at most, and at least while there are rows enough. */
const MAX_CHOSEN = 16;
const MIN_CHOSEN = 8;
/** Copies that a row is linked with, the one above it too. */
const MAX_COPIES = 4;
/** Rows that are weighed against each other at once: two full lists and the row itself. */
const MAX_WEIGHED = Math.max(BEAM_WIDTH, 2 * NUM_NEIGHBOURS) + 2;

/** A graph in the making: all rows are in the store, and none in the graph. */
export interface InitialBuild {
	/** The rows in the order in which they will be inserted: a random one. */
	readonly order: Uint32Array;
	/** 1 for every row; becomes 0 as rows are inserted. */
	readonly isAbsent: Uint8Array;
}

export class GraphBuilder {
	readonly #store: EmbeddingStore;
	readonly #graph: Graph;
	readonly #query: PreparedQuery;
	readonly #beam: Beam;
	readonly #neighbours: Uint32Array;
	/** The rows being weighed, the row itself being the first. */
	readonly #weighedAt: number;
	readonly #weighed: Uint32Array;
	readonly #workAt: number;
	readonly #isAbsent: Uint8Array | undefined;
	readonly #areCopies: (row: number, other: number) => boolean;
	#entry: GraphEntry | undefined;
	#entrySize = -1;

	/** @param initial default: rows enter the graph one by one as they enter the store */
	constructor(store: EmbeddingStore, graph: Graph, initial?: InitialBuild) {
		const { arena, parts } = store;
		const query = new PreparedQuery(store);
		this.#store = store;
		this.#graph = graph;
		this.#query = query;
		this.#beam = new Beam(store, graph, query);
		this.#neighbours = neighboursOf(arena, graph, parts.capacity);
		this.#workAt = query.workspace.allocate(MAX_WEIGHED * 4 * 4);
		this.#weighedAt = query.workspace.allocate(MAX_WEIGHED * 4);
		this.#weighed = arena.uint32(this.#weighedAt, MAX_WEIGHED);
		this.#isAbsent = initial?.isAbsent;
		this.#areCopies = copyTest(store);
		if (!initial) return;
		const sample = initial.order.slice(0, INSERT_ENTRY.numRows);
		this.#entry = new GraphEntry(store, query, sample, INSERT_ENTRY.numStarts, initial.isAbsent);
	}

	/** Links a row of the store with those that are in the graph already. */
	insert(row: number): void {
		const around = this.#differentRowsAround(row);
		const copy = around.find((other) => this.#areCopies(row, other));
		if (copy !== undefined) {
			this.insertCopy(row, copy);
			return;
		}
		this.#weighed[0] = row;
		this.#weighed.set(around, 1);
		this.#choose(row, around.length + 1, MAX_CHOSEN);
		for (const neighbour of this.#listOf(row)) this.#link(neighbour, row);
		if (this.#isAbsent) this.#isAbsent[row] = 0;
	}

	/**
	 * Links a row with a copy of it and with that one's neighbours.
	 * @param copy that is in the graph
	 */
	insertCopy(row: number, copy: number): void {
		const isCopy = (other: number) => this.#areCopies(row, other);
		let above = copy;
		let before = row;
		// down the tree, to any side; what removals have led round in a circle ends too
		for (let step = 0; step < NUM_NEIGHBOURS; step++) {
			const copies = [...this.#listOf(above)].filter(isCopy);
			if (copies.length < MAX_COPIES) break;
			const others = copies.filter((other) => other !== before);
			before = above;
			above = others[(row + step) % others.length]!;
		}
		const others = [...this.#listOf(above)].filter((other) => !isCopy(other));
		const start = row * NUM_NEIGHBOURS;
		this.#neighbours.fill(NO_NEIGHBOUR, start, start + NUM_NEIGHBOURS);
		this.#neighbours.set([above, ...others.slice(0, NUM_NEIGHBOURS - 1)], start);
		this.#link(above, row);
		if (this.#isAbsent) this.#isAbsent[row] = 0;
	}

	/**
	 * Leads what links to a row on to its neighbours, so that searches come past it no more. A link that is not found
	 * among near rows stays, and leads on through the row as before.
	 * @param isRemoved whether a row, this one too, is no longer there
	 */
	bypass(row: number, isRemoved: (row: number) => boolean): void {
		const beam = this.#lookAround(row);
		const around = [...this.#listOf(row)];
		const suspects = new Set(around);
		for (let i = 0; i < beam.size; i++) suspects.add(beam.row(i));
		suspects.delete(row);
		for (const suspect of suspects) {
			const list = [...this.#listOf(suspect)];
			if (!list.includes(row)) continue;
			const others = new Set([...list, ...around]);
			others.delete(row);
			others.delete(suspect);
			const there = [...others].filter((other) => !isRemoved(other));
			const offered = there.length < MIN_CHOSEN ? [...others] : there;
			this.#weighed[0] = suspect;
			this.#weighed.set(offered, 1);
			this.#choose(suspect, offered.length + 1, NUM_NEIGHBOURS);
		}
	}

	#lookAround(row: number): Beam {
		const beam = this.#beam;
		this.#query.set(this.#store.embedding(row));
		beam.begin(BEAM_WIDTH);
		this.#currentEntry().offerTo(beam);
		beam.run();
		return beam;
	}

	/** Rows near a row, of copies only one; where the beam is full of those, what they are linked with as well. */
	#differentRowsAround(row: number): number[] {
		const beam = this.#lookAround(row);
		const different: number[] = [];
		const isNew = (other: number, first: number) => {
			if (other === row) return false;
			for (let i = first; i < different.length; i++) if (this.#areCopies(different[i]!, other)) return false;
			return true;
		};
		for (let i = 0, firstOfScore = 0; i < beam.size; i++) {
			// copies have one score
			if (i > 0 && beam.score(i) !== beam.score(i - 1)) firstOfScore = different.length;
			if (isNew(beam.row(i), firstOfScore)) different.push(beam.row(i));
		}
		for (let i = 0; beam.size === BEAM_WIDTH && different.length < MAX_CHOSEN && i < different.length; i++) {
			for (const other of this.#listOf(different[i]!)) if (isNew(other, 0)) different.push(other);
		}
		return different;
	}

	/** A sample of the rows that were there before the last, which may be the one that is being inserted. */
	#currentEntry(): GraphEntry {
		if (this.#entry && this.#isAbsent) return this.#entry;
		const before = Math.max(0, this.#store.size - 1);
		const size = sampledSize(before);
		if (!this.#entry || this.#entrySize !== size) {
			const rows = sampleEntry(before, INSERT_ENTRY);
			this.#entry = new GraphEntry(this.#store, this.#query, rows, INSERT_ENTRY.numStarts);
			this.#entrySize = size;
		}
		return this.#entry;
	}

	#listOf(row: number): Uint32Array {
		return linksOf(this.#neighbours, row);
	}

	/** Adds an edge; a full list is weighed anew. */
	#link(from: number, to: number): void {
		const list = this.#listOf(from);
		if (list.length < NUM_NEIGHBOURS) {
			this.#neighbours[from * NUM_NEIGHBOURS + list.length] = to;
			return;
		}
		this.#weighed[0] = from;
		this.#weighed.set(list, 1);
		this.#weighed[NUM_NEIGHBOURS + 1] = to;
		this.#choose(from, NUM_NEIGHBOURS + 2, NUM_NEIGHBOURS);
	}

	/** Links a row, the first of the `count` that are weighed, with at most `limit` of the others. */
	#choose(row: number, count: number, limit: number): void {
		const { arena, parts, stride } = this.#store;
		const at = this.#graph.neighbours + row * NUM_NEIGHBOURS * 4;
		const numChosen = arena.kernels.chooseDiverse(
			parts.codes,
			this.#weighedAt,
			count,
			stride,
			limit,
			MIN_CHOSEN,
			this.#workAt,
			at,
		);
		const start = row * NUM_NEIGHBOURS;
		this.#neighbours.fill(NO_NEIGHBOUR, start + numChosen, start + NUM_NEIGHBOURS);
	}
}
