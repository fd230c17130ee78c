import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeJpeg } from "../../../src/image/encode-jpeg.ts";
import { cardPictureOf } from "../../../src/web/share/card-picture.ts";
import { sampleLandmarks } from "../sample-landmarks.ts";

const person = { name: "Ada Lovelace", wikipedia: undefined, collections: [] };
const photo = {
	person: 0,
	source: "ada.jpg",
	box: { x: 0, y: 0, width: 10, height: 10 },
	landmarks: sampleLandmarks(0),
	picture: "ada.jpg",
};
const credit = { author: "Jane Doe", page: "https://commons.wikimedia.org/wiki/File:Ada.jpg" };

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "card-picture-"));
	const data = new Uint8Array(40 * 40 * 3).fill(200);
	await writeFile(path.join(folder, "ada.jpg"), await encodeJpeg({ width: 40, height: 40, data }));
});
afterAll(() => rm(folder, { recursive: true }));

const kindFor = async (changes: object, pictures: string | undefined = folder) => {
	const { picture, credit: said } = await cardPictureOf(person, { ...photo, ...changes }, pictures);
	return [picture.kind, said !== undefined];
};

describe("a person's picture on a card", () => {
	it.each(["CC BY-SA 4.0", "CC BY 2.0", "CC0", "Public domain"])(
		"is the gallery's under %s, with credit",
		async (licence) => {
			expect(await kindFor({ credit: { ...credit, licence } })).toEqual(["photo", true]);
		},
	);

	it.each(["CC BY-NC 4.0", "CC BY-ND 2.0", "All rights reserved"])(
		"is a drawing under %s",
		async (licence) => {
			expect(await kindFor({ credit: { ...credit, licence } })).toEqual(["drawing", false]);
		},
	);

	it("is a drawing where nobody says whose the picture is, or where it is gone", async () => {
		const free = { credit: { ...credit, licence: "CC0" } };
		expect(await kindFor({})).toEqual(["drawing", false]);
		expect(await kindFor({ ...free, picture: "gone.jpg" })).toEqual(["drawing", false]);
		expect(await kindFor({ ...free, picture: undefined })).toEqual(["drawing", false]);
	});

	it("is letters where there is no face to draw", async () => {
		expect(await kindFor({ landmarks: new Float32Array(136), picture: undefined })).toEqual([
			"letters",
			false,
		]);
	});
});
