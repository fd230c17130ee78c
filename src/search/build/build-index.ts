/** Builds an index: rows, hyperplanes, hashes, tables, graph; and measures what it finds. */

import type { KernelKind } from "../kernels/kernels.ts";
import { Arena } from "../parts/arena.ts";
import { EmbeddingStore } from "../parts/embedding-store.ts";
import { allocateHashTables, choosePrefixBits, fillHashTables } from "../parts/hash-tables.ts";
import { hashRows } from "../parts/hyperplanes.ts";
import { NO_CHANGES } from "../parts/index-changes.ts";
import type { IndexParts } from "../parts/index-parts.ts";
import { Random } from "../random.ts";
import { GraphBuilder } from "./build-graph.ts";
import { calibrate, chooseHeldOutRows } from "./calibrate.ts";
import { selectHyperplanes } from "./select-hyperplanes.ts";

export interface BuildInput {
	/** Row-major, groups.length x dimension, of any length but 0; copied and normalised. */
	readonly embeddings: Float32Array;
	/** Group (= person) of each row. */
	readonly groups: Uint32Array;
	readonly dimension: number;
	/** What made the embeddings; an index is only searched with queries that the same made. */
	readonly pipelineVersion: string;
	/** Same seed and rows, same bytes. Default 1. */
	readonly seed?: number;
	/** Default "simd"; "scalar" gives the same results, slowly. */
	readonly kernels?: KernelKind;
	/** Whether to link neighbours, for more speed in large indexes. Default: from 4,096 rows on. */
	readonly graph?: boolean;
	/** Called now and then with the number of rows that are done. */
	readonly onProgress?: (done: number, total: number) => void;
}

/** Below it, the exact search is about as fast as the graph. */
const MIN_ROWS_FOR_GRAPH = 4_096;
const PROGRESS_STEP = 4096;

/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
export function buildIndex(input: BuildInput): IndexParts {
	const { embeddings, groups, dimension, pipelineVersion, seed = 1, kernels = "simd", onProgress } = input;
	const arena = Arena.create(kernels);
	const store = EmbeddingStore.fill(arena, embeddings, groups, dimension);
	const { size } = store;
	const random = new Random(seed);
	const prefixBits = choosePrefixBits(size);
	const planes = selectHyperplanes(store, prefixBits, random);
	const tables = allocateHashTables(arena, size, prefixBits);
	const hashes = hashRows(store, planes);
	const hashesAt = arena.allocate(hashes.byteLength);
	arena.bytes(hashesAt, hashes.byteLength).set(new Uint8Array(hashes.buffer));
	fillHashTables(arena, tables, size, hashesAt);
	arena.release(hashesAt, hashes.byteLength);

	// the rows to calibrate with come last, so that until then the index does not know them
	const heldOut = chooseHeldOutRows(groups, random);
	const isAbsent = new Uint8Array(size);
	const hasGraph = input.graph ?? size >= MIN_ROWS_FOR_GRAPH;
	const builder = hasGraph ? new GraphBuilder({ store, planes, tables }, isAbsent) : undefined;
	let numDone = 0;
	const insert = (rows: Iterable<number>) => {
		for (const row of rows) {
			builder?.insert(row);
			if (++numDone % PROGRESS_STEP === 0) onProgress?.(numDone, size);
		}
	};
	const heldOutRows = new Set(heldOut.all);
	if (builder) {
		isAbsent.fill(1);
		insert(random.sample(size, size).filter((row) => !heldOutRows.has(row)));
	} else {
		for (const row of heldOut.all) isAbsent[row] = 1;
	}
	const searchParts = { store, planes, tables, graph: builder?.graph };
	const calibration = calibrate(searchParts, heldOut, isAbsent);
	if (builder) insert(heldOut.all);
	onProgress?.(size, size);
	return { ...searchParts, calibration, changes: NO_CHANGES, pipelineVersion, seed: seed >>> 0 };
}
