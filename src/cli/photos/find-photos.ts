/** Which photos a command line names: files, folders, patterns that no shell has resolved, and the standard input. */
import { type Dirent, type ObjectEncodingOptions, readdir } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { type GlobOptions, glob, isDynamicPattern } from "tinyglobby";
import { AppError } from "../../errors.ts";
import { MAX_PHOTO_BYTES, noFile, readPhotoFile, tooLarge } from "../photo-files.ts";

/** As a photo: what comes on the standard input. */
export const STANDARD_INPUT = "-";

const PHOTOS_IN_FOLDER = "**/*.{jpg,jpeg,png,webp,gif,tif,tiff,avif}";

/**
 * The photos that arguments name, in their order; those of a folder or pattern by their paths. A folder among them that
 * may not be looked into stands for its photos: it is told of when it is read.
 * @throws AppError FILE_NOT_FOUND for a folder or pattern without photos, and for a pipe or device; INVALID_ARGUMENT where
 * the standard input is named twice: it can be read once
 */
export async function findPhotos(names: readonly string[]): Promise<string[]> {
	if (names.filter((name) => name === STANDARD_INPUT).length > 1)
		throw new AppError("INVALID_ARGUMENT", "Expected the standard input (-) once but it is named twice.");
	const found = await Promise.all(names.map(photosOf));
	return found.flat();
}

/**
 * The bytes of a photo that `findPhotos` found.
 * @throws AppError FILE_NOT_FOUND, PHOTO_TOO_LARGE
 */
export async function readPhoto(name: string): Promise<Uint8Array> {
	return name === STANDARD_INPUT ? readStandardInput() : readPhotoFile(name);
}

/** It may have no end, as that of a device has none. */
async function readStandardInput(): Promise<Uint8Array> {
	const pieces: Buffer[] = [];
	let numBytes = 0;
	for await (const piece of process.stdin) {
		numBytes += piece.length;
		if (numBytes > MAX_PHOTO_BYTES) throw tooLarge("the standard input", "more");
		pieces.push(piece);
	}
	return Buffer.concat(pieces);
}

async function photosOf(name: string): Promise<string[]> {
	if (name === STANDARD_INPUT) return [name];
	const status = await stat(name).catch(() => undefined);
	// a file may be called like a pattern; one that is not there is told of when it is read
	if (status?.isDirectory()) return expectSome(name, await photosIn(name));
	// told before the models are loaded
	if (status && !status.isFile()) throw noFile(name);
	if (status || !isDynamicPattern(name)) return [name];
	const options = { absolute: path.isAbsolute(name), expandDirectories: false };
	const files = await search(name, options);
	// as where a shell had resolved it
	const folders = await glob(name, { ...options, onlyDirectories: true });
	const inFolders = await Promise.all(folders.map(photosIn));
	return expectSome(name, [...new Set([...files, ...inFolders.flat()])]);
}

async function photosIn(folder: string): Promise<string[]> {
	const photos = await search(PHOTOS_IN_FOLDER, { cwd: folder, caseSensitiveMatch: false });
	return photos.map((photo) => path.join(folder, photo));
}

/** As `glob`, which passes over folders that may not be looked into: here they are among what is found. */
async function search(pattern: string, options: GlobOptions & { readonly cwd?: string }): Promise<string[]> {
	const { cwd = "", absolute = false } = options;
	const closed: string[] = [];
	const read = (
		folder: string,
		kind: ObjectEncodingOptions & { withFileTypes: true },
		done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
	) => {
		readdir(folder, kind, (error, entries) => {
			if (error?.code === "EACCES" || error?.code === "EPERM") closed.push(folder);
			done(error, entries);
		});
	};
	const found = await glob(pattern, { ...options, fs: { readdir: read as typeof readdir } });
	return [
		...found,
		...closed.map((folder) => (absolute ? path.resolve(folder) : path.relative(cwd, folder))),
	];
}

function expectSome(name: string, photos: string[]): string[] {
	if (photos.length > 0) return photos.sort();
	throw new AppError("FILE_NOT_FOUND", `Expected photos at ${name} but found none.`);
}
