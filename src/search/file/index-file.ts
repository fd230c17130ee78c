/** The index file's frame: magic, version, parameters, and sections with checksums. What the sections hold, index-parts.ts says. */
import { AppError } from "../../errors.ts";
import { checksum } from "../kernels/checksum.ts";
import { describeValue, isArrayOf } from "../query.ts";

/*
 * All numbers are little-endian.
 *
 * offset size type     meaning
 *      0    8 ASCII    "FACEINDX"
 *      8    4 uint32   version of this format
 *     12    4 uint32   number of sections
 *     16    8 uint64   length of the file in bytes
 *     24    4 uint32   checksum (checksum.ts) of everything from 64 to the first section
 *     28   36          zeros
 *     64    4 uint32   dimension: numbers per embedding
 *     68    4 uint32   size: rows
 *     72    4 uint32   numTables: hash tables
 *     76    4 uint32   numBits: hyperplanes per table
 *     80    4 uint32   prefixBits: how many bits of a hash key its bucket
 *     84    4 uint32   numPivots: data points whose differences are the hyperplanes' normals
 *     88    4 uint32   numNeighbours of a row in the graph; 0 = no graph
 *     92    4 uint32   seed
 *     96    8 float64  codeScale.scale      \
 *    104    8 float64  codeScale.maxError    > see embedding-store.ts
 *    112    8 float64  codeScale.maxLength  /
 *    120    8          zeros
 *    128 64*i          the sections, in the order in which they lie in the file:
 *      0   40 UTF-8    name, filled up with zeros
 *     40    8 uint64   offset from the start of the file, a multiple of 64
 *     48    8 uint64   length in bytes, without the zeros that fill it up to a multiple of 64
 *     56    4 uint32   checksum of the section with its zeros
 *     60    4          zeros
 */
const MAGIC = "FACEINDX";
/** Float16 rows have a version of their own, so that programs of before still read the others. */
export const VERSION_OF = { float32: 2, float16: 3 } as const;
const VERSION = 3;
/** The oldest that is still read; what was in it, index-parts.ts says. */
const OLDEST_VERSION = 1;
const LENGTH_AT = 16;
const CHECKSUM_AT = 24;
const PARAMETERS_AT = 64;
const SECTIONS_AT = 128;
const SECTION_BYTES = 64;
const NAME_BYTES = 40;
/** Sections start and end here, so that rows can be used where they are read to. */
const ALIGNMENT = 64;
const MAX_SECTIONS = 1024;

const PARAMETER_NAMES = [
	"dimension",
	"size",
	"numTables",
	"numBits",
	"prefixBits",
	"numPivots",
	"numNeighbours",
	"seed",
] as const;
const SCALE_NAMES = ["scale", "maxError", "maxLength"] as const;

export type IndexParameters = Readonly<
	Record<(typeof PARAMETER_NAMES)[number] | (typeof SCALE_NAMES)[number], number>
>;

/** Where an index file is read from, e.g. bytes in memory or an open file. */
export interface IndexSource {
	readonly byteLength: number;
	/** Fills `target`, which may lie in shared memory, with the bytes from `offset`. */
	read(offset: number, target: Uint8Array): void;
}

export interface SectionEntry {
	readonly name: string;
	readonly offset: number;
	readonly byteLength: number;
	readonly checksum: number;
}

export interface IndexFrame {
	readonly version: number;
	readonly parameters: IndexParameters;
	readonly sections: ReadonlyMap<string, SectionEntry>;
}

/** @returns `byteLength` filled up to a multiple of 64 */
export function padded(byteLength: number): number {
	return Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
}

/** Bytes in memory as a source. @throws AppError INVALID_INDEX_FILE for anything else, e.g. an ArrayBuffer */
export function sourceOf(bytes: Uint8Array): IndexSource {
	if (!isArrayOf(Uint8Array, bytes)) {
		throw new AppError(
			"INVALID_INDEX_FILE",
			`Expected the bytes of an index file as a Uint8Array but received ${describeValue(bytes)}.`,
		);
	}
	return {
		byteLength: bytes.byteLength,
		read: (offset, target) => target.set(bytes.subarray(offset, offset + target.byteLength)),
	};
}

/** Puts the file together. @throws RangeError for a name that is too long */
export function encodeFrame(
	version: number,
	parameters: IndexParameters,
	sections: ReadonlyMap<string, Uint8Array>,
): Uint8Array<ArrayBuffer> {
	const headerBytes = SECTIONS_AT + sections.size * SECTION_BYTES;
	const fileBytes = [...sections.values()].reduce(
		(sum, bytes) => sum + padded(bytes.byteLength),
		headerBytes,
	);
	const file = new Uint8Array(fileBytes);
	const view = new DataView(file.buffer);
	file.set(new TextEncoder().encode(MAGIC));
	view.setUint32(8, version, true);
	view.setUint32(12, sections.size, true);
	view.setBigUint64(LENGTH_AT, BigInt(fileBytes), true);
	PARAMETER_NAMES.forEach((name, i) => {
		view.setUint32(PARAMETERS_AT + i * 4, parameters[name], true);
	});
	SCALE_NAMES.forEach((name, i) => {
		view.setFloat64(96 + i * 8, parameters[name], true);
	});
	let entry = SECTIONS_AT;
	let offset = headerBytes;
	for (const [name, bytes] of sections) {
		const encodedName = new TextEncoder().encode(name);
		if (encodedName.byteLength > NAME_BYTES || encodedName.byteLength === 0) {
			throw new RangeError(`Expected a section name of 1 to ${NAME_BYTES} bytes but received "${name}".`);
		}
		const end = offset + padded(bytes.byteLength);
		file.set(bytes, offset);
		file.set(encodedName, entry);
		view.setBigUint64(entry + 40, BigInt(offset), true);
		view.setBigUint64(entry + 48, BigInt(bytes.byteLength), true);
		view.setUint32(entry + 56, checksum(file.subarray(offset, end)), true);
		entry += SECTION_BYTES;
		offset = end;
	}
	view.setUint32(CHECKSUM_AT, checksum(file.subarray(PARAMETERS_AT, headerBytes)), true);
	return file;
}

/**
 * Reads everything but the sections' bytes, and refuses what is not a whole index file of this version.
 * @throws AppError INVALID_INDEX_FILE (not one at all), INDEX_VERSION_MISMATCH, INDEX_CORRUPT (cut, longer, changed)
 */
export function readFrame(source: IndexSource): IndexFrame {
	const head = read(source, 0, Math.min(SECTIONS_AT, source.byteLength));
	const magic = new TextDecoder("latin1").decode(head.subarray(0, MAGIC.length));
	if (magic !== MAGIC) {
		throw new AppError(
			"INVALID_INDEX_FILE",
			`Expected an index file, which starts with "${MAGIC}", but received ${describeStart(head)}.`,
		);
	}
	if (head.byteLength < SECTIONS_AT) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected at least ${SECTIONS_AT} bytes of an index file but received ${head.byteLength}: it was cut.`,
		);
	}
	const view = new DataView(head.buffer);
	const version = view.getUint32(8, true);
	if (version < OLDEST_VERSION || version > VERSION) {
		throw new AppError(
			"INDEX_VERSION_MISMATCH",
			`Expected an index file of version ${OLDEST_VERSION} to ${VERSION} but received version ${version}.`,
			{ hint: "Build the index again." },
		);
	}
	const byteLength = view.getBigUint64(LENGTH_AT, true);
	if (byteLength !== BigInt(source.byteLength)) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected an index file of ${byteLength} bytes but received ${source.byteLength}: it was cut or something was added.`,
		);
	}
	const numSections = view.getUint32(12, true);
	const headerBytes = SECTIONS_AT + numSections * SECTION_BYTES;
	if (numSections > MAX_SECTIONS || headerBytes > source.byteLength) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected at most ${MAX_SECTIONS} sections inside the file but received ${numSections}.`,
		);
	}
	const header = read(source, 0, headerBytes);
	const sum = checksum(header.subarray(PARAMETERS_AT));
	if (
		sum !== view.getUint32(CHECKSUM_AT, true) ||
		head.subarray(28, PARAMETERS_AT).some((byte) => byte !== 0)
	) {
		throw new AppError("INDEX_CORRUPT", "The index file's header is damaged: its checksum does not fit.");
	}
	return { version, parameters: readParameters(view), sections: readSections(header, source.byteLength) };
}

/**
 * Reads one section with its padding into `target`.
 * @param target padded(entry.byteLength) bytes
 * @throws AppError INDEX_CORRUPT if the checksum does not fit
 */
export function readSection(
	source: IndexSource,
	entry: SectionEntry,
	target: Uint8Array,
	sum: (bytes: Uint8Array) => number = checksum,
): void {
	source.read(entry.offset, target);
	if (sum(target) === entry.checksum) return;
	throw new AppError(
		"INDEX_CORRUPT",
		`The index file's section "${entry.name}" is damaged: its checksum does not fit.`,
		{ hint: "Copy the file again or build it again." },
	);
}

function readParameters(view: DataView): IndexParameters {
	return Object.fromEntries([
		...PARAMETER_NAMES.map((name, i) => [name, view.getUint32(PARAMETERS_AT + i * 4, true)]),
		...SCALE_NAMES.map((name, i) => [name, view.getFloat64(96 + i * 8, true)]),
	]) as IndexParameters;
}

function readSections(header: Uint8Array, fileBytes: number): Map<string, SectionEntry> {
	const view = new DataView(header.buffer, header.byteOffset);
	const sections = new Map<string, SectionEntry>();
	let end = header.byteLength;
	for (let at = SECTIONS_AT; at < header.byteLength; at += SECTION_BYTES) {
		const name = new TextDecoder().decode(header.subarray(at, at + NAME_BYTES)).replace(/\0+$/, "");
		// what is no UTF-8 was decoded to U+FFFD, and could not be written again
		if (name === "" || name.includes("\ufffd")) {
			throw new AppError(
				"INDEX_CORRUPT",
				`Expected sections with names in the index file but received "${name}".`,
			);
		}
		const offset = Number(view.getBigUint64(at + 40, true));
		const byteLength = Number(view.getBigUint64(at + 48, true));
		if (offset !== end || offset + padded(byteLength) > fileBytes || sections.has(name)) {
			throw new AppError(
				"INDEX_CORRUPT",
				`Expected section "${name}" once, at byte ${end}, but received ${byteLength} bytes at ${offset} of ${fileBytes}.`,
			);
		}
		sections.set(name, { name, offset, byteLength, checksum: view.getUint32(at + 56, true) });
		end = offset + padded(byteLength);
	}
	if (end !== fileBytes) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected the sections to end with the file at byte ${fileBytes} but they end at ${end}.`,
		);
	}
	return sections;
}

function read(source: IndexSource, offset: number, byteLength: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(byteLength);
	source.read(offset, bytes);
	return bytes;
}

function describeStart(head: Uint8Array): string {
	if (head.byteLength === 0) return "an empty file";
	const bytes = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
	return `one that starts with the bytes ${bytes.join(" ")}`;
}
