import { describe, expect, it } from "vitest";
import { chooseShowcase } from "../../src/gallery/browse/showcase.ts";
import { Gallery, type GalleryContents } from "../../src/gallery/gallery.ts";
import type { GalleryPhoto } from "../../src/gallery/person.ts";
import { LshIndex } from "../../src/search/lsh-index.ts";
import { Random } from "../../src/search/random.ts";

const DIMENSION = 16;

/** Person i has i + 1 photos; the landmarks of each photo are its own. */
function contents(numPeople = 4): GalleryContents {
	const random = new Random(5);
	const people = Array.from({ length: numPeople }, (_, i) => ({
		name: `Person ${i} <b>`,
		wikipedia: i === 0 ? undefined : `Person_${i}`,
		collections: i % 2 ? ["odd"] : [],
	}));
	const photos = people.flatMap((_, person) =>
		Array.from({ length: person + 1 }, (_, i) => ({
			person,
			source: `p${person}/${i}.jpg`,
			box: { x: i, y: 2, width: 30, height: 40 },
			landmarks: Float32Array.from({ length: 136 }, () => 100 * random.uniform()),
			picture: i === 0 ? `${person}.jpg` : undefined,
		})),
	);
	const embeddings = Float32Array.from({ length: photos.length * DIMENSION }, () => random.normal());
	return { name: "test", people, photos, embeddings, dimension: DIMENSION, pipelineVersion: "v1" };
}

describe("Gallery", () => {
	it("comes back from its file as it was, and to the same bytes", () => {
		const original = Gallery.build(contents());
		const bytes = original.encode();
		const reopened = Gallery.from(bytes, "v1");
		expect(reopened.name).toBe("test");
		expect(reopened.people).toEqual(original.people);
		for (let row = 0; row < original.numPhotos; row++) {
			expect(reopened.photo(row)).toEqual(original.photo(row));
		}
		expect(Buffer.compare(reopened.encode(), bytes)).toBe(0);
	});

	it("keeps its settings through its file and through changes", () => {
		const settings = { question: "Which of us?", celebrities: false };
		const reopened = Gallery.from(Gallery.build({ ...contents(), settings }).encode());
		expect(reopened.settings).toEqual(settings);
		expect(reopened.removing([0]).compacted().settings).toEqual(settings);
	});

	it("has one row per photo and finds each photo's person", () => {
		const { people, photos, embeddings } = contents();
		const gallery = Gallery.build({ ...contents(), people, photos, embeddings });
		for (const [row, photo] of photos.entries()) {
			const query = embeddings.slice(row * DIMENSION, (row + 1) * DIMENSION);
			const [best] = gallery.exact.search(query, 1);
			expect(best).toMatchObject({ row, group: photo.person });
			expect(gallery.photo(row)).toMatchObject({
				source: photo.source,
				picture: photo.picture,
			});
		}
	});

	it("is the same for the same seed and another for another", () => {
		const first = Gallery.build(contents(), { seed: 1 }).encode();
		expect(Buffer.compare(first, Gallery.build(contents(), { seed: 1 }).encode())).toBe(0);
		expect(Buffer.compare(first, Gallery.build(contents(), { seed: 2 }).encode())).not.toBe(0);
	});

	it("refuses embeddings of another pipeline, saying which", () => {
		const bytes = Gallery.build(contents()).encode();
		expect(() => Gallery.from(bytes, "v2")).toThrow(
			expect.objectContaining({ code: "PIPELINE_MISMATCH", message: expect.stringMatching(/"v2".*"v1"/) }),
		);
	});

	it("refuses an index file that is no gallery", () => {
		const { embeddings, dimension, pipelineVersion } = contents();
		const groups = new Uint32Array(embeddings.length / dimension);
		const index = LshIndex.build({ embeddings, groups, dimension, pipelineVersion, seed: 1 });
		expect(() => Gallery.from(index.encode())).toThrow(
			expect.objectContaining({ code: "INVALID_INDEX_FILE" }),
		);
	});

	it("refuses lists that are not as long as the index", () => {
		const gallery = Gallery.build(contents());
		const catalogue = { name: "x", people: gallery.people, photos: [["a", null]] };
		const bytes = gallery.index.encode({
			gallery: new TextEncoder().encode(JSON.stringify(catalogue)),
			faces: gallery.index.section("faces") ?? new Uint8Array(10 * 300),
		});
		expect(() => Gallery.from(bytes)).toThrow(expect.objectContaining({ code: "INDEX_CORRUPT" }));
	});
});

describe("a gallery that changes", () => {
	const first = contents(3);
	const gallery = Gallery.build(first);
	const newcomer = { name: "New", wikipedia: undefined, collections: [] };
	const photo = { ...first.photos[0], person: 3, source: "new/1.jpg", picture: undefined } as GalleryPhoto;
	const embedding = Float32Array.from({ length: DIMENSION }, (_, i) => (i === 0 ? 1 : 0));
	const grown = gallery.adding([...gallery.people, newcomer], [photo], embedding);

	it("finds an added person and leaves the gallery it came from as it was", () => {
		expect(grown.index.search(embedding, 1)[0]).toMatchObject({ row: gallery.numPhotos, group: 3 });
		expect(grown.photo(gallery.numPhotos)).toMatchObject({ person: 3, source: "new/1.jpg" });
		expect([grown.numPeople, grown.numPhotos]).toEqual([4, gallery.numPhotos + 1]);
		expect([gallery.numPeople, gallery.people.length]).toEqual([3, 3]);
	});

	it("finds a removed person no more", () => {
		const removed = grown.removing([gallery.numPhotos]);
		expect(removed.index.search(embedding, 10).map(({ group }) => group)).not.toContain(3);
		expect(removed.exact.search(embedding, 10).map(({ group }) => group)).not.toContain(3);
		expect([removed.numPeople, removed.numPhotos]).toEqual([3, gallery.numPhotos]);
	});

	it("comes back from its file changed, and with nothing of what was removed once it is compacted", () => {
		const reopened = Gallery.from(grown.removing([0, 1, 2]).encode());
		expect(reopened.rows()).toEqual(grown.rows().slice(3));
		expect(reopened.index.search(embedding, 1)[0]).toMatchObject({ group: 3 });

		const compacted = reopened.compacted();
		expect(compacted.people.map(({ name }) => name)).toEqual(["Person 2 <b>", "New"]);
		expect(compacted.rows().map((row) => compacted.photo(row).source)).toEqual(
			reopened.rows().map((row) => reopened.photo(row).source),
		);
		expect(compacted.index.search(embedding, 1)[0]).toMatchObject({ group: 1 });
		expect(Buffer.from(compacted.encode()).includes("Person 0")).toBe(false);
	});

	it("can be emptied, and then finds nobody, also from its file", () => {
		const empty = Gallery.from(gallery.removing(gallery.rows()).compacted().encode());
		expect([empty.numPeople, empty.numPhotos]).toEqual([0, 0]);
		expect(empty.index.search(embedding, 7, { distinctGroups: true })).toEqual([]);
		expect(empty.exact.search(embedding, 7)).toEqual([]);
		expect(chooseShowcase(empty, 8)).toEqual([]);
	});
});

describe("chooseShowcase", () => {
	it("shows the people with the most photos", () => {
		const shown = chooseShowcase(Gallery.build(contents(6)), 3);
		expect(shown.map(({ person }) => person.name)).toEqual(["Person 5 <b>", "Person 4 <b>", "Person 3 <b>"]);
	});

	it("shows everybody once in a small gallery", () => {
		expect(chooseShowcase(Gallery.build(contents(2)), 8)).toHaveLength(2);
	});
});
