/**
 * The neighbour graph, an optional part of the index: from a row near the query it leads on to the nearest. A row's
 * neighbours are chosen as in HNSW (Malkov and Yashunin, 2016) on its one and only level.
 */

import { AppError } from "../../errors.ts";
import type { Arena } from "./arena.ts";

/** Most neighbours of a row; a shorter list ends with NO_NEIGHBOUR. */
export const NUM_NEIGHBOURS = 32;
export const NO_NEIGHBOUR = 0xffffffff;

/** Where the graph lies in an arena. */
export interface Graph {
	/** Pointer to capacity x NUM_NEIGHBOURS uint32 rows. */
	readonly neighbours: number;
}

/** Room for the graph of so many rows. */
export function allocateGraph(arena: Arena, capacity: number): Graph {
	return { neighbours: arena.allocate(capacity * NUM_NEIGHBOURS * 4) };
}

/** The neighbour lists of the first `size` rows, one after the other. */
export function neighboursOf(arena: Arena, graph: Graph, size: number): Uint32Array {
	return arena.uint32(graph.neighbours, size * NUM_NEIGHBOURS);
}

/** The neighbours of one row, where they lie. @param neighbours see `neighboursOf` */
export function linksOf(neighbours: Uint32Array, row: number): Uint32Array {
	const list = neighbours.subarray(row * NUM_NEIGHBOURS, (row + 1) * NUM_NEIGHBOURS);
	const end = list.indexOf(NO_NEIGHBOUR);
	return end < 0 ? list : list.subarray(0, end);
}

/**
 * Takes rows from `size` on out of the lists: an index has not got them. Whoever shares its memory may have added them, also
 * where its own store does not know of them.
 */
export function cutNeighbours(neighbours: Uint32Array, size: number): void {
	const isLater = (row: number) => row >= size && row !== NO_NEIGHBOUR;
	for (let start = 0; start < neighbours.length; start += NUM_NEIGHBOURS) {
		const list = neighbours.subarray(start, start + NUM_NEIGHBOURS);
		if (!list.some(isLater)) continue;
		const kept = list.filter((row) => row < size);
		list.fill(NO_NEIGHBOUR);
		list.set(kept);
	}
}

/** @throws AppError INDEX_CORRUPT if an edge leads to a row that is not there */
export function checkGraph(neighbours: Uint32Array, size: number): void {
	for (let i = 0; i < neighbours.length; i++) {
		const row = neighbours[i];
		if (row < size || row === NO_NEIGHBOUR) continue;
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected neighbours below ${size} in the index file's graph but received ${row}.`,
		);
	}
}
