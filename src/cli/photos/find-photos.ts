/** Which photos a command line names: files, folders, patterns that no shell has resolved, and the standard input. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { glob, isDynamicPattern } from "tinyglobby";
import { AppError } from "../../errors.ts";
import { noFile, readPhotoFile } from "../photo-files.ts";

/** As a photo: what comes on the standard input. */
export const STANDARD_INPUT = "-";

const PHOTOS_IN_FOLDER = "**/*.{jpg,jpeg,png,webp,gif,tif,tiff,avif}";

/**
 * The photos that arguments name, in their order; those of a folder or pattern by their paths.
 * @throws AppError FILE_NOT_FOUND for a folder or pattern without photos, and for a pipe or device
 */
export async function findPhotos(names: readonly string[]): Promise<string[]> {
	const found = await Promise.all(names.map(photosOf));
	return found.flat();
}

/**
 * The bytes of a photo that `findPhotos` found.
 * @throws AppError FILE_NOT_FOUND
 */
export async function readPhoto(name: string): Promise<Uint8Array> {
	return name === STANDARD_INPUT ? buffer(process.stdin) : readPhotoFile(name);
}

async function photosOf(name: string): Promise<string[]> {
	if (name === STANDARD_INPUT) return [name];
	const status = await stat(name).catch(() => undefined);
	// a file may be called like a pattern; one that is not there is told of when it is read
	if (status?.isDirectory()) {
		const photos = await glob(PHOTOS_IN_FOLDER, { cwd: name, caseSensitiveMatch: false });
		return expectSome(name, photos).map((photo) => path.join(name, photo));
	}
	// told before the models are loaded
	if (status && !status.isFile()) throw noFile(name);
	if (status || !isDynamicPattern(name)) return [name];
	return expectSome(name, await glob(name, { absolute: path.isAbsolute(name) }));
}

function expectSome(name: string, photos: string[]): string[] {
	if (photos.length > 0) return photos.sort();
	throw new AppError("FILE_NOT_FOUND", `Expected photos at ${name} but found none.`);
}
