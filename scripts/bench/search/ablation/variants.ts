/** The search in the graph with one part of it taken away or put otherwise. */
import { GraphBuilder } from "../../../../src/search/build/build-graph.ts";
import type { Kernels } from "../../../../src/search/kernels/kernels.ts";
import { Beam } from "../../../../src/search/lookup/beam.ts";
import { Candidates } from "../../../../src/search/lookup/candidates.ts";
import { bestOf } from "../../../../src/search/lookup/exact-search.ts";
import {
	type EntrySize,
	GraphEntry,
	SEARCH_ENTRY,
	sampleEntry,
} from "../../../../src/search/lookup/graph-entry.ts";
import { LshSearch } from "../../../../src/search/lookup/lsh-search.ts";
import { PreparedQuery } from "../../../../src/search/lookup/prepared-query.ts";
import { Arena } from "../../../../src/search/parts/arena.ts";
import { GRAPH_LEVELS } from "../../../../src/search/parts/calibration.ts";
import { EmbeddingStore } from "../../../../src/search/parts/embedding-store.ts";
import { allocateGraph, type Graph, NUM_NEIGHBOURS } from "../../../../src/search/parts/graph.ts";
import type { IndexParts } from "../../../../src/search/parts/index-parts.ts";
import { Random } from "../../../../src/search/random.ts";
import { type Change, compileVariant } from "./compile-variant.ts";

/** Rows of the k nearest, with so many rows in view. */
export type BeamSearch = (query: Float32Array, k: number, beamWidth: number) => number[];

export interface Variant {
	readonly name: string;
	readonly search: BeamSearch;
}

/** What a search in the graph is made of; left out = as it is. */
interface Design {
	readonly store: EmbeddingStore;
	readonly graph: Graph;
	readonly entry?: EntrySize;
	/** Whether float32 has the last word, or the scores in the graph. */
	readonly isDecidedAfter?: boolean;
	/** Called with the query that the searches are prepared in. */
	readonly prepare?: (query: PreparedQuery) => void;
}

const TOUCH: Change = {
	file: "beam.ts",
	from: "touch(codes, length, beam + FRESH, 0, count, beam + 12);",
	to: "",
};
const BY_HALVES: Change = {
	file: "beam.ts",
	from: `	while (at > 0) {
		const before = load<i32>(scores + at - 4);
		if (before >= score) break;
		store<i32>(scores + at, before);
		store<u32>(rows + at, load<u32>(rows + at - 4));
		at -= 4;
	}
`,
	to: `	let low: usize = 0;
	let high = at;
	while (low < high) {
		const middle = ((low + high) >> 3) << 2;
		if (load<i32>(scores + middle) >= score) low = middle + 4;
		else high = middle;
	}
	memory.copy(scores + low + 4, scores + low, at - low);
	memory.copy(rows + low + 4, rows + low, at - low);
	at = low;
`,
};
/** Cosines as whole numbers, so that the beam need not change. */
const FLOAT32: Change = {
	file: "beam.ts",
	from: `import { codeDot, idAt, touch } from "./dot";`,
	to: `import { dot, idAt, touch } from "./dot";
@inline
function codeDot(query: usize, row: usize, byteLength: usize): i32 {
	return <i32>(dot(query, row, byteLength) * <f32>1e9);
}`,
};
const NEAREST: Change = { file: "choose.ts", from: "isDiverse = false;", to: "isDiverse = true;" };

export async function createVariants(parts: IndexParts): Promise<Variant[]> {
	const { store, graph } = parts;
	if (!graph) throw new TypeError("Expected an index with a graph: more rows.");
	const { memory } = store.arena;
	const asIs = { store, graph };
	const changed = async (...changes: Change[]) => withBeam(store, await compileVariant(memory, changes));
	const nearest = withKernels(store, {
		...store.arena.kernels,
		...(await compileVariant(memory, [NEAREST])),
	});
	return [
		{ name: "as it is", search: searchBy(asIs) },
		{ name: "entered at one row", search: searchBy({ ...asIs, entry: { numRows: 1, numStarts: 1 } }) },
		{ name: "entered through the buckets", search: searchByBuckets(parts) },
		{ name: "neighbours: the nearest", search: searchBy({ ...asIs, graph: link(nearest, parts.seed) }) },
		{ name: "float32 instead of codes", search: searchBy({ graph, ...(await floatDesign(store)) }) },
		{ name: "codes alone decide", search: searchBy({ ...asIs, isDecidedAfter: false }) },
		{ name: "all of a row in one place", search: searchBy(await recordDesign(store, graph)) },
		{ name: "rows not touched ahead", search: searchBy({ graph, store: await changed(TOUCH) }) },
		{ name: "places found by halves", search: searchBy({ graph, store: await changed(BY_HALVES) }) },
	];
}

function searchBy(design: Design): BeamSearch {
	const { store, graph, entry: size = SEARCH_ENTRY, isDecidedAfter = true } = design;
	const query = new PreparedQuery(store);
	design.prepare?.(query);
	const beam = new Beam(store, graph, query);
	const entry = new GraphEntry(store, query, sampleEntry(store.size, size), size.numStarts);
	return (vector, k, beamWidth) => {
		query.set(vector);
		beam.begin(beamWidth);
		entry.offerTo(beam);
		beam.run();
		if (!isDecidedAfter) return Array.from({ length: Math.min(k, beam.size) }, (_, i) => beam.row(i));
		const candidates = new Candidates(k, false, query.scoreSlack / 4);
		for (let i = 0; i < beam.size && beam.score(i) >= candidates.lowest; i++) {
			candidates.add(beam.row(i), 0, beam.score(i));
		}
		return bestOf(store, query, candidates.rows(), k, false).map(({ row }) => row);
	};
}

function searchByBuckets(parts: IndexParts): BeamSearch {
	const query = new PreparedQuery(parts.store);
	const search = new LshSearch(parts, query);
	return (vector, k, beamWidth) => {
		const settings = GRAPH_LEVELS.find((level) => level.beamWidth === beamWidth && level.numProbes > 0);
		if (!settings) throw new RangeError(`Expected a beam that is calibrated but received ${beamWidth}.`);
		query.set(vector);
		return search.search(k, settings, () => true, false).map(({ row }) => row);
	};
}

/** The same rows by other kernels. */
function withKernels(store: EmbeddingStore, kernels: Kernels, parts = store.parts): EmbeddingStore {
	const arena = Object.defineProperty(Arena.attach(store.arena.memory, "simd"), "kernels", {
		value: kernels,
	});
	return new EmbeddingStore(arena, parts, store.size, store.codeScale);
}

/** With another search in the graph, and all else as it is. */
function withBeam(store: EmbeddingStore, { offerToBeam, runBeam }: Pick<Kernels, "offerToBeam" | "runBeam">) {
	return withKernels(store, { ...store.arena.kernels, offerToBeam, runBeam });
}

function link(store: EmbeddingStore, seed: number): Graph {
	const graph = allocateGraph(store.arena, store.parts.capacity);
	const order = new Random(seed).sample(store.size, store.size);
	const builder = new GraphBuilder(store, graph, { order, isAbsent: new Uint8Array(store.size).fill(1) });
	for (const row of order) builder.insert(row);
	return graph;
}

/** The graph walked by the float32 rows: four times the bytes, and nothing to decide afterwards. */
async function floatDesign(store: EmbeddingStore): Promise<Omit<Design, "graph">> {
	const kernels = await compileVariant(store.arena.memory, [FLOAT32]);
	const { embeddings } = store.parts;
	let float32At = 0;
	return {
		store: withBeam(store, {
			offerToBeam: (_query, _codes, ids, count, length, ...rest) =>
				kernels.offerToBeam(float32At, embeddings, ids, count, length * 4, ...rest),
			runBeam: (_query, _codes, length, ...rest) =>
				kernels.runBeam(float32At, embeddings, length * 4, ...rest),
		}),
		isDecidedAfter: false,
		prepare: (query) => {
			float32At = query.float32At;
		},
	};
}

/** Neighbours, codes and float32 numbers of a row one after the other, as hnswlib has them, not all codes in one block. */
async function recordDesign(store: EmbeddingStore, graph: Graph): Promise<Design> {
	const { arena, stride, parts, size } = store;
	const listBytes = NUM_NEIGHBOURS * 4;
	const recordBytes = listBytes + stride + stride * 4;
	const records = arena.allocate(size * recordBytes);
	for (let row = 0; row < size; row++) {
		const at = records + row * recordBytes;
		arena.bytes(at, listBytes).set(arena.bytes(graph.neighbours + row * listBytes, listBytes));
		arena.bytes(at + listBytes, stride).set(arena.bytes(parts.codes + row * stride, stride));
	}
	const kernels = await compileVariant(arena.memory, [
		{
			file: "dot.ts",
			from: "const row = rows + idAt(ids, i) * rowBytes;",
			to: `const row = rows + idAt(ids, i) * ${recordBytes};`,
		},
		{ file: "beam.ts", from: "codes + row * <usize>length", to: `codes + row * ${recordBytes}` },
		{ file: "beam.ts", from: "codes + neighbour * <usize>length", to: `codes + neighbour * ${recordBytes}` },
		{
			file: "beam.ts",
			from: "neighbours + ((<usize>row * NUM_NEIGHBOURS) << 2)",
			to: `neighbours + <usize>row * ${recordBytes}`,
		},
	]);
	return {
		graph: { neighbours: records },
		store: withBeam(store, {
			offerToBeam: (query, _codes, ...rest) => kernels.offerToBeam(query, records + listBytes, ...rest),
			runBeam: (query, _codes, ...rest) => kernels.runBeam(query, records + listBytes, ...rest),
		}),
	};
}
