import { beforeAll, describe, expect, it } from "vitest";
import { PeopleDirectory } from "../../../src/gallery/browse/people-directory.ts";
import { drawnMapOf, type PeopleMap, peopleMapOf } from "../../../src/gallery/browse/people-map.ts";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";

/** A gallery of the first people of the starter gallery, which is quicker to draw. */
function smallGallery(numPeople: number): Gallery {
	const { photos, embeddings, ...contents } = starterGallery().contents();
	const rows = [...photos.keys()].filter((row) => photos[row]!.person < numPeople);
	const { dimension } = contents;
	return Gallery.build({
		...contents,
		photos: rows.map((row) => photos[row]!),
		embeddings: Float32Array.from(
			rows.flatMap((row) => [...embeddings.subarray(row * dimension, (row + 1) * dimension)]),
		),
	});
}

describe("the map of a gallery", () => {
	const gallery = smallGallery(240);
	let map: PeopleMap;
	beforeAll(async () => {
		expect(drawnMapOf(gallery)).toBeUndefined();
		map = await peopleMapOf(gallery);
	});

	it("has everybody, between 0 and 1, at places of their own", () => {
		expect(map.people).toHaveLength(gallery.numPeople);
		for (const { x, y } of map.places) {
			expect(x).toBeGreaterThanOrEqual(0);
			expect(x).toBeLessThanOrEqual(1);
			expect(y).toBeGreaterThanOrEqual(0);
			expect(y).toBeLessThanOrEqual(1);
		}
		expect(new Set(map.places.map(({ x, y }) => `${x} ${y}`)).size).toBe(map.places.length);
	});

	it("is drawn once, and then there at once", async () => {
		expect(drawnMapOf(gallery)).toBe(map);
		expect(await peopleMapOf(gallery)).toBe(map);
	});

	it("is the same whenever it is drawn", async () => {
		const again = await peopleMapOf(smallGallery(240));
		expect(again.places).toEqual(map.places);
	});

	it("lets lookalikes live much nearer to each other than others", async () => {
		const directory = PeopleDirectory.of(gallery);
		const distance = (a: number, b: number) => {
			const [from, to] = [map.placeOf(a)!, map.placeOf(b)!];
			return Math.hypot(from.x - to.x, from.y - to.y);
		};
		const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;
		const lookalikes = await Promise.all(map.people.map((entry) => directory.lookalikesOf(entry, 1)));
		const near = map.people.map(({ number }, i) => distance(number, lookalikes[i]![0]!.entry.number));
		const far = map.people.map(({ number }, i) =>
			distance(number, map.people[(i * 7 + 31) % map.people.length]!.number),
		);
		expect(mean(near)).toBeLessThan(mean(far) * 0.6);
	});

	it("is there for a gallery of one, too", async () => {
		const lonely = await peopleMapOf(smallGallery(1));
		expect(lonely.places).toHaveLength(1);
	});
});
