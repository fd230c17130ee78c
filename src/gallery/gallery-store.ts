/** The file system side of galleries: one reader, and one writer that never leaves half a file. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
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

/**
 * Writes beside the target under a temporary name, flushes, and renames: whoever reads, and whenever the process
 * dies, there is the old file or the new one.
 * @throws AppError FILE_NOT_WRITABLE
 */
export async function writeFileAtomically(file: string, bytes: Uint8Array): Promise<void> {
	const folder = path.dirname(file);
	const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(4).toString("hex")}.tmp`);
	try {
		await mkdir(folder, { recursive: true });
		const handle = await open(temporary, "wx");
		try {
			await handle.writeFile(bytes);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, file);
	} catch (cause) {
		await rm(temporary, { force: true });
		throw new AppError("FILE_NOT_WRITABLE", `Expected to write ${file} but could not.`, { cause });
	}
}

/** Where a gallery keeps its face crops: beside its file. */
export function picturesFolderOf(galleryFile: string): string {
	return `${galleryFile}.pictures`;
}
