/** Appending to files so that what was appended is there after a power cut. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { flushFolder } from "./atomic-file.ts";
import { writeFailure } from "./write-failure.ts";

/**
 * Writes bytes at a place of a file and ends it there; makes the file where it is missing. What was before that place
 * stays untouched whatever happens; where not all could be written, the file ends at that place.
 * @param at bytes of the file that stay
 * @throws AppError DISK_FULL, READ_ONLY or FILE_NOT_WRITABLE
 */
export async function appendDurably(file: string, at: number, bytes: Uint8Array): Promise<void> {
	try {
		const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND);
		try {
			await handle.truncate(at);
			// a disk that is nearly full takes a part first: this goes on until it has taken all, or refuses
			await handle.appendFile(bytes);
			await handle.sync();
		} catch (error) {
			await handle.truncate(at).catch(() => {});
			throw error;
		} finally {
			await handle.close();
		}
		if (at === 0) await flushFolder(path.dirname(file));
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}
