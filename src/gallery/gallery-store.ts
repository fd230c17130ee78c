/** Where galleries lie and how they are read; written they are by atomic-file.ts. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { AppError } from "../errors.ts";
import type { IndexSource } from "../search/file/index-file.ts";
import { Gallery } from "./gallery.ts";

/**
 * Reads a gallery from its file straight to where it is used: at no time are two copies of it in memory.
 * @param pipelineVersion that of the running program, if it is to be compared
 * @throws AppError FILE_NOT_FOUND, or as Gallery.from
 */
export function readGallery(file: string, pipelineVersion?: string): Gallery {
	return withIndexFile(file, (source) => Gallery.load(source, pipelineVersion));
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
		const descriptor = openSync(file, "r");
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

/** Where a gallery keeps its face crops: beside its file. */
export function picturesFolderOf(galleryFile: string): string {
	return `${galleryFile}.pictures`;
}

/** The owner's own list of who must not be in a gallery: beside its file, and kept when it is built anew. */
export function denyListOf(galleryFile: string): string {
	return `${galleryFile}.deny.csv`;
}
