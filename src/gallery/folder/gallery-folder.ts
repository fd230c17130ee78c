/** Writes a gallery into its folder so that whenever the process dies there is the old gallery or the new one. */
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import type { LockedFile } from "../../files/file-lock.ts";
import { additionBetween, type GalleryAddition } from "../additions/addition.ts";
import { encodeAddition } from "../additions/addition-lines.ts";
import {
	ADDED_CREDITS_FILE,
	ADDITIONS_FILE,
	appendLines,
	removeUncounted,
} from "../additions/additions-file.ts";
import type { Gallery } from "../gallery.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { creditsOf, creditsOfRows, formatCreditLines } from "./credits.ts";
import {
	describeFile,
	formatManifest,
	type GalleryManifest,
	type ManifestFile,
	readManifest,
} from "./manifest.ts";
import { removeOtherPictures } from "./pictures.ts";

/** Of additions beside an index file: to read them again takes longer than to read as much of an index. */
const MAX_ADDITIONS_BYTES = 2 ** 20;
const MAX_ADDITIONS_SHARE = 1 / 8;

/**
 * Writes the next generation, then the manifest, then removes whatever no longer belongs to the gallery: older
 * generations, and pictures of photos that are not in it.
 * @param locked the manifest
 * @throws AppError as LockedFile.replace; the old gallery is then still there
 */
export async function writeGalleryFolder(
	folder: string,
	gallery: Gallery,
	locked: LockedFile,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	const generation = (readManifest(folder)?.generation ?? 0) + 1;
	const credits = creditsOf(gallery);
	const index = gallery.encode();
	const creditsText = Buffer.from(`${JSON.stringify(credits, null, "\t")}\n`);
	const [indexPath, creditsPath] = ["gallery.index", "credits.json"].map(
		(name) => `generation-${generation}/${name}`,
	) as [string, string];
	await writeFileAtomically(path.join(folder, indexPath), index);
	await writeFileAtomically(path.join(folder, creditsPath), creditsText);
	const pictures = picturesOf(gallery);
	const manifest = formatManifest({
		generation,
		name: gallery.name,
		pipelineVersion: gallery.pipelineVersion,
		numPeople: gallery.numPeople,
		numPhotos: gallery.numPhotos,
		numPictures: pictures.size,
		index: describeFile(indexPath, index),
		credits: describeFile(creditsPath, creditsText),
	});
	await locked.replace(Buffer.from(manifest));
	await removeGenerationsBut(folder, generation);
	await removeOtherPictures(folder, pictures);
}

/**
 * Appends what was added, and its credits, to those of the generation that is there, then replaces the manifest.
 * @param manifest as it is, since it was locked
 * @param galleries the one that is there, and what was made of it by `adding` and `withPeople`
 * @returns whether it was done: what has become much is better written as a generation of its own
 * @throws AppError as LockedFile.replace; the old gallery is then still there
 */
export async function addToFolder(
	folder: string,
	manifest: GalleryManifest,
	{ before, after }: { readonly before: Gallery; readonly after: Gallery },
	locked: LockedFile,
): Promise<boolean> {
	const addition = additionBetween(before, after);
	const line = encodeAddition(addition);
	const numBytes = (manifest.additions?.bytes ?? 0) + line.byteLength;
	if (numBytes > Math.min(MAX_ADDITIONS_BYTES, manifest.index.bytes * MAX_ADDITIONS_SHARE)) return false;
	// a killed addition may have left credits where this one has none
	await removeUncounted(folder, manifest);
	const { format: _format, version: _version, ...kept } = manifest;
	const { generation, additions, addedCredits } = manifest;
	const newRows = Array.from(addition.photos, (_, i) => before.index.size + i);
	const credits = creditsOfRows(after, newRows);
	const append = (name: string, counts: ManifestFile | undefined, lines: Uint8Array) =>
		appendLines(folder, `generation-${generation}/${name}`, counts, lines);
	const next = {
		...kept,
		...countsWith(addition, before, manifest),
		additions: await append(ADDITIONS_FILE, additions, line),
		...(credits.length > 0 && {
			addedCredits: await append(ADDED_CREDITS_FILE, addedCredits, formatCreditLines(credits)),
		}),
	};
	await locked.replace(Buffer.from(formatManifest(next)));
	return true;
}

/** Counted from what was there: to count all of a large gallery takes longer than to write what is added. */
function countsWith(
	{ photos }: GalleryAddition,
	before: Gallery,
	manifest: GalleryManifest,
): Pick<GalleryManifest, "numPeople" | "numPhotos" | "numPictures"> {
	const newcomers = new Set(photos.map(({ person }) => person).filter((n) => n >= before.people.length));
	const pictures = new Set(photos.flatMap(({ picture }) => picture ?? []));
	// the same picture may be there already
	for (let row = 0; row < before.index.size && pictures.size > 0; row++) {
		const picture = before.picture(row);
		if (picture !== undefined) pictures.delete(picture);
	}
	return {
		numPeople: manifest.numPeople + newcomers.size,
		numPhotos: manifest.numPhotos + photos.length,
		numPictures: manifest.numPictures + pictures.size,
	};
}

/** Removes what does not belong to the gallery that is there, e.g. since a kill left older files beside the new ones. */
export async function tidyGalleryFolder(folder: string, gallery: Gallery): Promise<void> {
	const manifest = readManifest(folder);
	if (!manifest) return;
	await removeGenerationsBut(folder, manifest.generation);
	await removeUncounted(folder, manifest);
	await removeOtherPictures(folder, picturesOf(gallery));
}

/** The portraits that a gallery shows. */
export function picturesOf(gallery: Pick<ReadableGallery, "rows" | "picture">): Set<string> {
	const names = gallery.rows().map((row) => gallery.picture(row));
	return new Set(names.filter((name) => name !== undefined));
}

async function removeGenerationsBut(folder: string, generation: number): Promise<void> {
	for (const name of await readdir(folder)) {
		if (/^generation-\d+$/.test(name) && name !== `generation-${generation}`)
			await rm(path.join(folder, name), { recursive: true, force: true });
	}
}
