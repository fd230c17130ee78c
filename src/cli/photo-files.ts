/** Reading what the command line names. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../errors.ts";

/** @throws AppError FILE_NOT_FOUND */
export async function readPhotoFile(file: string): Promise<Uint8Array> {
	return readFile(file).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a photo at ${file} but it can't be read.`, { cause });
	});
}

/**
 * Reads a list of paths, one per line, from the list's folder on; empty lines are skipped.
 * @throws AppError FILE_NOT_FOUND
 */
export async function readPathList(file: string): Promise<string[]> {
	const text = await readFile(file, "utf8").catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a list of photos at ${file} but it can't be read.`, {
			cause,
		});
	});
	const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
	return lines.map((line) => path.resolve(path.dirname(file), line));
}
