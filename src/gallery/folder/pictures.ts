/** The pictures of a gallery's folder, named after what they show. */
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.ts";

const EXTENSION = ".webp";
const FACE_EXTENSION = ".face.webp";
const HASH_DIGITS = 32;
/** Longer side of a portrait, in pixels. */
export const PICTURE_SIDE_PX = 320;

/** Both WebP files of a photo. */
export interface Pictures {
	/** The face with some space around it. */
	readonly portrait: Uint8Array;
	/** The aligned crop that was embedded. */
	readonly face: Uint8Array;
}

export function picturesFolderIn(folder: string): string {
	return path.join(folder, "pictures");
}

/** The name under which the portrait is kept: no two photos share one, unless they look the same. */
export function pictureNameOf({ portrait, face }: Pictures): string {
	const hash = createHash("sha256").update(portrait).update(face).digest("hex");
	return hash.slice(0, HASH_DIGITS) + EXTENSION;
}

/** The name of the aligned crop beside a portrait. */
export function faceNameOf(picture: string): string {
	return picture.slice(0, -EXTENSION.length) + FACE_EXTENSION;
}

/** @param picturesFolder that of the pictures themselves @returns the portrait's name */
export async function keepPictures(picturesFolder: string, pictures: Pictures): Promise<string> {
	const name = pictureNameOf(pictures);
	await writeFileAtomically(path.join(picturesFolder, name), pictures.portrait);
	await writeFileAtomically(path.join(picturesFolder, faceNameOf(name)), pictures.face);
	return name;
}

/** Deletes both files of each of these portraits, where they are there. @param picturesFolder as keepPictures */
export async function removePictures(picturesFolder: string, pictures: Iterable<string>): Promise<void> {
	for (const picture of pictures)
		for (const name of [picture, faceNameOf(picture)])
			await rm(path.join(picturesFolder, name), { force: true });
}

/** Whether both files of a portrait are there. @param picturesFolder as keepPictures */
export async function hasPictures(picturesFolder: string, picture: string): Promise<boolean> {
	const files = [picture, faceNameOf(picture)].map((name) => path.join(picturesFolder, name));
	return (await Promise.all(files.map((file) => stat(file).catch(() => undefined)))).every(Boolean);
}

/** The aligned crop beside a portrait; galleries that are not folders keep none. */
export function alignedPictureOf(picture: string): string | undefined {
	return picture.endsWith(EXTENSION) ? faceNameOf(picture) : undefined;
}

/** Deletes every file of the picture folder that does not belong to one of these portraits. */
export async function removeOtherPictures(folder: string, pictures: Iterable<string>): Promise<void> {
	const kept = new Set<string>();
	for (const picture of pictures) kept.add(picture).add(faceNameOf(picture));
	const pictureFolder = picturesFolderIn(folder);
	await mkdir(pictureFolder, { recursive: true });
	for (const name of await readdir(pictureFolder)) {
		if (!kept.has(name)) await rm(path.join(pictureFolder, name), { force: true });
	}
}
