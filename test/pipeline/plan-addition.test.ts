import { expect, it } from "vitest";
import type { PhotoList } from "../../src/gallery/building/photo-list.ts";
import { planAddition } from "../../src/pipeline/build-gallery.ts";
import { createGallery } from "../helpers/galleries/face-like-gallery.ts";

const { gallery: made } = createGallery(3, 2);
const gallery = made.withPeople([
	{ name: "Renée Müller", wikipedia: undefined, collections: [] },
	{ name: "Łukasz", wikipedia: undefined, collections: [] },
	{ name: "Beyoncé", wikipedia: "Beyoncé", collections: [] },
]);

/** A photo of each of them, who are not looked at: their faces are those that the gallery has. */
async function planFor(people: PhotoList["people"]) {
	const photos = people.map(({ name }, person) => ({ file: name, source: `${person} ${name}`, person }));
	const list: PhotoList = { people, photos, emptyFolders: [], spellings: [] };
	return planAddition(
		gallery,
		list,
		(wanted) => ({
			photos: wanted.map(({ person, source }) => ({ ...gallery.photo(2 * person), person, source })),
			embeddings: Float32Array.from(wanted.flatMap(({ person }) => [...gallery.index.embedding(2 * person)])),
			rejected: [],
		}),
		{},
	);
}

it("says whom of the gallery it takes further photos for though the names are spelt otherwise", async () => {
	const { photos, report } = await planFor([
		{ name: "Renee Muller", wikipedia: undefined, collections: [] },
		{ name: "łukasz", wikipedia: undefined, collections: [] },
		{ name: "Beyonce", wikipedia: "Beyoncé", collections: [] },
	]);
	expect(photos.map(({ person }) => person)).toEqual([0, 1, 2]);
	expect(report.spellings).toEqual([["Renée Müller", "Renee Muller"]]);
});

it("says nothing of newcomers", async () => {
	const { photos, report } = await planFor([{ name: "Somebody", wikipedia: undefined, collections: [] }]);
	expect(photos.map(({ person }) => person)).toEqual([3]);
	expect(report.spellings).toEqual([]);
});
