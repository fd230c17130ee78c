/** The real nets of every engine on the sample photos that ship with face-api: 22 faces on six photos. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { cutChip, embedChips } from "../../src/faces/embed-faces.ts";
import type { FaceEngine } from "../../src/faces/face-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { locateLandmarks } from "../../src/faces/locate-landmarks.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import type { RgbImage } from "../../src/image/rgb-image.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
const NUM_FACES = [3, 3, 3, 4, 5, 4];
const model = embeddingModel("face-api");

async function samplePhoto(number: number, maxSidePx = 1600): Promise<RgbImage> {
	return decodePhoto(await readFile(path.join(PACKAGE, `demo/sample${number}.jpg`)), { maxSidePx });
}

/** On a black square, so that every engine sees the same frame: TensorFlow's is always square. */
function padToSquare({ width, height, data }: RgbImage): RgbImage {
	const side = Math.max(width, height);
	const padded = new Uint8Array(side * side * 3);
	for (let y = 0; y < height; y++)
		padded.set(data.subarray(y * width * 3, (y + 1) * width * 3), y * side * 3);
	return { width: side, height: side, data: padded };
}

function similarity(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

describe("the engines on the sample photos", () => {
	let onnx: FaceEngine;
	let wasm: FaceEngine;

	beforeAll(async () => {
		onnx = await chooseFaceEngine({ engine: "onnx" });
		wasm = await chooseFaceEngine({ engine: "wasm" });
	});
	afterAll(async () => {
		await onnx.close();
		await wasm.close();
	});

	it.each([1, 2, 3, 4, 5, 6])(
		"agree on sample %i: faces, boxes, landmarks and embeddings",
		async (number) => {
			const photo = padToSquare(await samplePhoto(number));
			const [found, expected] = await Promise.all([
				onnx.detect(photo, { longSide: 512, minScore: 0.5 }),
				wasm.detect(photo, { longSide: 512, minScore: 0.5 }),
			]);
			expect(found).toHaveLength(NUM_FACES[number - 1]!);
			expect(expected).toHaveLength(found.length);
			for (const [i, { box, score }] of found.entries()) {
				expect(largestDifference(Object.values(box), Object.values(expected[i]!.box))).toBeLessThan(0.5);
				expect(score).toBeCloseTo(expected[i]!.score, 3);
			}
			const located = await locateLandmarks(onnx, photo, found);
			for (const [i, { landmarks }] of (await locateLandmarks(wasm, photo, found)).entries()) {
				expect(largestDifference(landmarks, located[i]!.landmarks)).toBeLessThan(0.5);
			}
			const chips = located.map(({ landmarks }, i) =>
				cutChip(model, photo, { box: found[i]!.box, landmarks }),
			);
			const embeddings = await embedChips(onnx, model, chips);
			for (const [i, embedding] of (await embedChips(wasm, model, chips)).entries()) {
				expect(similarity(embedding, embeddings[i]!)).toBeGreaterThan(0.9999);
			}
		},
	);

	it("find the same 22 faces through the whole path, with embeddings of unit length", async () => {
		for (const [i, numFaces] of NUM_FACES.entries()) {
			const photo = await samplePhoto(i + 1);
			const faces = await findFaces(onnx, photo);
			expect(faces).toHaveLength(numFaces);
			expect(await findFaces(wasm, photo)).toHaveLength(numFaces);
			const chips = faces.map((face) => cutChip(model, photo, face));
			for (const embedding of await embedChips(onnx, model, chips)) {
				expect(embedding).toHaveLength(model.dimension);
				expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
			}
		}
	});

	it("embed chips of several callers together and hand each its own", async () => {
		const photo = await samplePhoto(5);
		const chips = (await findFaces(onnx, photo)).map((face) => cutChip(model, photo, face));
		const together = await Promise.all(chips.map((chip) => onnx.embed([chip, chip])));
		for (const [i, chip] of chips.entries()) {
			const [alone] = await onnx.embed([chip]);
			for (const embedding of together[i]!) {
				expect(largestDifference(embedding, alone!)).toBeLessThan(1e-5);
			}
		}
	});
});
