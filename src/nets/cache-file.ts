/** Files that are made once from published weights and then only read: complete and unchanged, or refused. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { writeFileAtomically } from "../files/atomic-file.ts";

/*
 * offset  bytes  meaning (little-endian)
 *      0      8  "CFCACHE" and a zero byte
 *      8      4  version of this frame, now 1
 *     12      4  zero
 *     16      8  length of the content in bytes
 *     24      8  zero
 *     32     32  SHA-256 of the content
 *     64      *  content
 */
const MAGIC = new TextEncoder().encode("CFCACHE\0");
const VERSION = 1;
const VERSION_OFFSET = 8;
const LENGTH_OFFSET = 16;
const CHECKSUM_OFFSET = 32;
const CONTENT_OFFSET = 64;

/**
 * Writes a cache file; whoever reads it meanwhile sees the old file or the new one.
 * @throws AppError FILE_NOT_WRITABLE
 */
export async function writeCacheFile(file: string, content: Uint8Array): Promise<void> {
	const header = new Uint8Array(CONTENT_OFFSET);
	const view = new DataView(header.buffer);
	header.set(MAGIC);
	view.setUint32(VERSION_OFFSET, VERSION, true);
	view.setBigUint64(LENGTH_OFFSET, BigInt(content.byteLength), true);
	header.set(createHash("sha256").update(content).digest(), CHECKSUM_OFFSET);
	await writeFileAtomically(file, header, content);
}

/**
 * The content of a cache file, in memory of its own that starts at a multiple of eight bytes; nothing where there is
 * no such file.
 * @throws AppError INVALID_WEIGHT_CACHE where the file is another one, cut or changed
 */
export async function readCacheFile(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
	let bytes: Uint8Array<ArrayBuffer>;
	try {
		bytes = await readFile(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw new AppError("INVALID_WEIGHT_CACHE", `Expected to read ${file} but could not.`, { cause: error });
	}
	const hasMagic = bytes.length >= CONTENT_OFFSET && MAGIC.every((byte, i) => bytes[i] === byte);
	if (!hasMagic) throw invalid(`${file} to begin with the bytes of a cache file`, "others");
	const view = new DataView(bytes.buffer, bytes.byteOffset, CONTENT_OFFSET);
	const version = view.getUint32(VERSION_OFFSET, true);
	if (version !== VERSION) throw invalid(`version ${VERSION} of ${file}`, `version ${version}`);
	const length = view.getBigUint64(LENGTH_OFFSET, true);
	if (length !== BigInt(bytes.length - CONTENT_OFFSET)) {
		throw invalid(`${BigInt(CONTENT_OFFSET) + length} bytes in ${file}`, `${bytes.length}`);
	}
	const content = bytes.subarray(CONTENT_OFFSET);
	const checksum = createHash("sha256").update(content).digest("hex");
	const expected = Buffer.from(bytes.subarray(CHECKSUM_OFFSET, CONTENT_OFFSET)).toString("hex");
	if (checksum !== expected) throw invalid(`SHA-256 ${expected} for ${file}`, checksum);
	// small files are read into a shared pool, at any offset
	if (bytes.byteOffset % 8 !== 0) return new Uint8Array(content);
	return new Uint8Array(bytes.buffer, bytes.byteOffset + CONTENT_OFFSET, content.length);
}

function invalid(expected: string, received: string): AppError {
	return new AppError("INVALID_WEIGHT_CACHE", `Expected ${expected} but received ${received}.`, {
		hint: "Delete the file; it is made again from the weights.",
	});
}
