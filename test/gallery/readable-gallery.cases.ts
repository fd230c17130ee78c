/** What every gallery must do wherever its embeddings are; gallery.test.ts and postgres.test.ts run it. */
import { beforeAll, describe, expect, it } from "vitest";
import { PeopleDirectory } from "../../src/gallery/browse/people-directory.ts";
import { creditsOf } from "../../src/gallery/folder/credits.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import type { GallerySettings } from "../../src/gallery/gallery-settings.ts";
import { findPeople } from "../../src/gallery/matching/find-people.ts";
import { withFreshScale } from "../../src/gallery/matching/measure-gallery.ts";
import type { ReadableGallery } from "../../src/gallery/readable-gallery.ts";
import { createGallery } from "../helpers/galleries/face-like-gallery.ts";

const SETTINGS: GallerySettings = { title: "Пьеро & friends", preferBetterKnown: true };
const NUM_PEOPLE = 60;

/** Made people in three parts, some with names in other letters, some with photos that want credit. */
export function createGalleryOfParts() {
	const { gallery: made, known, strangers } = createGallery(NUM_PEOPLE, 3, { numQueries: 20, seed: 5 });
	const contents = made.contents();
	const people = contents.people.map((person, i) => ({
		...person,
		...(i === 7 && {
			name: "Renée O'Connor-Łuków",
			wikipedia: "Renée O'Connor",
			wikidata: "Q7",
			birthYear: 1971,
		}),
		...(i === 8 && {
			names: { ru: "Грейс Келли", "zh-Hant": "葛麗絲" },
			aliases: ['The "Princess"'],
			fame: 3 as const,
		}),
		collections: [["film", "music"], ["music"], []][i % 3]!,
	}));
	const photos = contents.photos.map((photo, row) => ({
		...photo,
		...(row % 2 === 0 && { picture: `${row}.webp` }),
		...(row % 5 === 0 && {
			credit: { author: "Ann, B.", licence: "CC BY-SA 4.0", page: `https://example.org/${row}` },
		}),
	}));
	const gallery = withFreshScale(
		Gallery.build({ ...contents, settings: SETTINGS, people, photos }),
		undefined,
	);
	return { gallery, known, strangers };
}

export function describeReadableGallery(
	name: string,
	open: (gallery: Gallery) => ReadableGallery | Promise<ReadableGallery>,
): void {
	describe(`${name} as a gallery that is asked`, () => {
		const { gallery: whole, known, strangers } = createGalleryOfParts();
		// a photo that went leaves a gap in the rows
		const model = whole.removing([4]);
		let gallery: ReadableGallery;
		beforeAll(async () => {
			gallery = await open(model);
		});

		const sourcesOf = (found: readonly { row: number }[]) => found.map(({ row }) => gallery.source(row));

		it("has the same people, settings, scale and numbers", () => {
			expect(gallery.name).toBe("made");
			expect(gallery.settings).toEqual(SETTINGS);
			expect(gallery.pipelineVersion).toBe("made-1");
			expect(gallery.scale).toEqual(model.scale);
			expect([gallery.numPeople, gallery.numPhotos]).toEqual([NUM_PEOPLE, NUM_PEOPLE * 3 - 1]);
			expect(gallery.people).toEqual(model.people);
		});

		it("has the same photos, with boxes, landmarks, pictures and credits", () => {
			const photosOf = (asked: ReadableGallery) => asked.rows().map((row) => asked.photo(row));
			expect(photosOf(gallery)).toEqual(photosOf(model));
			const textsOf = (of: ReadableGallery) =>
				of.rows().map((row) => [of.source(row), of.picture(row), of.credit(row)]);
			expect(textsOf(gallery)).toEqual(
				photosOf(model).map(({ source, picture, credit }) => [source, picture, credit]),
			);
			expect(creditsOf(gallery)).toEqual(creditsOf(model));
			expect(() => gallery.photo(NUM_PEOPLE * 3)).toThrow(RangeError);
			expect(() => gallery.person(NUM_PEOPLE)).toThrow(RangeError);
		});

		it("finds the nearest people, each once, best first, ranked by photo and mean", async () => {
			for (const query of [...known, ...strangers]) {
				const found = await gallery.findPeople(query, 7, "exact");
				const expected = findPeople(model, query, 7, "exact");
				expect(found.map(({ person }) => person)).toEqual(expected.map(({ person }) => person));
				expect(sourcesOf(found)).toEqual(expected.map(({ row }) => model.source(row)));
				for (const [i, { similarity, photoSimilarity }] of found.entries()) {
					expect(similarity).toBeCloseTo(expected[i]!.similarity, 5);
					expect(photoSimilarity).toBeCloseTo(expected[i]!.photoSimilarity, 5);
				}
			}
		});

		it("finds nearly all of them with its index, too", async () => {
			let hits = 0;
			for (const query of strangers) {
				const found = await gallery.findPeople(query, 7, "lsh", { recall: 0.99 });
				expect(new Set(found.map(({ person }) => person)).size).toBe(7);
				const truth = findPeople(model, query, 7, "exact").map(({ person }) => person);
				hits += found.filter(({ person }) => truth.includes(person)).length;
			}
			expect(hits / (7 * strangers.length)).toBeGreaterThan(0.95);
		});

		it("finds people of some parts only, as many as are wanted", async () => {
			for (const search of ["exact", "lsh"] as const) {
				const asked = { collections: ["film"] };
				const found = await gallery.findPeople(known[0]!, 18, search, asked);
				const expected = findPeople(model, known[0]!, 18, "exact", asked);
				expect(found.map(({ person }) => person)).toEqual(expected.map(({ person }) => person));
				expect(found).toHaveLength(18);
				const everybody = await gallery.findPeople(known[0]!, 99, search, { collections: ["film", "music"] });
				expect(everybody).toHaveLength(40);
			}
		});

		it("finds everybody where more are asked for than there are", async () => {
			expect(await gallery.findPeople(known[0]!, 1000, "full")).toHaveLength(NUM_PEOPLE);
		});

		it("knows embeddings, and each person as one", async () => {
			const rows = gallery.rows().slice(0, 5);
			expect(await gallery.embeddingsOf(rows)).toEqual(model.embeddingsOf(model.rows().slice(0, 5)));
			expect(await gallery.templatesOf([59, 0])).toEqual(model.templatesOf([59, 0]));
			expect(await gallery.templatesOf([])).toEqual([]);
		});

		it("has a directory of its people, searched by the beginnings of names, with look-alikes", async () => {
			const directory = PeopleDirectory.of(gallery);
			expect(directory.search("renee lukow").map(({ person }) => person.wikidata)).toEqual(["Q7"]);
			expect(directory.search("келли").map(({ person }) => person.name)).toEqual(["Person 8"]);
			const other = PeopleDirectory.of(model);
			const entry = directory.find("person-12")!;
			const slugsOf = async (found: ReturnType<PeopleDirectory["lookalikesOf"]>) =>
				(await found).map(({ entry: { slug } }) => slug);
			expect(await slugsOf(directory.lookalikesOf(entry, 5))).toEqual(
				await slugsOf(other.lookalikesOf(other.find("person-12")!, 5)),
			);
		});

		it("says what was expected of a query and what came", async () => {
			const ask = async (query: Float32Array) => gallery.findPeople(query, 7);
			await expect(ask(new Float32Array(3).fill(1))).rejects.toMatchObject({ code: "INVALID_VECTOR" });
			await expect(ask(new Float32Array(128))).rejects.toMatchObject({ code: "INVALID_VECTOR" });
		});
	});
}
