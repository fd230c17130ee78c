/** An index in another arena, with room to grow: what an older index is changed by, and one that is full. */
import { Arena } from "./arena.ts";
import { allocateGraph, cutNeighbours, neighboursOf } from "./graph.ts";
import {
	allocateHyperplanes,
	type Hyperplanes,
	type KnownHashes,
	NUM_PLANES,
	NUM_TABLES,
} from "./hyperplanes.ts";
import type { IndexParts } from "./index-parts.ts";
import { Removals } from "./removals.ts";

/**
 * @param state how many of the rows, and of the removals
 * @param capacity rows to have room for
 * @param later embeddings to be added next, row-major
 */
export function copyParts(
	parts: IndexParts,
	{ size, numRemovals }: { readonly size: number; readonly numRemovals: number },
	capacity: number,
	later?: Float32Array,
): IndexParts {
	const { stride, arena: from } = parts.store;
	const to = Arena.create(from.kernels.kind);
	const store = parts.store.copy(to, size, capacity, later);

	const planes = copyPlanes(from, to, parts.planes, stride);
	const graph = parts.graph && allocateGraph(to, capacity);
	if (graph && parts.graph) {
		const neighbours = neighboursOf(to, graph, size);
		neighbours.set(neighboursOf(from, parts.graph, size));
		cutNeighbours(neighbours, size);
	}
	const hashes = parts.hashes && copyHashes(from, to, parts.hashes);
	const removals = Removals.create(to, capacity);
	for (const row of parts.removals.slice(0, numRemovals)) removals.add(row);
	return { ...parts, store, planes, graph, hashes, removals };
}

export function copyPlanes(from: Arena, to: Arena, planes: Hyperplanes, stride: number): Hyperplanes {
	const copy = allocateHyperplanes(to, planes.numPivots, stride);
	for (const name of ["pivots", "pairs", "thresholds", "sharpness"] as const) {
		const byteLength = name === "pivots" ? planes.numPivots * stride * 4 : NUM_PLANES * 4;
		to.bytes(copy[name], byteLength).set(from.bytes(planes[name], byteLength));
	}
	return copy;
}

/** All of them: every state has at least the rows that came with the file. */
function copyHashes(from: Arena, to: Arena, { pointer, numRows }: KnownHashes): KnownHashes {
	const byteLength = NUM_TABLES * numRows * 8;
	const copy = to.allocate(byteLength);
	to.bytes(copy, byteLength).set(from.bytes(pointer, byteLength));
	return { pointer: copy, numRows };
}
