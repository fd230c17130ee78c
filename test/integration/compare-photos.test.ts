/** "How alike are we?" on real models: a photo against a worse copy of itself, a group, and photos that show nobody. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { type CompareTools, comparePhotos } from "../../src/pipeline/compare-photos.ts";
import { detectFaces } from "../../src/pipeline/describe-faces.ts";
import { readStrangers } from "../../src/resemblance/strangers-file.ts";
import { starterGallery } from "../helpers/galleries/starter-gallery.ts";
import { readSamplePhoto, SAMPLE_FACE_COUNTS } from "../helpers/sample-photos.ts";

let tools: CompareTools & { close(): Promise<void> };

beforeAll(async () => {
	const engine = await chooseFaceEngine({ engine: "auto" });
	const model = embeddingModel("face-api");
	const strangers = readStrangers(model.pipelineVersion);
	tools = { engine, model, gallery: starterGallery(), strangers, close: () => engine.close() };
});
afterAll(() => tools.close());

describe("comparing photos", () => {
	it("calls each face of a group and its smaller copy the same person, before all others", async () => {
		const photo = await readSamplePhoto(1);
		const copy = await sharp(photo).resize({ width: 900 }).modulate({ brightness: 1.15 }).jpeg().toBuffer();
		const { pairs, samePersonShare } = await comparePhotos([photo, copy], tools);
		const numFaces = SAMPLE_FACE_COUNTS[0];
		expect(pairs).toHaveLength(numFaces ** 2);
		const best = pairs.slice(0, numFaces);
		for (const { resemblance } of best) expect(resemblance.strangersBelow).toBeGreaterThan(0.9999);
		expect(new Set(best.map(({ first }) => first.face)).size).toBe(numFaces);
		for (const { resemblance } of pairs.slice(numFaces)) expect(resemblance.words).not.toBe("same person");
		expect(samePersonShare).toBeGreaterThan(0.8);
		const shares = pairs.map(({ resemblance }) => resemblance.strangersBelow);
		expect(shares).toEqual(shares.toSorted((a, b) => b - a));
	});

	// two of the third are more alike to the net than any two of 180,000 pairs of strangers
	it.each([3, 5])(
		"compares everybody in group %i with everybody, and calls no two of them one",
		async (sample) => {
			const { pairs } = await comparePhotos([await readSamplePhoto(sample)], tools);
			const numFaces = SAMPLE_FACE_COUNTS[sample - 1] as number;
			expect(pairs).toHaveLength((numFaces * (numFaces - 1)) / 2);
			for (const { words } of pairs.map(({ resemblance }) => resemblance))
				expect(words).not.toBe("same person");
		},
	);

	it.each([2, 5])(
		"numbers the faces of photo %i as they are numbered where it is described",
		async (sample) => {
			const photo = await readSamplePhoto(sample);
			const { photos } = await comparePhotos([photo], tools);
			const described = await detectFaces(photo, tools);
			expect(photos[0]?.faces.map(({ box }) => box)).toEqual(described.faces.map(({ box }) => box));
		},
	);

	it("names the photo that shows nobody", async () => {
		const nobody = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#a86" } })
			.jpeg()
			.toBuffer();
		const both = [await readSamplePhoto(6), nobody];
		await expect(comparePhotos(both, tools)).rejects.toMatchObject({ code: "NO_FACE_FOUND", photo: 2 });
		await expect(comparePhotos(both.toReversed(), tools)).rejects.toMatchObject({ photo: 1 });
		await expect(comparePhotos([nobody], tools)).rejects.toMatchObject({ photo: undefined });
	});
});
