/** The bytes of an index file to an index: every section goes once from the file to where it will be used. */
import { AppError } from "../../errors.ts";
import type { Arena } from "../parts/arena.ts";
import type { Calibration } from "../parts/calibration.ts";
import { roomFor, rowBytesOf } from "../parts/capacity.ts";
import { allocateStore, EmbeddingStore, strideOf } from "../parts/embedding-store.ts";
import { allocateGraph, checkGraph, type Graph, NUM_NEIGHBOURS, neighboursOf } from "../parts/graph.ts";
import { choosePrefixBits } from "../parts/hash-tables.ts";
import {
	allocateHyperplanes,
	type KnownHashes,
	MAX_PIVOTS,
	NUM_BITS,
	NUM_PLANES,
	NUM_TABLES,
} from "../parts/hyperplanes.ts";
import { EMBEDDINGS_SECTION, type IndexParts, OWN_PREFIX } from "../parts/index-parts.ts";
import { Removals } from "../parts/removals.ts";
import { BYTES_PER_NUMBER, type Precision } from "../parts/rows.ts";
import { isUnitLength, MAX_DIMENSION } from "../query.ts";
import { isCalibration } from "./check-calibration.ts";
import {
	type IndexFrame,
	type IndexParameters,
	type IndexSource,
	padded,
	readFrame,
	readSection,
	type SectionEntry,
	VERSION_OF,
} from "./index-file.ts";

/** What follows on the parts: rows of version 1 that were not linked yet, and rows that were removed. */
export interface DecodedChanges {
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	readonly removed: number[];
}

export interface DecodedIndex {
	readonly parts: IndexParts;
	readonly changes: DecodedChanges;
	readonly extraSections: Map<string, Uint8Array>;
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
): DecodedIndex {
	const frame = readFrame(source);
	const { parameters } = frame;
	checkParameters(parameters);
	const { dimension, size, numPivots, seed, scale, maxError, maxLength } = parameters;
	const stride = strideOf(dimension);

	const pipelineBytes = readBytes(source, ownSection(frame, "index/pipeline"));
	const pipelineVersion = new TextDecoder().decode(pipelineBytes);
	if (expectedPipelineVersion !== undefined && pipelineVersion !== expectedPipelineVersion) {
		throw new AppError(
			"PIPELINE_MISMATCH",
			`Expected embeddings of "${expectedPipelineVersion}" but the index holds those of "${pipelineVersion}".`,
		);
	}
	// all lengths before the first allocation: a false size must not ask for gigabytes
	const precision = frame.version === VERSION_OF.float16 ? "float16" : "float32";
	const lengths = sectionLengths(parameters, precision, frame.sections.has("index/hashes"));
	for (const [name, byteLength] of lengths) ownSection(frame, name, byteLength);
	if (frame.version === 1) ownSection(frame, "index/hashes");
	const intoArena = (name: string, pointer: number) => {
		const byteLength = lengths.get(name) as number;
		const entry = ownSection(frame, name, byteLength);
		readSection(source, entry, arena.bytes(pointer, padded(byteLength)), () =>
			arena.kernels.checksum(pointer, padded(byteLength)),
		);
	};
	const capacity = roomFor(size, rowBytesOf(stride, precision));
	const allocated = allocateStore(arena, capacity, dimension, precision);
	intoArena(EMBEDDINGS_SECTION[precision], allocated.embeddings);
	intoArena("index/groups", allocated.groups);
	intoArena("index/mean", allocated.mean);
	const store = new EmbeddingStore(arena, allocated, size, { scale, maxError, maxLength });
	refuseMisfit(store.findMisfit());
	store.makeCodes();

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
	let graph: Graph | undefined;
	if (parameters.numNeighbours > 0) {
		graph = allocateGraph(arena, capacity);
		intoArena("index/graph", graph.neighbours);
		checkGraph(neighboursOf(arena, graph, size), size);
	}

	let hashes: KnownHashes | undefined;
	if (frame.sections.has("index/hashes")) {
		hashes = { pointer: arena.allocate(NUM_TABLES * size * 8), numRows: size };
		intoArena("index/hashes", hashes.pointer);
	}

	const extraSections = new Map<string, Uint8Array>();
	for (const entry of frame.sections.values()) {
		if (!entry.name.startsWith(OWN_PREFIX)) extraSections.set(entry.name, readBytes(source, entry));
	}
	const calibration = readCalibration(source, frame);
	const changes = readChanges(source, frame, store);
	const removals = Removals.create(arena, capacity);
	return {
		parts: { store, planes, graph, hashes, removals, calibration, pipelineVersion, seed },
		changes,
		extraSections,
	};
}

/** Bytes of every section whose length follows from the parameters. */
function sectionLengths(
	{ dimension, size, numPivots, numNeighbours }: IndexParameters,
	precision: Precision,
	hasHashes: boolean,
): Map<string, number> {
	const stride = strideOf(dimension);
	const lengths = new Map<string, number>([
		[EMBEDDINGS_SECTION[precision], size * stride * BYTES_PER_NUMBER[precision]],
		["index/groups", size * 4],
		["index/mean", stride * 4],
		["index/pivots", numPivots * stride * 4],
		["index/planes", NUM_PLANES * 4],
		["index/thresholds", NUM_PLANES * 4],
		["index/sharpness", NUM_PLANES * 4],
	]);
	if (hasHashes) lengths.set("index/hashes", NUM_TABLES * size * 8);
	if (numNeighbours > 0) lengths.set("index/graph", size * numNeighbours * 4);
	return lengths;
}

function readChanges(source: IndexSource, frame: IndexFrame, built: EmbeddingStore): DecodedChanges {
	const { stride, dimension } = built;
	const wordsIn = (name: string, lastVersion = frame.version) => {
		const entry = frame.version <= lastVersion ? frame.sections.get(name) : undefined;
		return entry ? wordsOf(readBytes(source, entry)) : new ArrayBuffer(0);
	};
	const rows = new Float32Array(wordsIn("index/added", 1));
	const groups = new Uint32Array(wordsIn("index/addedGroups", 1));
	if (rows.length !== groups.length * stride) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${groups.length} added rows of ${stride} numbers but received ${rows.length} numbers.`,
		);
	}
	const embeddings = new Float32Array(groups.length * dimension);
	groups.forEach((_, row) => {
		const embedding = rows.subarray(row * stride, row * stride + dimension);
		if (!isUnitLength(embedding.reduce((sum, value) => sum + value * value, 0)))
			refuseMisfit(built.size + row);
		embeddings.set(embedding, row * dimension);
	});
	const removed = [...new Uint32Array(wordsIn("index/removed"))];
	const size = built.size + groups.length;
	const wrong = removed.find((row) => row >= size);
	if (wrong !== undefined) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected removed rows below ${size} in the index file but received ${wrong}.`,
		);
	}
	return { embeddings, groups, removed };
}

function refuseMisfit(row: number | undefined): void {
	if (row === undefined) return;
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected embeddings of length 1 in the index file but row ${row} is not.`,
	);
}

/** Whole 32-bit words, on their own. @throws AppError INDEX_CORRUPT for a part of one */
function wordsOf(bytes: Uint8Array): ArrayBuffer {
	if (bytes.byteLength % 4 === 0) return bytes.slice().buffer as ArrayBuffer;
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected a section of 4-byte numbers in the index file but received ${bytes.byteLength} bytes.`,
	);
}

function readCalibration(source: IndexSource, frame: IndexFrame): Calibration | undefined {
	const entry = frame.sections.get("index/calibration");
	if (!entry) return undefined;
	const text = new TextDecoder().decode(readBytes(source, entry));
	try {
		const calibration: unknown = JSON.parse(text);
		if (isCalibration(calibration)) return calibration;
	} catch (cause) {
		throw new AppError("INDEX_CORRUPT", "The index file's calibration is not readable.", { cause });
	}
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected a calibration in the index file but received ${text.slice(0, 60)}.`,
	);
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
		["prefixBits", prefixBits === choosePrefixBits(size), `${choosePrefixBits(size)} (for ${size} rows)`],
		["numPivots", numPivots >= 1 && numPivots <= MAX_PIVOTS, `1 to ${MAX_PIVOTS}`],
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
