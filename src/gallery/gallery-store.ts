/** Where galleries lie and how they are read; written they are by files/. */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "../errors.ts";
import { type LockedFile, type LockOptions, withFileLock } from "../files/file-lock.ts";
import { readStrangers } from "../resemblance/strangers-file.ts";
import type { IndexSource } from "../search/file/index-file.ts";
import { tidyGalleryFolder, writeGalleryFolder } from "./folder/gallery-folder.ts";
import { manifestFileOf, readManifest } from "./folder/manifest.ts";
import { picturesFolderIn } from "./folder/pictures.ts";
import { Gallery } from "./gallery.ts";
import { withFreshScale } from "./matching/measure-gallery.ts";

/**
 * Reads a gallery from its file straight to where it is used: at no time are two copies of it in memory.
 * @param pipelineVersion that of the running program, if it is to be compared
 * @throws AppError FILE_NOT_FOUND, or as Gallery.from
 */
export function readGallery(file: string, pipelineVersion?: string): Gallery {
	return withIndexFile(indexFileOf(file), (source) => Gallery.load(source, pipelineVersion));
}

/**
 * The file with a gallery's index: that of the manifest, where the gallery is a folder.
 * @throws AppError as readManifest; FILE_NOT_FOUND for a folder without a manifest
 */
export function indexFileOf(gallery: string): string {
	if (!isFolder(gallery)) return gallery;
	const manifest = readManifest(gallery);
	if (manifest) return path.join(gallery, manifest.index.path);
	throw notFound(gallery);
}

/**
 * Makes sure that there is a gallery, before anything is done for its sake.
 * @throws AppError FILE_NOT_FOUND
 */
export function expectGallery(place: string): void {
	closeSync(openFile(indexFileOf(place)));
}

/** Whether a gallery is a folder, see folder/manifest.ts. */
export function isFolder(gallery: string): boolean {
	// looked for first, as a path through a file is an error to statSync
	return existsSync(gallery) && statSync(gallery).isDirectory();
}

/** A folder without a manifest is a build that was interrupted, or somebody's empty folder. */
export function hasGallery(place: string): boolean {
	return existsSync(changingFileOf(place));
}

/** The file that changes with every change of a gallery: to be watched, and to be locked. */
export function changingFileOf(gallery: string): string {
	return isFolder(gallery) ? manifestFileOf(gallery) : gallery;
}

/**
 * Keeps other processes from changing a gallery from the moment it is read until it is written.
 * @throws AppError as withFileLock
 */
export function withLockedGallery<T>(
	place: string,
	options: LockOptions,
	use: (locked: LockedFile) => Promise<T>,
): Promise<T> {
	return withFileLock(changingFileOf(place), options, use);
}

/**
 * Locks a gallery and hands it out as it is now, so that it can be changed.
 * @throws AppError FILE_NOT_FOUND; as withFileLock; whatever `use` throws
 */
export async function changeGallery<T>(
	place: string,
	options: LockOptions,
	use: (before: Gallery, locked: LockedFile) => Promise<T>,
): Promise<T> {
	expectGallery(place);
	return withLockedGallery(place, options, async (locked) => {
		const before = readGallery(place);
		// a change that was killed may have left what it was to remove
		await tidyGallery(place, before);
		return use(before, locked);
	});
}

/**
 * Writes a gallery to where it is, or as a single file where there is none yet, and measures it where it changed much.
 * @param locked as withLockedGallery hands it out
 * @throws AppError as LockedFile.replace; what was there before is then still there
 */
export async function writeGallery(place: string, gallery: Gallery, locked: LockedFile): Promise<void> {
	const measured = withFreshScale(gallery, readStrangers(gallery.pipelineVersion));
	if (isFolder(place)) await writeGalleryFolder(place, measured, locked);
	else await locked.replace(measured.encode());
}

/**
 * Opens an index file, hands it to `use` as a source, and closes it.
 * @throws AppError FILE_NOT_FOUND; INDEX_CORRUPT if it shrinks while it is read; whatever `use` throws
 */
export function withIndexFile<T>(file: string, use: (source: IndexSource) => T): T {
	const descriptor = openFile(file);
	try {
		return use({
			byteLength: fstatSync(descriptor).size,
			read: (offset, target) => {
				for (let done = 0; done < target.byteLength; ) {
					const count = readSync(descriptor, target, done, target.byteLength - done, offset + done);
					if (count === 0) {
						throw new AppError(
							"INDEX_CORRUPT",
							`Expected ${target.byteLength} bytes at ${offset} of ${file}.`,
						);
					}
					done += count;
				}
			},
		});
	} finally {
		closeSync(descriptor);
	}
}

function openFile(file: string): number {
	try {
		// a FIFO that nobody writes to would otherwise be waited for
		const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		if (fstatSync(descriptor).isFile()) return descriptor;
		closeSync(descriptor);
	} catch (cause) {
		throw notFound(file, cause);
	}
	throw notFound(file);
}

function notFound(file: string, cause?: unknown): AppError {
	return new AppError("FILE_NOT_FOUND", `Expected a gallery file at ${file} but it can't be read.`, {
		hint: "Build one with `celebrity-faces gallery build`, or name another with GALLERY.",
		cause,
	});
}

/** Where a gallery keeps its face crops: in its folder, or beside its file. */
export function picturesFolderOf(gallery: string): string {
	return isFolder(gallery) ? picturesFolderIn(gallery) : `${gallery}.pictures`;
}

/** The owner's own list of who must not be in a gallery: kept when it is built anew. */
export function denyListOf(gallery: string): string {
	return isFolder(gallery) ? path.join(gallery, "deny.csv") : `${gallery}.deny.csv`;
}

/** Where what is fetched for a gallery lies meanwhile, unless it is told to lie elsewhere. */
export function stagingFolderOf(gallery: string): string {
	return `${gallery.replace(/[/\\]+$/, "")}.staging`;
}

/** Takes away what a kill left of an earlier state of a gallery that is a folder. */
export async function tidyGallery(place: string, gallery: Gallery): Promise<void> {
	if (isFolder(place)) await tidyGalleryFolder(place, gallery);
}
