/** What is said of two people, held against photos of which it is known whom they show. */
import { describe, expect, it } from "vitest";
import { pairScaleOf } from "../../src/gallery/matching/measure-pairs.ts";
import {
	cosine,
	pairResemblanceOf,
	pairScaleBy,
	samePersonShareOf,
} from "../../src/resemblance/pair-scale.ts";
import { Strangers } from "../../src/resemblance/strangers.ts";
import { readStrangers } from "../../src/resemblance/strangers-file.ts";
import { starterGallery } from "../helpers/galleries/starter-gallery.ts";

const gallery = starterGallery();
const strangers = readStrangers(gallery.pipelineVersion) as Strangers;
const scale = pairScaleBy(strangers);

/** So many photos of each person who has them, or of every `step`th. */
const photosOf = (numPhotos: number, step = 1) =>
	gallery.people.flatMap((_, person) => {
		const rows = gallery.templates.rowsOf(person).slice(0, numPhotos);
		if (person % step > 0 || rows.length < numPhotos) return [];
		return [
			rows.map((row) => {
				const embedding = gallery.index.embedding(row);
				return { embedding, crowd: scale.crowdOf(embedding) };
			}),
		];
	});
type Shown = ReturnType<typeof photosOf>[number][number];
const compare = (one: Shown, other: Shown) =>
	pairResemblanceOf(cosine(one.embedding, other.embedding), [one.crowd, other.crowd], scale);

describe("the scale of pairs", () => {
	it("calls two photos of one person so as often as the page says, and hardly ever less than very alike", () => {
		const said = photosOf(2).map(([one, other]) => compare(one as Shown, other as Shown).words);
		const shareOf = (...words: string[]) => said.filter((word) => words.includes(word)).length / said.length;
		expect(said.length).toBeGreaterThan(700);
		expect(Math.abs(shareOf("same person") - samePersonShareOf(gallery.pipelineVersion)!)).toBeLessThan(0.02);
		expect(shareOf("same person", "very alike")).toBeGreaterThan(0.95);
	});

	it("calls two celebrities one in fewer than one of 1,000 pairs, and gives them 50 on average", () => {
		const photos = photosOf(1, 3).flat();
		const pairs = photos.flatMap((one, i) => photos.slice(0, i).map((other) => compare(one, other)));
		expect(pairs.length).toBeGreaterThan(100_000);
		const numSame = pairs.filter(({ words }) => words === "same person").length;
		expect(numSame / pairs.length).toBeLessThan(0.001);
		const mean = pairs.reduce((sum, { strangersBelow }) => sum + strangersBelow, 0) / pairs.length;
		expect(mean).toBeGreaterThan(0.4);
		expect(mean).toBeLessThan(0.6);
	});

	it("never says that all strangers are less alike", () => {
		expect(scale.shareBelow(1)).toBeLessThan(1);
		expect(scale.shareBelow(-1)).toBe(0);
	});

	it("calls nobody the same person by a photo that shows too little", () => {
		expect(pairResemblanceOf(1, [0.9, 0.9], scale).words).toBe("same person");
		expect(pairResemblanceOf(1, [0.9, 0.9], scale, true).words).toBe("very alike");
	});

	it("is the gallery's own people's where there are no strangers", async () => {
		const own = await pairScaleOf(gallery, undefined);
		expect(await pairScaleOf(gallery, undefined)).toBe(own);
		expect(own.shareBelow(0.05)).toBeGreaterThan(0.99);
		expect(own.shareBelow(-0.2)).toBeLessThan(0.1);
	});

	it("is made of as few strangers as there are", () => {
		const two = new Strangers(
			{ pipelineVersion: "x", dimension: 2, names: ["a", "b"] },
			Float32Array.from([1, 0, 0, 1]),
		);
		expect(pairScaleBy(two).shareBelow(1)).toBe(0.5);
	});
});
