/** Whether a gallery's pictures are there, are what their names say, and can be shown. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { decodePhoto } from "../../image/decode-photo.ts";
import { isNoteOfChange } from "../folder/changed-pictures.ts";
import { picturesOf } from "../folder/gallery-folder.ts";
import { alignedPictureOf, PICTURE_SIDE_PX, pictureNameOf } from "../folder/pictures.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { counted, type Problems } from "./check.ts";

/** @param folder where the gallery's pictures are; it need not be there if there are none */
export async function checkPictures(
	folder: string,
	gallery: Pick<ReadableGallery, "rows" | "picture">,
	problems: Problems,
): Promise<string> {
	const portraits = [...picturesOf(gallery)].filter(isFileName);
	const expected = new Set<string>();
	for (const portrait of portraits) {
		const face = alignedPictureOf(portrait);
		expected.add(portrait);
		if (face !== undefined) expected.add(face);
		await checkPicture(folder, portrait, face, problems);
	}
	const present = await readdir(folder).catch(() => []);
	for (const name of present.filter((one) => !expected.has(one) && !isNoteOfChange(one)))
		problems.all.push(`pictures/${name} belongs to no photo`);
	return counted(portraits.length, "portrait");
}

/** @param face the aligned crop beside it, which galleries without a folder don't have */
async function checkPicture(
	folder: string,
	portrait: string,
	face: string | undefined,
	problems: Problems,
): Promise<void> {
	const files = await Promise.all(
		[portrait, face].map((name) =>
			name === undefined ? undefined : readFile(path.join(folder, name)).catch(() => undefined),
		),
	);
	const sizes = await Promise.all(
		[portrait, face].map((name, i) => (name === undefined ? undefined : sizeOf(name, files[i], problems))),
	);
	const [portraitFile, faceFile] = files;
	if (portraitFile && faceFile && pictureNameOf({ portrait: portraitFile, face: faceFile }) !== portrait)
		problems.all.push(`pictures/${portrait} is not the picture that its name says: its SHA-256 is another`);
	const [size, faceSize] = sizes;
	problems.expect(size === undefined || Math.max(size.width, size.height) <= PICTURE_SIDE_PX, () => {
		return `pictures/${portrait}: expected at most ${PICTURE_SIDE_PX} pixels but it has ${size?.width} x ${size?.height}`;
	});
	problems.expect(faceSize === undefined || faceSize.width === faceSize.height, () => {
		return `pictures/${face}: expected a square but it has ${faceSize?.width} x ${faceSize?.height} pixels`;
	});
}

/** Decodes all of it, as only then it is known that it can be shown. */
async function sizeOf(
	name: string,
	bytes: Buffer | undefined,
	problems: Problems,
): Promise<{ width: number; height: number } | undefined> {
	if (bytes === undefined) {
		problems.all.push(`pictures/${name} is missing`);
		return undefined;
	}
	try {
		return await decodePhoto(bytes);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		problems.all.push(`pictures/${name} can't be decoded: ${error.message}`);
		return undefined;
	}
}

/** A forged catalogue must not make us look elsewhere. */
function isFileName(picture: string): boolean {
	return typeof picture === "string" && /^[\w-][\w.-]*$/.test(picture);
}
