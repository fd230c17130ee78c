/** Appending to files so that what was appended is there after a power cut. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { flushFolder } from "./atomic-file.ts";
import { writeFailure } from "./write-failure.ts";

/**
 * Writes bytes at a place of a file and ends it there; makes the file where it is missing. What was before that place
 * stays untouched whatever happens.
 * @param at bytes of the file that stay
 * @throws AppError DISK_FULL, READ_ONLY or FILE_NOT_WRITABLE
 */
export async function appendDurably(file: string, at: number, bytes: Uint8Array): Promise<void> {
	try {
		const handle = await open(file, constants.O_RDWR | constants.O_CREAT);
		try {
			await handle.truncate(at);
			await handle.write(bytes, 0, bytes.byteLength, at);
			await handle.sync();
		} finally {
			await handle.close();
		}
		if (at === 0) await flushFolder(path.dirname(file));
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}
