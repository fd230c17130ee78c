import { describe, expect, it } from "vitest";
import { joinNamesakes } from "../../../src/gallery/people/join-namesakes.ts";
import type { GalleryPhoto, Person } from "../../../src/gallery/person.ts";

/** Photos on the unit circle: [person, angle in degrees]. */
function entries(
	people: readonly Pick<Person, "name" | "collections">[],
	photos: readonly (readonly [number, number])[],
) {
	return {
		people: people.map((person) => ({ wikipedia: undefined, ...person })),
		photos: photos.map(([person], i) => ({ person, source: `${i}` }) as GalleryPhoto),
		embeddings: Float32Array.from(
			photos.flatMap(([, angle]) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
		),
		dimension: 2,
	};
}
const isNear = (similarity: number) => similarity > Math.cos(Math.PI / 6);

describe("joinNamesakes", () => {
	it("joins the same name in two collections if the faces agree, and keeps them apart if not", () => {
		const given = entries(
			[
				{ name: "Penélope Cruz", collections: ["a"] },
				{ name: "Penelope Cruz", collections: ["b"] },
				{ name: "John Edwards", collections: ["a"] },
				{ name: "John Edwards", collections: ["b"] },
			],
			[
				[0, 0],
				[1, 10],
				[2, 0],
				[3, 90],
			],
		);
		const { people, photos, namesakes } = joinNamesakes(given, isNear);
		expect(photos.map(({ person }) => person)).toEqual([0, 0, 2, 3]);
		expect(people[0]).toMatchObject({ name: "Penélope Cruz", collections: ["a", "b"] });
		expect(namesakes.map(({ name, isJoined }) => [name, isJoined])).toEqual([
			["Penelope Cruz", true],
			["John Edwards", false],
		]);
	});

	it("asks no faces where the collection is the same", () => {
		const people = [
			{ name: "Ann", collections: [] },
			{ name: "ann", collections: [] },
		];
		const { photos, namesakes } = joinNamesakes(
			entries(people, [
				[0, 0],
				[1, 90],
			]),
			isNear,
		);
		expect(photos.map(({ person }) => person)).toEqual([0, 0]);
		expect(namesakes).toEqual([]);
	});
});
