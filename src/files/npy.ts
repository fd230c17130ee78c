/**
 * Float32 matrices in NumPy's array format: written as version 1.0, read as 1.0 to 3.0.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../errors.ts";

const MAGIC = Buffer.from([0x93, ...Buffer.from("NUMPY")]);
/** The header and what is before it fill a multiple of this. */
const ALIGNMENT = 64;
/** Numbers that are written or read at a time. */
const CHUNK_NUMBERS = 1 << 18;
/** Longer ones are not of an array of plain numbers. */
const MAX_HEADER_BYTES = 65_536;

export interface Matrix {
	readonly numRows: number;
	readonly numColumns: number;
	/** Row-major, numRows x numColumns. */
	readonly values: Float32Array;
}

/**
 * The file of a matrix, little-endian and row-major, part by part: never all of it is in memory.
 * @param rows numRows of them, each numColumns long
 * @throws RangeError for rows of another shape
 */
export function* npyParts(
	numRows: number,
	numColumns: number,
	rows: Iterable<Float32Array>,
): Generator<Uint8Array> {
	const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${numRows}, ${numColumns}), }`;
	// magic (6), version (2), header length (2), header, which ends with a newline
	const headerBytes = Math.ceil((10 + description.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
	const head = Buffer.alloc(10, MAGIC);
	head.set([1, 0], 6);
	head.writeUInt16LE(headerBytes, 8);
	yield Buffer.concat([head, Buffer.from(`${description.padEnd(headerBytes - 1)}\n`, "latin1")]);
	const rowsPerPart = Math.max(1, Math.floor(CHUNK_NUMBERS / Math.max(numColumns, 1)));
	let part = Buffer.alloc(rowsPerPart * numColumns * 4);
	let at = 0;
	let numWritten = 0;
	for (const row of rows) {
		if (row.length !== numColumns)
			throw new RangeError(`Expected ${numColumns} columns but row ${numWritten} has ${row.length}.`);
		for (const value of row) at = part.writeFloatLE(value, at);
		numWritten++;
		if (at < part.byteLength) continue;
		yield part;
		part = Buffer.alloc(part.byteLength);
		at = 0;
	}
	if (numWritten !== numRows) throw new RangeError(`Expected ${numRows} rows but received ${numWritten}.`);
	yield part.subarray(0, at);
}

/**
 * Reads a float32 matrix; apart from it, a megabyte of the file is in memory at a time.
 * @throws AppError FILE_NOT_FOUND; INVALID_VECTOR for a file that holds something else, or less or more of it
 */
export async function readNpy(file: string): Promise<Matrix> {
	const handle = await open(file).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected an array at ${file} but it can't be read.`, { cause });
	});
	try {
		const { numRows, numColumns, offset } = await readHeader(handle, file);
		const { size } = await handle.stat();
		const wanted = offset + numRows * numColumns * 4;
		// before anything is allocated: a false shape must not ask for gigabytes
		if (size !== wanted) {
			const why = size < wanted ? "it was cut" : "something was added";
			throw invalid(
				`Expected ${wanted} bytes for ${numRows} x ${numColumns} numbers in ${file} but found ${size}: ${why}.`,
			);
		}
		const values = new Float32Array(numRows * numColumns);
		await readNumbers(handle, offset, values);
		return { numRows, numColumns, values };
	} finally {
		await handle.close();
	}
}

async function readNumbers(handle: FileHandle, offset: number, values: Float32Array): Promise<void> {
	const part = Buffer.alloc(CHUNK_NUMBERS * 4);
	for (let done = 0; done < values.length; ) {
		const wanted = Math.min(CHUNK_NUMBERS, values.length - done) * 4;
		const { bytesRead } = await handle.read(part, 0, wanted, offset + done * 4);
		if (bytesRead === 0) throw invalid("The array's file became shorter while it was read.");
		const numRead = Math.floor(bytesRead / 4);
		for (let i = 0; i < numRead; i++) values[done + i] = part.readFloatLE(i * 4);
		done += numRead;
	}
}

async function readHeader(
	handle: FileHandle,
	file: string,
): Promise<{ numRows: number; numColumns: number; offset: number }> {
	const head = Buffer.alloc(12);
	const { bytesRead } = await handle.read(head, 0, 12, 0);
	const version = head.readUInt8(6);
	if (bytesRead < 12 || !head.subarray(0, 6).equals(MAGIC) || version < 1 || version > 3)
		throw invalid(`Expected an array in NumPy's format (.npy) at ${file} but it is another file.`);
	const offset = version === 1 ? 10 : 12;
	const headerBytes = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
	if (headerBytes > MAX_HEADER_BYTES)
		throw invalid(`${file}: a header of ${headerBytes} bytes is no array's.`);
	const header = Buffer.alloc(headerBytes);
	await handle.read(header, 0, headerBytes, offset);
	const text = header.toString("latin1");
	const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
	if (type !== "<f4") {
		throw invalid(
			`Expected float32 numbers ('<f4') in ${file} but found ${type === undefined ? "others" : `'${type}'`}.`,
			'In Python: array.astype("<f4").',
		);
	}
	if (!/'fortran_order':\s*False/.test(text))
		throw invalid(
			`Expected rows one after the other in ${file} but it has columns.`,
			"In Python: numpy.ascontiguousarray(array).",
		);
	const shape = /'shape':\s*\(([^)]*)\)/
		.exec(text)?.[1]
		?.split(",")
		.map((number) => number.trim());
	const [numRows, numColumns, ...others] = (shape ?? []).filter((number) => number !== "").map(Number);
	if (
		numRows === undefined ||
		numColumns === undefined ||
		others.length > 0 ||
		![numRows, numColumns].every(Number.isSafeInteger)
	)
		throw invalid(
			`Expected a matrix, one row per photo, in ${file} but its shape is (${shape?.join(",") ?? ""}).`,
		);
	return { numRows, numColumns, offset: offset + headerBytes };
}

function invalid(message: string, hint?: string): AppError {
	return new AppError("INVALID_VECTOR", message, hint === undefined ? {} : { hint });
}
