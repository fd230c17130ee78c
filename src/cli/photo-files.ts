/** Reading what the command line names. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../errors.ts";
import { readTextFile } from "../files/read-text-file.ts";

/** No photo is larger; somebody's disk image may be. */
const MAX_PHOTO_BYTES = 500e6;

/** @throws AppError FILE_NOT_FOUND, also for what is no file; PHOTO_TOO_LARGE beyond 500 MB */
export async function readPhotoFile(file: string): Promise<Uint8Array> {
	const notFound = (cause?: unknown) =>
		new AppError("FILE_NOT_FOUND", `Expected a photo at ${file} but it can't be read.`, { cause });
	// a FIFO that nobody writes to would otherwise be waited for
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
		throw notFound(cause);
	});
	try {
		const stats = await handle.stat();
		if (!stats.isFile()) throw notFound();
		if (stats.size > MAX_PHOTO_BYTES) {
			throw new AppError(
				"PHOTO_TOO_LARGE",
				`Expected a photo of at most ${MAX_PHOTO_BYTES / 1e6} MB at ${file} but it has ${Math.ceil(stats.size / 1e6)}.`,
			);
		}
		return await handle.readFile().catch((cause: unknown) => {
			throw notFound(cause);
		});
	} finally {
		await handle.close();
	}
}

/**
 * Reads a list of paths, one per line, from the list's folder on; empty lines are skipped.
 * @throws AppError as readTextFile
 */
export function readPathList(file: string): string[] {
	const text = readTextFile(file, { what: "a list of photos" });
	const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
	return lines.map((line) => path.resolve(path.dirname(file), line));
}
