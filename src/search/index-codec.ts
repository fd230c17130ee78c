/** An index to sections of its file and back. The frame around them is index-file.ts. */
import { AppError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import type { Calibration } from "./calibration.ts";
import { allocateStore, EmbeddingStore, strideOf } from "./embedding-store.ts";
import { allocateGraph, checkGraph, type Graph, NUM_NEIGHBOURS, neighboursOf } from "./graph.ts";
import { buildHashTables, type HashTables } from "./hash-tables.ts";
import { allocateHyperplanes, hashRows, NUM_BITS, NUM_PLANES, NUM_TABLES } from "./hyperplanes.ts";
import {
	encodeFrame,
	type IndexFrame,
	type IndexParameters,
	type IndexSource,
	padded,
	readFrame,
	readSection,
	type SectionEntry,
} from "./index-file.ts";
import type { SearchParts } from "./lsh-search.ts";
import { MAX_DIMENSION } from "./query.ts";

/*
 * section           content, row-major; stride = dimension filled up with zeros to a multiple of 16
 * index/pipeline    UTF-8: the pipeline version, i.e. what made the embeddings
 * index/embeddings  float32 size x stride, unit length
 * index/groups      uint32 size
 * index/mean        float32 stride
 * index/pivots      float32 numPivots x stride
 * index/planes      uint16 3,200 x 2: numbers of pivots
 * index/thresholds  float32 3,200
 * index/sharpness   float32 3,200
 * index/hashes      uint64 50 x size: bit i = side of the table's hyperplane i
 * index/graph       uint32 size x 32: neighbours, ended by 2^32 - 1; only if numNeighbours is 32
 * index/calibration UTF-8: `Calibration` as JSON; only if there were rows enough
 */
const OWN_PREFIX = "index/";
/** Beyond it a directory alone would be larger than all rows that 4 GiB can hold. */
const MAX_PREFIX_BITS = 24;

/** What an index is made of. */
export interface IndexParts extends SearchParts {
	readonly calibration: Calibration | undefined;
	readonly pipelineVersion: string;
	readonly seed: number;
}

/**
 * @param extraSections by the caller's names
 * @throws RangeError for a name of ours
 */
export function encodeIndex(
	parts: IndexParts,
	extraSections: ReadonlyMap<string, Uint8Array>,
): Uint8Array<ArrayBuffer> {
	const { store, planes, tables, graph, calibration, pipelineVersion, seed } = parts;
	const { arena, size, stride, dimension } = store;
	const sections = new Map<string, Uint8Array>([
		["index/pipeline", new TextEncoder().encode(pipelineVersion)],
		["index/embeddings", arena.bytes(store.parts.embeddings, size * stride * 4)],
		["index/groups", arena.bytes(store.parts.groups, size * 4)],
		["index/mean", arena.bytes(store.parts.mean, stride * 4)],
		["index/pivots", arena.bytes(planes.pivots, planes.numPivots * stride * 4)],
		["index/planes", arena.bytes(planes.pairs, NUM_PLANES * 4)],
		["index/thresholds", arena.bytes(planes.thresholds, NUM_PLANES * 4)],
		["index/sharpness", arena.bytes(planes.sharpness, NUM_PLANES * 4)],
		["index/hashes", new Uint8Array(hashRows(store, planes).buffer)],
	]);
	if (graph) sections.set("index/graph", arena.bytes(graph.neighbours, size * NUM_NEIGHBOURS * 4));
	if (calibration) sections.set("index/calibration", new TextEncoder().encode(JSON.stringify(calibration)));
	for (const [name, bytes] of extraSections) {
		if (name.startsWith(OWN_PREFIX)) {
			throw new RangeError(
				`Expected a section name that does not start with "${OWN_PREFIX}" but received "${name}".`,
			);
		}
		sections.set(name, bytes);
	}
	const parameters = {
		dimension,
		size,
		numTables: NUM_TABLES,
		numBits: NUM_BITS,
		prefixBits: tables.prefixBits,
		numPivots: planes.numPivots,
		numNeighbours: graph ? NUM_NEIGHBOURS : 0,
		seed,
		...store.parts.codeScale,
	};
	return encodeFrame(parameters, sections);
}

/**
 * Reads an index to where it will be used: every section goes once from the source to its place in the arena.
 * @throws AppError INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH, INDEX_CORRUPT; PIPELINE_MISMATCH if another pipeline
 * version was expected
 */
export function decodeIndex(
	source: IndexSource,
	arena: Arena,
	expectedPipelineVersion: string | undefined,
): { parts: IndexParts; extraSections: Map<string, Uint8Array> } {
	const frame = readFrame(source);
	const { parameters } = frame;
	checkParameters(parameters);
	const { dimension, size, numPivots, prefixBits, seed, scale, maxError, maxLength } = parameters;
	const stride = strideOf(dimension);

	const pipelineBytes = readBytes(source, ownSection(frame, "index/pipeline"));
	const pipelineVersion = new TextDecoder().decode(pipelineBytes);
	if (expectedPipelineVersion !== undefined && pipelineVersion !== expectedPipelineVersion) {
		throw new AppError(
			"PIPELINE_MISMATCH",
			`Expected embeddings of "${expectedPipelineVersion}" but the index holds those of "${pipelineVersion}".`,
			{ hint: "Build the gallery again with this version, or choose the engine that built it." },
		);
	}
	// all lengths before the first allocation: a false size must not ask for gigabytes
	const lengths = sectionLengths(parameters);
	for (const [name, byteLength] of lengths) ownSection(frame, name, byteLength);
	const intoArena = (name: string, pointer: number) => {
		const byteLength = lengths.get(name) as number;
		const entry = ownSection(frame, name, byteLength);
		readSection(source, entry, arena.bytes(pointer, padded(byteLength)), () =>
			arena.kernels.checksum(pointer, padded(byteLength)),
		);
	};
	const allocated = allocateStore(arena, size, dimension);
	intoArena("index/embeddings", allocated.embeddings);
	intoArena("index/groups", allocated.groups);
	intoArena("index/mean", allocated.mean);
	arena.kernels.quantise(allocated.embeddings, allocated.mean, size, stride, scale, allocated.codes);
	const store = new EmbeddingStore(arena, { ...allocated, codeScale: { scale, maxError, maxLength } });

	const planes = allocateHyperplanes(arena, numPivots, stride);
	intoArena("index/pivots", planes.pivots);
	intoArena("index/planes", planes.pairs);
	intoArena("index/thresholds", planes.thresholds);
	intoArena("index/sharpness", planes.sharpness);
	if (arena.uint16(planes.pairs, NUM_PLANES * 2).some((pivot) => pivot >= numPivots)) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected hyperplanes between ${numPivots} pivots but one names another.`,
		);
	}
	const tables = readTables(source, frame, arena, size, prefixBits);
	let graph: Graph | undefined;
	if (parameters.numNeighbours > 0) {
		graph = allocateGraph(arena, size);
		intoArena("index/graph", graph.neighbours);
		checkGraph(neighboursOf(arena, graph, size), size);
	}

	const extraSections = new Map<string, Uint8Array>();
	for (const entry of frame.sections.values()) {
		if (!entry.name.startsWith(OWN_PREFIX)) extraSections.set(entry.name, readBytes(source, entry));
	}
	const calibration = readCalibration(source, frame);
	return { parts: { store, planes, tables, graph, calibration, pipelineVersion, seed }, extraSections };
}

/** Hashes are read table by table to one place and sorted from there: only the buckets stay. */
function readTables(
	source: IndexSource,
	frame: IndexFrame,
	arena: Arena,
	size: number,
	prefixBits: number,
): HashTables {
	const entry = ownSection(frame, "index/hashes");
	// the section's checksum is over all tables, so it is taken from the whole before the sorting
	const hashes = readBytes(source, entry);
	return buildHashTables(arena, size, prefixBits, (table, pointer) => {
		arena.bytes(pointer, size * 8).set(hashes.subarray(table * size * 8, (table + 1) * size * 8));
	});
}

/** Bytes of every section whose length follows from the parameters. */
function sectionLengths({ dimension, size, numPivots, numNeighbours }: IndexParameters): Map<string, number> {
	const stride = strideOf(dimension);
	const lengths = new Map([
		["index/embeddings", size * stride * 4],
		["index/groups", size * 4],
		["index/mean", stride * 4],
		["index/pivots", numPivots * stride * 4],
		["index/planes", NUM_PLANES * 4],
		["index/thresholds", NUM_PLANES * 4],
		["index/sharpness", NUM_PLANES * 4],
		["index/hashes", NUM_TABLES * size * 8],
	]);
	if (numNeighbours > 0) lengths.set("index/graph", size * numNeighbours * 4);
	return lengths;
}

function readCalibration(source: IndexSource, frame: IndexFrame): Calibration | undefined {
	const entry = frame.sections.get("index/calibration");
	if (!entry) return undefined;
	try {
		return JSON.parse(new TextDecoder().decode(readBytes(source, entry)));
	} catch (cause) {
		if (cause instanceof AppError) throw cause;
		throw new AppError("INDEX_CORRUPT", "The index file's calibration is not readable.", { cause });
	}
}

function readBytes(source: IndexSource, entry: SectionEntry): Uint8Array {
	const bytes = new Uint8Array(padded(entry.byteLength));
	readSection(source, entry, bytes);
	return bytes.subarray(0, entry.byteLength);
}

function ownSection(frame: IndexFrame, name: string, byteLength?: number): SectionEntry {
	const entry = frame.sections.get(name);
	if (!entry)
		throw new AppError("INDEX_CORRUPT", `Expected a section "${name}" but the index file has none.`);
	if (byteLength !== undefined && entry.byteLength !== byteLength) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${byteLength} bytes in section "${name}" but received ${entry.byteLength}.`,
		);
	}
	return entry;
}

function checkParameters(parameters: IndexParameters): void {
	const { dimension, size, numPivots, prefixBits, scale, maxError, maxLength } = parameters;
	const expected: readonly (readonly [name: keyof IndexParameters, isRight: boolean, range: string])[] = [
		["dimension", dimension >= 1 && dimension <= MAX_DIMENSION, `1 to ${MAX_DIMENSION}`],
		["size", size < 2 ** 31, "less than 2^31"],
		["numTables", parameters.numTables === NUM_TABLES, `${NUM_TABLES}`],
		["numBits", parameters.numBits === NUM_BITS, `${NUM_BITS}`],
		["numNeighbours", [0, NUM_NEIGHBOURS].includes(parameters.numNeighbours), `0 or ${NUM_NEIGHBOURS}`],
		["prefixBits", prefixBits >= 1 && prefixBits <= MAX_PREFIX_BITS, `1 to ${MAX_PREFIX_BITS}`],
		["numPivots", numPivots >= 1 && numPivots <= 65536, "1 to 65536"],
		["scale", Number.isFinite(scale) && scale > 0, "a positive number"],
		["maxError", Number.isFinite(maxError) && maxError >= 0, "a number from 0"],
		["maxLength", Number.isFinite(maxLength) && maxLength >= 0, "a number from 0"],
	];
	for (const [name, isRight, range] of expected) {
		if (isRight) continue;
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${range} for ${name} in the index file but received ${parameters[name]}.`,
		);
	}
}
