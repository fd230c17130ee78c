/** Where galleries lie and how they are read; written they are by atomic-file.ts. */
import { readFile } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { Gallery } from "./gallery.ts";

/**
 * @param pipelineVersion that of the running program, if it is to be compared
 * @throws AppError FILE_NOT_FOUND, or as Gallery.from
 */
export async function readGallery(file: string, pipelineVersion?: string): Promise<Gallery> {
	const bytes = await readFile(file).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a gallery file at ${file} but it can't be read.`, {
			hint: "Build one with `celebrity-faces gallery build`, or name another with GALLERY.",
			cause,
		});
	});
	return Gallery.from(bytes, pipelineVersion);
}

/** Where a gallery keeps its face crops: beside its file. */
export function picturesFolderOf(galleryFile: string): string {
	return `${galleryFile}.pictures`;
}
