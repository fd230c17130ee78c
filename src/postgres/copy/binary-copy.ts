/**
 * PostgreSQL's binary COPY format, written and read row by row ("COPY", section "Binary Format", of its manual): a
 * header, then for each row the number of its fields and each as its length and bytes; -1 instead of a length is NULL,
 * instead of a number of fields the end. All numbers are big-endian.
 */
import { AppError } from "../../errors.ts";

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
/** Signature, flags, and the length of an extension that there is not. */
const HEADER = Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** OID of the type `text`, as arrays of it name it. */
const TEXT_OID = 25;
/** Rows are handed on in pieces of about this size. */
const PIECE_BYTES = 1 << 16;

/** A field's bytes, or NULL. */
export type Field = Buffer | null;

export function int32(value: number): Buffer {
	const bytes = Buffer.allocUnsafe(4);
	bytes.writeInt32BE(value);
	return bytes;
}

/** For text and json. */
export function text(value: string): Buffer {
	return Buffer.from(value, "utf8");
}

/** For text[]: dimensions, flags, type, length and first subscript, then each element as a field. */
export function textArray(values: readonly string[]): Buffer {
	if (values.length === 0) return Buffer.concat([int32(0), int32(0), int32(TEXT_OID)]);
	const head = [int32(1), int32(0), int32(TEXT_OID), int32(values.length), int32(1)];
	return Buffer.concat([...head, ...values.map(text).flatMap((bytes) => [int32(bytes.length), bytes])]);
}

/** For pgvector's `vector`: dimension, a spare number, then float32. */
export function vector(values: Float32Array): Buffer {
	const bytes = Buffer.allocUnsafe(4 + values.length * 4);
	bytes.writeInt16BE(values.length, 0);
	bytes.writeInt16BE(0, 2);
	for (let i = 0; i < values.length; i++) bytes.writeFloatBE(values[i]!, 4 + i * 4);
	return bytes;
}

export function readTextArray(bytes: Buffer): string[] {
	if (bytes.readInt32BE(0) === 0) return [];
	const values: string[] = [];
	let at = 20;
	for (let left = bytes.readInt32BE(12); left > 0; left--) {
		const length = bytes.readInt32BE(at);
		values.push(bytes.toString("utf8", at + 4, at + 4 + length));
		at += 4 + length;
	}
	return values;
}

export function readVector(bytes: Buffer): Float32Array {
	return Float32Array.from({ length: bytes.readInt16BE(0) }, (_, i) => bytes.readFloatBE(4 + i * 4));
}

/** All of a COPY, in pieces. */
export function* encodeCopy(rows: Iterable<readonly Field[]>): Generator<Buffer> {
	let [pieces, size]: [Buffer[], number] = [[HEADER], HEADER.length];
	for (const fields of rows) {
		const row = encodeRow(fields);
		pieces.push(row);
		size += row.length;
		if (size < PIECE_BYTES) continue;
		yield Buffer.concat(pieces);
		[pieces, size] = [[], 0];
	}
	yield Buffer.concat([...pieces, TRAILER]);
}

function encodeRow(fields: readonly Field[]): Buffer {
	const size = fields.reduce((sum, field) => sum + 4 + (field?.length ?? 0), 2);
	const row = Buffer.allocUnsafe(size);
	let at = row.writeInt16BE(fields.length);
	for (const field of fields) {
		at = row.writeInt32BE(field?.length ?? -1, at);
		if (field) at += field.copy(row, at);
	}
	return row;
}

/**
 * The rows of a COPY, wherever its pieces were cut. Fields lie in the piece's memory: copy what is kept.
 * @throws AppError INDEX_CORRUPT for what is not such a format, or is cut short
 */
export async function* decodeCopy(pieces: AsyncIterable<Buffer>): AsyncGenerator<Field[]> {
	let rest: Buffer = Buffer.alloc(0);
	let isBegun = false;
	let isEnded = false;
	for await (const piece of pieces) {
		rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
		let at = 0;
		if (!isBegun) {
			if (rest.length < HEADER.length) continue;
			if (!rest.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw notReadable();
			isBegun = true;
			at = HEADER.length;
		}
		while (!isEnded) {
			const row = readRow(rest, at);
			if (!row) break;
			at = row.end;
			if (row.fields) yield row.fields;
			else isEnded = true;
		}
		rest = rest.subarray(at);
	}
	if (!isEnded) throw notReadable();
}

/** @returns undefined if the row is not all there; without fields at the end */
function readRow(bytes: Buffer, start: number): { fields?: Field[]; end: number } | undefined {
	if (start + 2 > bytes.length) return undefined;
	const numFields = bytes.readInt16BE(start);
	let at = start + 2;
	if (numFields === -1) return { end: at };
	const fields: Field[] = [];
	for (let i = 0; i < numFields; i++) {
		if (at + 4 > bytes.length) return undefined;
		const length = bytes.readInt32BE(at);
		at += 4;
		if (length === -1) {
			fields.push(null);
			continue;
		}
		if (at + length > bytes.length) return undefined;
		fields.push(bytes.subarray(at, at + length));
		at += length;
	}
	return { fields, end: at };
}

function notReadable(): AppError {
	return new AppError("INDEX_CORRUPT", "What the database sends is no COPY in binary, or is cut short.");
}
