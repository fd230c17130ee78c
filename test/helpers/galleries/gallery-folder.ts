/** A gallery as a folder, with made pictures and credits: small and quick, no models. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { keepPictures, picturesFolderIn } from "../../../src/gallery/folder/pictures.ts";
import { Gallery, type GalleryContents } from "../../../src/gallery/gallery.ts";
import {
	addToGallery,
	readGallery,
	withLockedGallery,
	writeGallery,
} from "../../../src/gallery/gallery-store.ts";
import type { Person } from "../../../src/gallery/person.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createGallery } from "./face-like-gallery.ts";

const CREDIT = {
	author: "A. Photographer",
	licence: "CC BY-SA 4.0",
	licenceUrl: "https://creativecommons.org/licenses/by-sa/4.0/",
	page: "https://commons.wikimedia.org/wiki/File:A.jpg",
	title: "File:A.jpg",
	sha1: "0123456789abcdef0123456789abcdef01234567",
	retrieved: "2026-11-25",
};

/**
 * Writes a gallery of `numPeople` with two photos each.
 * @param change what to change of its contents before it is written
 * @param numPictures of how many photos, from the first on, there are pictures; default: of all
 * @returns where it is
 */
export async function makeGalleryFolder(
	numPeople: number,
	change: (contents: GalleryContents) => GalleryContents = (contents) => contents,
	numPictures = Number.POSITIVE_INFINITY,
): Promise<string> {
	const folder = path.join(await temporaryFolder(), "made.gallery");
	await mkdir(folder);
	const contents = createGallery(numPeople, 2).gallery.contents();
	const photos = await Promise.all(
		contents.photos.map(async (photo, row) => ({
			...photo,
			...(row < numPictures && {
				picture: await keepPictures(picturesFolderIn(folder), {
					portrait: await makePicture(48, row),
					face: await makePicture(32, row + 1),
				}),
			}),
			credit: CREDIT,
		})),
	);
	await rewriteGallery(folder, Gallery.build(change({ ...contents, photos })));
	return folder;
}

/** Writes a gallery where it belongs, as the commands do. */
export function rewriteGallery(place: string, gallery: Gallery): Promise<void> {
	return withLockedGallery(place, { purpose: "test" }, (locked) => writeGallery(place, gallery, locked));
}

/**
 * Adds somebody with one photo, as `gallery add` does: appended where the gallery has twenty photos or
 * more, as smaller ones are measured and written anew.
 */
export function addNewcomer(place: string, name: string, person: Partial<Person> = {}): Promise<void> {
	return withLockedGallery(place, { purpose: "test" }, async (locked) => {
		const before = readGallery(place);
		const shade = before.index.size;
		const picture = await keepPictures(picturesFolderIn(place), {
			portrait: await makePicture(48, shade),
			face: await makePicture(32, shade + 1),
		});
		const photo = {
			...before.photo(0),
			person: before.people.length,
			source: `photos/${person.wikidata ?? name}/${shade}.jpg`,
			picture,
			credit: CREDIT,
		};
		const embedding = Float32Array.from({ length: before.index.dimension }, (_, i) =>
			Math.sin(shade * 31 + i),
		);
		const people = [...before.people, { name, wikipedia: undefined, collections: [], ...person }];
		await addToGallery(place, before, before.adding(people, [photo], embedding), locked);
	});
}

function makePicture(sidePx: number, shade: number): Promise<Buffer> {
	const background = { r: (shade * 37) % 256, g: (shade * 101) % 256, b: 80 };
	return sharp({ create: { width: sidePx, height: sidePx, channels: 3, background } })
		.webp()
		.toBuffer();
}
