/** Builds an index: rows, hyperplanes, hashes, tables. */
import { Arena } from "./arena.ts";
import { EmbeddingStore } from "./embedding-store.ts";
import { buildHashTables, choosePrefixBits } from "./hash-tables.ts";
import { hashRows } from "./hyperplanes.ts";
import type { IndexParts } from "./index-codec.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { Random } from "./random.ts";
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
	/** Called now and then with the number of rows that are done. */
	readonly onProgress?: (done: number, total: number) => void;
}

/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
export function buildIndex(input: BuildInput): IndexParts {
	const { embeddings, groups, dimension, pipelineVersion, seed = 1, kernels = "simd", onProgress } = input;
	const arena = Arena.create(kernels);
	const store = EmbeddingStore.fill(arena, embeddings, groups, dimension);
	const { size } = store;
	const prefixBits = choosePrefixBits(size);
	const planes = selectHyperplanes(store, prefixBits, new Random(seed));
	const hashes = hashRows(store, planes, onProgress);
	const tables = buildHashTables(arena, size, prefixBits, (table, pointer) => {
		arena.bytes(pointer, size * 8).set(new Uint8Array(hashes.buffer, table * size * 8, size * 8));
	});
	onProgress?.(size, size);
	return { store, planes, tables, pipelineVersion, seed: seed >>> 0 };
}
