/**
 * The hyperplanes of all tables. A normal is the difference of two data points, both from a few hundred pivots, so
 * that 3,200 signed distances cost a few hundred dot products. Which pairs of pivots, select-hyperplanes.ts decides.
 */
import type { Arena } from "./arena.ts";
import type { EmbeddingStore } from "./embedding-store.ts";
import { Workspace } from "./workspace.ts";

/** Hash tables, and hyperplanes (= bits of a hash) of each. */
export const NUM_TABLES = 50;
export const NUM_BITS = 64;
export const NUM_PLANES = NUM_TABLES * NUM_BITS;
/** Data points whose differences are the normals: at most, and all rows where there are fewer. */
export const MAX_PIVOTS = 256;

/** Where the hyperplanes lie in an arena; plane i is bit i % 64 of table i / 64. */
export interface Hyperplanes {
	readonly numPivots: number;
	/** Pointer to float32 numPivots x stride: copies of data points. */
	readonly pivots: number;
	/** Pointer to uint16 NUM_PLANES x 2: the normal is pivot [0] - pivot [1]. */
	readonly pairs: number;
	/** Pointer to float32 NUM_PLANES: the median of normal . row. */
	readonly thresholds: number;
	/** Pointer to float32 NUM_PLANES: 1 / how far neighbours differ in normal . row (standard deviation). */
	readonly sharpness: number;
}

/** Room for hyperplanes, all zeros. */
export function allocateHyperplanes(arena: Arena, numPivots: number, stride: number): Hyperplanes {
	return {
		numPivots,
		pivots: arena.allocate(numPivots * stride * 4),
		pairs: arena.allocate(NUM_PLANES * 4),
		thresholds: arena.allocate(NUM_PLANES * 4),
		sharpness: arena.allocate(NUM_PLANES * 4),
	};
}

/** Hashes that came with an index's file: those of its rows then. */
export interface KnownHashes {
	/** Pointer to uint64 NUM_TABLES x numRows, as `hashRows` gives them. */
	readonly pointer: number;
	readonly numRows: number;
}

/**
 * Hashes of the first `numRows` rows: table t's hash of row r at t * numRows + r, bit i its side of hyperplane i.
 * @param known are taken as they are
 */
export function hashRows(
	store: EmbeddingStore,
	planes: Hyperplanes,
	{
		known,
		numRows = store.size,
	}: { readonly known?: KnownHashes | undefined; readonly numRows?: number } = {},
): BigUint64Array<ArrayBuffer> {
	const { arena, stride } = store;
	const { kernels } = arena;
	const workspace = new Workspace(arena);
	const hashes = new BigUint64Array(NUM_TABLES * numRows);
	const halves = new Uint32Array(hashes.buffer);
	const projections = workspace.allocate(planes.numPivots * 4);
	const distances = workspace.allocate(NUM_PLANES * 4);
	const bits = workspace.allocate(NUM_TABLES * 8);
	const row64 = arena.uint32(bits, NUM_TABLES * 2);
	const numKnown = Math.min(known?.numRows ?? 0, numRows);
	if (known) {
		const words = arena.uint32(known.pointer, NUM_TABLES * known.numRows * 2);
		for (let table = 0; table < NUM_TABLES; table++) {
			const from = table * known.numRows * 2;
			halves.set(words.subarray(from, from + numKnown * 2), table * numRows * 2);
		}
	}
	for (let row = numKnown; row < numRows; row++) {
		kernels.dots(store.rows.pointerTo(row), planes.pivots, planes.numPivots, stride, projections);
		kernels.planeDistances(projections, planes.pairs, planes.thresholds, NUM_PLANES, distances);
		kernels.packBits(distances, NUM_PLANES, bits);
		for (let table = 0, at = row * 2; table < NUM_TABLES; table++, at += numRows * 2) {
			halves[at] = row64[table * 2];
			halves[at + 1] = row64[table * 2 + 1];
		}
	}
	return hashes;
}
