/** The real nets of every engine on the sample photos that ship with face-api: 22 faces on six photos. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { compareEngines } from "../../../src/evaluation/engine-agreement.ts";
import { cutChip, embedChips } from "../../../src/faces/embed-faces.ts";
import type { FaceEngine } from "../../../src/faces/face-engine.ts";
import { findFaces } from "../../../src/faces/find-faces.ts";
import { type DecodeOptions, decodePhoto } from "../../../src/image/decode-photo.ts";
import { resizeImage } from "../../../src/image/resample.ts";
import type { RgbImage } from "../../../src/image/rgb-image.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { readSamplePhoto, SAMPLE_FACE_COUNTS } from "../../helpers/sample-photos.ts";
import { largestDifference } from "../../helpers/vectors.ts";

const model = embeddingModel("face-api");

async function samplePhoto(number: number, options: DecodeOptions = {}): Promise<RgbImage> {
	return decodePhoto(await readSamplePhoto(number), options);
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
		"agree on sample %i as it is: first face, boxes, landmarks and embeddings",
		async (number) => {
			const photo = await samplePhoto(number);
			// a rule of frames that fits only square photos would pass on those
			expect(photo.width).not.toBe(photo.height);
			const { numFaces, boxes, landmarks, scores, cosine } = await compareEngines([onnx, wasm], model, photo);
			expect(numFaces).toEqual([SAMPLE_FACE_COUNTS[number - 1], SAMPLE_FACE_COUNTS[number - 1]]);
			expect(boxes).toBeLessThan(0.001);
			expect(landmarks).toBeLessThan(0.005);
			expect(scores).toBeLessThan(0.0001);
			expect(cosine).toBeGreaterThan(0.9999);
		},
	);

	it("compute the same whether one thread runs a net or several share it", async () => {
		const photo = await samplePhoto(1);
		const [alone, shared] = [
			await chooseFaceEngine({ engine: "onnx", numCores: 1 }),
			await chooseFaceEngine({ engine: "onnx", numCores: 3 }),
		];
		try {
			const { boxes, landmarks, scores, cosine } = await compareEngines([alone, shared], model, photo);
			expect([boxes, landmarks, scores].map((difference) => difference < 1e-6)).toEqual([true, true, true]);
			expect(cosine).toBeGreaterThan(0.999999);
		} finally {
			await alone.close();
			await shared.close();
		}
	});

	it.each([
		[640, 480],
		[255, 333],
		[17, 300],
	])("see the same in a frame of %i x %i pixels, whose sides halve to odd ones", async (width, height) => {
		const frame = resizeImage(await samplePhoto(5), width, height);
		const options = { longSide: Math.max(width, height), minScore: 0.1 };
		const [found, expected] = [await onnx.detect(frame, options), await wasm.detect(frame, options)];
		expect(found.length).toBe(expected.length);
		for (const [i, { box, score }] of found.entries()) {
			expect(largestDifference(Object.values(box), Object.values(expected[i]!.box))).toBeLessThan(0.01);
			expect(score).toBeCloseTo(expected[i]!.score, 4);
		}
	});

	it("embed a face alike in a photo that is left as it is and in one that is shrunk", async () => {
		const embeddings = [await samplePhoto(2), await samplePhoto(2, { maxSidePx: 1600 })].map(
			async (photo) => {
				const faces = await findFaces(onnx, photo);
				return embedChips(
					onnx,
					model,
					faces.map((face) => cutChip(model, photo, face)),
				);
			},
		);
		const [asItIs, shrunk] = await Promise.all(embeddings);
		expect(asItIs).toHaveLength(SAMPLE_FACE_COUNTS[1]!);
		for (const { embedding } of asItIs!) {
			// two faces of about one size may change places
			const cosines = shrunk!.map((other) =>
				embedding.reduce((sum, value, i) => sum + value * other.embedding[i]!, 0),
			);
			expect(Math.max(...cosines)).toBeGreaterThan(0.999);
		}
	});

	it("give each face an embedding of unit length", async () => {
		for (const [i, numFaces] of SAMPLE_FACE_COUNTS.entries()) {
			const photo = await samplePhoto(i + 1);
			const faces = await findFaces(onnx, photo);
			expect(faces).toHaveLength(numFaces);
			const chips = faces.map((face) => cutChip(model, photo, face));
			for (const { embedding } of await embedChips(onnx, model, chips)) {
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
