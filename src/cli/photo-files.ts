/** Reading what the command line names. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../errors.ts";
import { readTextFile } from "../files/read-text-file.ts";

/** No photo is larger; somebody's disk image may be. */
export const MAX_PHOTO_BYTES = 500e6;

/** @throws AppError FILE_NOT_FOUND, also for what is no file; PHOTO_TOO_LARGE beyond 500 MB */
export async function readPhotoFile(file: string): Promise<Uint8Array> {
	const notFound = (cause?: unknown) =>
		new AppError("FILE_NOT_FOUND", `Expected a photo at ${file} but it can't be read.`, {
			// what Node makes of a name's bytes that are no UTF-8; no file is called so
			...(file.includes("\ufffd") && { hint: "Its name is not in UTF-8: give it another one." }),
			cause,
		});
	// a FIFO that nobody writes to would otherwise be waited for
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
		throw notFound(cause);
	});
	try {
		const stats = await handle.stat();
		if (!stats.isFile()) throw noFile(file);
		if (stats.size > MAX_PHOTO_BYTES) throw tooLarge(file, `${Math.ceil(stats.size / 1e6)}`);
		return await handle.readFile().catch((cause: unknown) => {
			throw notFound(cause);
		});
	} finally {
		await handle.close();
	}
}

/** @param where it is @param found its megabytes, in words */
export function tooLarge(where: string, found: string): AppError {
	return new AppError(
		"PHOTO_TOO_LARGE",
		`Expected a photo of at most ${MAX_PHOTO_BYTES / 1e6} MB at ${where} but it has ${found}.`,
	);
}

/** For pipes, devices and folders: a device may have no end, and a pipe nobody who writes to it. */
export function noFile(name: string): AppError {
	return new AppError("FILE_NOT_FOUND", `Expected a photo at ${name} but that is no file.`, {
		hint: "For a photo from another program use the standard input: `… | celebrity-faces match -`.",
	});
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
