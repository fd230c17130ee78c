/** What the real nets make of photos that are turned, tiny, long, faceless or spoilt. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { makeFacelessPicture } from "../../../src/evaluation/faceless-pictures.ts";
import { cutChip, embedChips } from "../../../src/faces/embed-faces.ts";
import type { FaceEngine } from "../../../src/faces/face-engine.ts";
import { findFaces } from "../../../src/faces/find-faces.ts";
import { turnImage } from "../../../src/faces/geometry/turn.ts";
import { decodePhoto } from "../../../src/image/decode-photo.ts";
import type { RgbImage } from "../../../src/image/rgb-image.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
const model = embeddingModel("face-api");

let engine: FaceEngine;
/** Three faces, 900 pixels wide. */
let sample: RgbImage;

beforeAll(async () => {
	engine = await chooseFaceEngine();
	sample = await decodePhoto(await readFile(path.join(PACKAGE, "demo/sample1.jpg")), { maxSidePx: 900 });
});
afterAll(() => engine.close());

const toSharp = ({ width, height, data }: RgbImage) => sharp(data, { raw: { width, height, channels: 3 } });

async function fromSharp(picture: Sharp): Promise<RgbImage> {
	const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
	return { width: info.width, height: info.height, data };
}

async function embedAll(photo: RgbImage): Promise<Float32Array[]> {
	const faces = await findFaces(engine, photo);
	const chips = faces.map((face) => cutChip(model, photo, face));
	return (await embedChips(engine, model, chips)).map(({ embedding }) => embedding);
}

const similarity = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Least similarity of an expected embedding to its nearest found one. */
function worstMatch(expected: readonly Float32Array[], found: readonly Float32Array[]): number {
	return Math.min(...expected.map((one) => Math.max(...found.map((other) => similarity(one, other)))));
}

describe("a turned photo", () => {
	it.each([1, 2, 3] as const)(
		"of %i quarters has the same faces with nearly the same embeddings",
		async (turns) => {
			const found = await embedAll(turnImage(sample, turns));
			expect(found).toHaveLength(3);
			// strangers have 0.84, different photos of one person 0.95
			expect(worstMatch(await embedAll(sample), found)).toBeGreaterThan(0.98);
		},
	);

	it.each([-30, -15, 15, 30])("rolled by %i degrees keeps its faces' embeddings", async (degrees) => {
		const found = await embedAll(await fromSharp(toSharp(sample).rotate(degrees, { background: "#000000" })));
		expect(worstMatch(await embedAll(sample), found)).toBeGreaterThan(0.97);
	});

	it("mirrored keeps its faces' embeddings", async () => {
		const found = await embedAll(await fromSharp(toSharp(sample).flop()));
		expect(worstMatch(await embedAll(sample), found)).toBeGreaterThan(0.98);
	});
});

describe("a photo in black and white", () => {
	it("has the same faces, as sure and good", async () => {
		const found = await findFaces(
			engine,
			await decodePhoto(await toSharp(sample).greyscale().png().toBuffer()),
		);
		expect(found.map(({ quality }) => quality.issues)).toEqual([[], [], []]);
		for (const { score } of found) expect(score).toBeGreaterThan(0.75);
	});
});

describe("a long photo", () => {
	it.each([
		["wide", 4000, 600, 3100, 0],
		["tall", 900, 4000, 0, 2900],
	])("that is %s has the faces that its parts have", async (_which, width, height, left, top) => {
		const canvas = sharp({ create: { width, height, channels: 3, background: "#b0a090" } });
		const input = await toSharp(sample).png().toBuffer();
		const photo = await fromSharp(canvas.composite([{ input, left, top }]).removeAlpha());
		expect(worstMatch(await embedAll(sample), await embedAll(photo))).toBeGreaterThan(0.98);
	});
});

describe("pictures without a face", () => {
	it.each([
		[1, 1],
		[2000, 2],
		[3, 900],
		[16, 16],
	])("of %i x %i pixels have none", async (width, height) => {
		const photo = { width, height, data: new Uint8Array(width * height * 3).fill(127) };
		expect(await findFaces(engine, photo)).toEqual([]);
	});

	it("made by code have none", async () => {
		for (let number = 200; number < 220; number++) {
			const { kind, image } = makeFacelessPicture(number);
			expect(await findFaces(engine, image), `${kind}, picture ${number}`).toEqual([]);
		}
	});
});

describe("the quality gates", () => {
	const codesOf = async (photo: RgbImage) =>
		(await findFaces(engine, photo)).map(({ quality }) => quality.issues.map(({ code }) => code));

	it("let the sample's three faces pass", async () => {
		expect(await codesOf(sample)).toEqual([[], [], []]);
	});

	it("report faces of a small photo as too small", async () => {
		const codes = await codesOf(await fromSharp(toSharp(sample).resize(200)));
		expect(codes.length).toBeGreaterThan(0);
		for (const code of codes) expect(code).toContain("FACE_TOO_SMALL");
	});

	it("report a blurred photo", async () => {
		const codes = await codesOf(await fromSharp(toSharp(sample).blur(5)));
		expect(codes.flat()).toContain("FACE_BLURRED");
	});

	it("report a photo taken in the dark", async () => {
		const codes = await codesOf(await fromSharp(toSharp(sample).linear(0.25, 0)));
		expect(codes.flat()).toContain("FACE_TOO_DARK");
	});

	it("report a face that the border cuts off", async () => {
		const [face] = await findFaces(engine, sample);
		const left = Math.round(face!.box.x + face!.box.width * 0.3);
		const cut = toSharp(sample).extract({
			left,
			top: Math.round(Math.max(0, face!.box.y - 100)),
			width: 300,
			height: 400,
		});
		expect((await codesOf(await fromSharp(cut))).flat()).toContain("FACE_CUT_OFF");
	});
});
