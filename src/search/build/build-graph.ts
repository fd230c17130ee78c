/**
 * Links every row with near rows in many directions. Rows enter one by one; those near a new one are found through
 * the buckets and the graph so far, and of them it keeps those that are nearer to it than to one another
 * (the rule of HNSW's paper, algorithm 4, with Euclidean distances of the int8 codes).
 */

import { LshSearch } from "../lookup/lsh-search.ts";
import { PreparedQuery } from "../lookup/prepared-query.ts";
import type { SearchSettings } from "../parts/calibration.ts";
import { allocateGraph, type Graph, NO_NEIGHBOUR, NUM_NEIGHBOURS, neighboursOf } from "../parts/graph.ts";
import type { SearchParts } from "../parts/index-parts.ts";

/** How a new row looks for its neighbours. */
const INSERT_SETTINGS: SearchSettings = { numProbes: 30, numVotes: 1, beamWidth: 48 };
/** Neighbours of a new row: at most, and at least while there are rows enough. */
const MAX_CHOSEN = 16;
const MIN_CHOSEN = 8;
/** Rows that are weighed against each other at once: a full list, the row itself and a new one. */
const MAX_WEIGHED = Math.max(INSERT_SETTINGS.beamWidth, NUM_NEIGHBOURS) + 2;

export class GraphBuilder {
	readonly graph: Graph;
	readonly #parts: SearchParts;
	readonly #query: PreparedQuery;
	readonly #search: LshSearch;
	readonly #neighbours: Uint32Array;
	readonly #isAbsent: Uint8Array;
	/** Pairwise scores of the rows being weighed, the row itself being the first. */
	readonly #pairScoresAt: number;
	readonly #pairScores: Int32Array;
	readonly #weighedAt: number;
	readonly #weighed: Uint32Array;

	/** @param isAbsent 1 for every row; becomes 0 as rows are inserted */
	constructor(parts: SearchParts, isAbsent: Uint8Array) {
		const { arena, size } = parts.store;
		this.graph = allocateGraph(arena, size);
		this.#parts = { ...parts, graph: this.graph };
		this.#query = new PreparedQuery(parts.store);
		this.#search = new LshSearch(this.#parts, this.#query, isAbsent);
		this.#neighbours = neighboursOf(arena, this.graph, size);
		this.#neighbours.fill(NO_NEIGHBOUR);
		this.#isAbsent = isAbsent;
		this.#pairScoresAt = arena.allocate(MAX_WEIGHED * MAX_WEIGHED * 4);
		this.#pairScores = arena.int32(this.#pairScoresAt, MAX_WEIGHED * MAX_WEIGHED);
		this.#weighedAt = arena.allocate(MAX_WEIGHED * 4);
		this.#weighed = arena.uint32(this.#weighedAt, MAX_WEIGHED);
	}

	/** Links a row with those that are in the graph already. */
	insert(row: number): void {
		const { store } = this.#parts;
		this.#query.set(store.embedding(row));
		const beam = this.#search.findAround(INSERT_SETTINGS);
		this.#weighed[0] = row;
		for (let i = 0; i < beam.size; i++) this.#weighed[i + 1] = beam.row(i);
		const chosen = this.#choose(beam.size + 1, MAX_CHOSEN);
		this.#neighbours.set(chosen, row * NUM_NEIGHBOURS);
		for (const neighbour of chosen) this.#link(neighbour, row);
		this.#isAbsent[row] = 0;
	}

	/** Adds an edge; a full list is weighed anew. */
	#link(from: number, to: number): void {
		const start = from * NUM_NEIGHBOURS;
		const list = this.#neighbours.subarray(start, start + NUM_NEIGHBOURS);
		const free = list.indexOf(NO_NEIGHBOUR);
		if (free >= 0) {
			list[free] = to;
			return;
		}
		this.#weighed[0] = from;
		this.#weighed.set(list, 1);
		this.#weighed[NUM_NEIGHBOURS + 1] = to;
		const chosen = this.#choose(NUM_NEIGHBOURS + 2, NUM_NEIGHBOURS);
		list.fill(NO_NEIGHBOUR);
		list.set(chosen);
	}

	/**
	 * Of the rows after the first of `weighed`, nearest first, those that are nearer to the first than to any chosen
	 * before; if these are few, the nearest of the rest too.
	 */
	#choose(count: number, limit: number): number[] {
		const { store } = this.#parts;
		const { kernels } = store.arena;
		kernels.pairScores(store.parts.codes, this.#weighedAt, count, store.stride, this.#pairScoresAt);
		const scores = this.#pairScores;
		const distance = (i: number, j: number) =>
			scores[i * count + i] + scores[j * count + j] - 2 * scores[Math.min(i, j) * count + Math.max(i, j)];
		const toFirst = Int32Array.from({ length: count }, (_, i) => distance(0, i));
		const order = Array.from({ length: count - 1 }, (_, i) => i + 1);
		order.sort((i, j) => toFirst[i] - toFirst[j] || this.#weighed[i] - this.#weighed[j]);
		const chosen: number[] = [];
		const others: number[] = [];
		for (const i of order) {
			if (chosen.length === limit) break;
			// a tie counts as diverse: beside a copy of the first every row ties, and all but the copy would be lost
			const isDiverse = chosen.every((j) => toFirst[i] <= distance(i, j));
			(isDiverse ? chosen : others).push(i);
		}
		for (const i of others) {
			if (chosen.length >= MIN_CHOSEN) break;
			chosen.push(i);
		}
		return chosen.map((i) => this.#weighed[i]);
	}
}
