import { describe, expect, it } from "vitest";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { type FoundPerson, findPeople } from "../../../src/gallery/matching/find-people.ts";
import { createGallery } from "../../helpers/galleries/face-like-gallery.ts";

const { gallery, known, strangers } = createGallery(300, 4);

describe("findPeople", () => {
	it("ranks by a quarter of the best photo's cosine and three of the mean embedding's", () => {
		const [query] = known as [Float32Array];
		for (const { person, row, similarity, photoSimilarity } of findPeople(gallery, query, 7)) {
			const rows = gallery.templates.rowsOf(person);
			const cosines = rows.map((other) => cosine(query, gallery.index.embedding(other)));
			expect(photoSimilarity).toBeCloseTo(Math.max(...cosines), 5);
			expect(row).toBe(rows[cosines.indexOf(Math.max(...cosines))]);
			const mean = new Float32Array(query.length);
			for (const other of rows) {
				for (const [i, value] of gallery.index.embedding(other).entries()) mean[i]! += value;
			}
			expect(similarity).toBeCloseTo((Math.max(...cosines) + 3 * cosine(query, mean)) / 4, 5);
		}
	});

	it("answers with the people that comparing everybody gives", () => {
		for (const query of [...known, ...strangers]) {
			const peopleOf = (search: "auto" | "exact" | "full") =>
				findPeople(gallery, query, 7, search).map(({ person }) => person);
			expect(peopleOf("exact")).toEqual(peopleOf("full"));
			expect(peopleOf("auto")).toEqual(peopleOf("full"));
		}
	});

	it("finds added people, and takes removed photos out of a person's mean", () => {
		const [query] = known as [Float32Array];
		const [best] = findPeople(gallery, query, 1) as [FoundPerson];
		const without = findPeople(gallery.removing([best.row]), query, 300, "full");
		const again = without.find(({ person }) => person === best.person);
		expect(again?.row).not.toBe(best.row);
		expect(again?.similarity).toBeLessThan(best.similarity);

		const photo = gallery.photo(0);
		const newcomer = { name: "Newcomer", wikipedia: undefined, collections: [] };
		const person = gallery.people.length;
		const grown = gallery.adding([...gallery.people, newcomer], [{ ...photo, person }], query);
		expect(findPeople(grown, query, 1)[0]).toMatchObject({ person });
		expect(findPeople(Gallery.from(grown.encode()), query, 1)[0]).toMatchObject({ person });
	});

	it("answers with nobody where everybody is gone", () => {
		expect(findPeople(gallery.removing(gallery.rows()), known[0] as Float32Array, 7)).toEqual([]);
	});
});

function cosine(a: Float32Array, b: Float32Array): number {
	const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
	return dot / Math.hypot(...a) / Math.hypot(...b);
}
