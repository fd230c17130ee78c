/** Where galleries lie and how they are read; written they are by files/. */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { isDatabaseAddress } from "../database-address.ts";
import { AppError } from "../errors.ts";
import { type LockedFile, type LockOptions, withFileLock } from "../files/file-lock.ts";
import { readStrangers } from "../resemblance/strangers-file.ts";
import type { IndexSource } from "../search/file/index-file.ts";
import { withAddition } from "./additions/addition.ts";
import { readAdditions } from "./additions/additions-file.ts";
import { addToFolder, tidyGalleryFolder, writeGalleryFolder } from "./folder/gallery-folder.ts";
import { type GalleryManifest, manifestFileOf, readManifest } from "./folder/manifest.ts";
import { picturesFolderIn } from "./folder/pictures.ts";
import { Gallery } from "./gallery.ts";
import { withFreshScale } from "./matching/measure-gallery.ts";

/** A gallery as it was found. */
export interface OpenedGallery {
	/** All of it. */
	readonly gallery: Gallery;
	/** What its index file holds, without what was added since. */
	readonly written: Gallery;
	/** Of a folder. */
	readonly manifest?: GalleryManifest;
}

/**
 * Reads a gallery from its file straight to where it is used: at no time are two copies of it in memory.
 * @param pipelineVersion that of the running program, if it is to be compared
 * @throws AppError FILE_NOT_FOUND, or as Gallery.from
 */
export function readGallery(file: string, pipelineVersion?: string): Gallery {
	return openGallery(file, pipelineVersion).gallery;
}

/** As readGallery, with what `followGallery` goes on from. */
export function openGallery(place: string, pipelineVersion?: string): OpenedGallery {
	expectNoDatabase(place);
	const manifest = isFolder(place) ? expectManifest(place) : undefined;
	const file = manifest ? path.join(place, manifest.index.path) : place;
	const written = withIndexFile(file, (source) => Gallery.load(source, pipelineVersion));
	return followed(place, { gallery: written, written }, manifest);
}

/**
 * The gallery as it is now. What was only added to since it was opened is not read again: it is a matter of
 * milliseconds, and the galleries share their memory.
 * @throws AppError as readGallery
 */
export function followGallery(place: string, opened: OpenedGallery, pipelineVersion?: string): OpenedGallery {
	const before = opened.manifest;
	const now = isFolder(place) ? expectManifest(place) : undefined;
	const isGrown =
		before !== undefined &&
		now?.generation === before.generation &&
		now.index.sha256 === before.index.sha256 &&
		(now.additions?.bytes ?? 0) >= (before.additions?.bytes ?? 0);
	return isGrown ? followed(place, opened, now) : openGallery(place, pipelineVersion);
}

function followed(
	place: string,
	{ gallery, written, manifest: before }: OpenedGallery,
	manifest: GalleryManifest | undefined,
): OpenedGallery {
	const additions = manifest?.additions
		? readAdditions(place, manifest.additions, before?.additions?.bytes)
		: [];
	return { gallery: additions.reduce(withAddition, gallery), written, ...(manifest && { manifest }) };
}

/**
 * The file with a gallery's index: that of the manifest, where the gallery is a folder.
 * @throws AppError as readManifest; FILE_NOT_FOUND for a folder without a manifest
 */
export function indexFileOf(gallery: string): string {
	return isFolder(gallery) ? path.join(gallery, expectManifest(gallery).index.path) : gallery;
}

function expectManifest(folder: string): GalleryManifest {
	const manifest = readManifest(folder);
	if (manifest) return manifest;
	throw notFound(folder);
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
	expectNoDatabase(place);
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
 * Writes what was added to a gallery: to a folder only that, as long as it is little beside what is there, and so in
 * milliseconds however large the gallery is.
 * @param before as it was read since it was locked
 * @param after made of it by `adding` and `withPeople`
 * @param locked as withLockedGallery hands it out
 * @throws AppError as writeGallery
 */
export async function addToGallery(
	place: string,
	before: Gallery,
	after: Gallery,
	locked: LockedFile,
): Promise<void> {
	const measured = withFreshScale(after, readStrangers(after.pipelineVersion));
	const manifest = isFolder(place) ? readManifest(place) : undefined;
	const isAdded =
		measured === after && manifest && (await addToFolder(place, manifest, { before, after }, locked));
	if (!isAdded) await writeGallery(place, measured, locked);
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

/** @throws AppError INVALID_ARGUMENT, which does not repeat the address: it may hold a password */
function expectNoDatabase(place: string): void {
	if (!isDatabaseAddress(place)) return;
	throw new AppError("INVALID_ARGUMENT", "Expected a file or a folder but received a database's address.", {
		hint: "What works on galleries in a database is in docs/postgres.md; `gallery pull` makes a file of one.",
	});
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
