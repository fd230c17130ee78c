/** Builds an index: rows, hyperplanes, graph; and measures what it finds. */

import type { KernelKind } from "../kernels/kernels.ts";
import { Arena } from "../parts/arena.ts";
import { roomFor, rowBytesOf } from "../parts/capacity.ts";
import { EmbeddingStore, strideOf } from "../parts/embedding-store.ts";
import { allocateGraph, type Graph } from "../parts/graph.ts";
import { choosePrefixBits } from "../parts/hash-tables.ts";
import type { IndexParts } from "../parts/index-parts.ts";
import { Removals } from "../parts/removals.ts";
import { PRECISIONS, type Precision } from "../parts/rows.ts";
import { checkArray, checkCallback, checkChoice, checkDimension, checkSeed } from "../query.ts";
import { Random } from "../random.ts";
import { GraphBuilder } from "./build-graph.ts";
import { calibrate, chooseHeldOutRows } from "./calibrate.ts";
import { firstCopies } from "./copies.ts";
import { selectHyperplanes } from "./select-hyperplanes.ts";

export interface BuildInput {
	/** Row-major, groups.length x dimension, of any length but 0; copied and normalised. */
	readonly embeddings: Float32Array;
	/** Group (= person) of each row. */
	readonly groups: Uint32Array;
	readonly dimension: number;
	/** Default "float32"; "float16" halves what the embeddings take, and rounds them to 11 bits. */
	readonly precision?: Precision;
	/** What made the embeddings; an index is only searched with queries that the same made. */
	readonly pipelineVersion: string;
	/** Same seed and rows, same bytes. Default 1. */
	readonly seed?: number;
	/** Default "simd"; "scalar" gives the same results, slowly. */
	readonly kernels?: KernelKind;
	/** Whether to link neighbours, for more speed in large indexes. Default: from 512 rows on. */
	readonly graph?: boolean;
	/** How one will ask for what is like a row, where that is not the row itself: to measure with. */
	readonly asQuery?: IndexParts["asQuery"];
	/** Called now and then with the number of rows that are done. */
	readonly onProgress?: (done: number, total: number) => void;
}

/** Below it, the exact search is about as fast as the graph, whatever the recall. */
export const MIN_ROWS_FOR_GRAPH = 512;
const PROGRESS_STEP = 4096;

/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
export function buildIndex(input: BuildInput): IndexParts {
	const { embeddings, groups, dimension, pipelineVersion, asQuery, onProgress } = input;
	const { precision = "float32", seed = 1, kernels = "simd" } = input;
	const arena = Arena.create(kernels);
	checkArray("groups", groups, Uint32Array);
	const size = groups.length;
	checkDimension(dimension);
	checkChoice("precision", precision, PRECISIONS);
	checkSeed(seed);
	checkCallback("onProgress", onProgress);
	const capacity = roomFor(size, rowBytesOf(strideOf(dimension), precision));
	const store = EmbeddingStore.fill(arena, embeddings, groups, dimension, { capacity, precision });
	const random = new Random(seed);
	const planes = selectHyperplanes(store, choosePrefixBits(size), random);

	// the rows to calibrate with come last, so that until then the index does not know them
	const firsts = firstCopies(store);
	const heldOut = chooseHeldOutRows(groups, firsts, random);
	const heldOutRows = new Set(heldOut.all);
	const isAbsent = new Uint8Array(size);
	for (const row of heldOut.all) isAbsent[row] = 1;
	const hasGraph = input.graph ?? size >= MIN_ROWS_FOR_GRAPH;
	const graph = hasGraph ? allocateGraph(arena, capacity) : undefined;
	const order = random.sample(size, size).filter((row) => !heldOutRows.has(row));
	const builder = graph && new GraphBuilder(store, graph, { order, isAbsent: isAbsent.fill(1) });
	let numDone = 0;
	const insert = (rows: Iterable<number>) => {
		if (!builder) return;
		insertRows(builder, rows, firsts, () => {
			if (++numDone % PROGRESS_STEP === 0) onProgress?.(numDone, size);
		});
	};
	insert(order);
	const calibration = calibrate({ store, planes, graph, asQuery }, heldOut, isAbsent);
	insert(heldOut.all);
	onProgress?.(size, size);
	const removals = Removals.create(arena, capacity);
	return { store, planes, graph, removals, calibration, pipelineVersion, seed: seed >>> 0, asQuery };
}

/** Links all rows of an index that has grown large enough for it. */
export function linkRows(store: EmbeddingStore, seed: number): Graph {
	const { size, arena, parts } = store;
	const graph = allocateGraph(arena, parts.capacity);
	const order = new Random(seed).sample(size, size);
	const builder = new GraphBuilder(store, graph, { order, isAbsent: new Uint8Array(size).fill(1) });
	insertRows(builder, order, firstCopies(store));
	return graph;
}

/**
 * Copies last, so that they fill no list before the different rows have found each other.
 * @param firsts see `firstCopies`
 */
function insertRows(
	builder: GraphBuilder,
	rows: Iterable<number>,
	firsts: Uint32Array,
	onRow: () => void = () => undefined,
): void {
	const inserted = new Map<number, number>();
	const copies: number[] = [];
	for (const row of rows) {
		const first = firsts[row]!;
		if (inserted.has(first)) copies.push(row);
		else {
			inserted.set(first, row);
			builder.insert(row);
			onRow();
		}
	}
	for (const row of copies) {
		builder.insertCopy(row, inserted.get(firsts[row]!)!);
		onRow();
	}
}
