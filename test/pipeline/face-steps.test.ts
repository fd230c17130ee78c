import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { cutChip } from "../../src/faces/embed-faces.ts";
import type { Face } from "../../src/faces/face.ts";
import type { Detection, FaceEngine } from "../../src/faces/face-engine.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import type { RgbImage } from "../../src/image/rgb-image.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { align, detect } from "../../src/pipeline/face-steps.ts";
import { Random } from "../../src/search/random.ts";
import { sampleLandmarks } from "../web/sample-landmarks.ts";

const model = embeddingModel("face-api");
const SAMPLE_LANDMARKS = sampleLandmarks(0);

/** An engine that has never seen a face. */
const blindEngine: FaceEngine = {
	name: "wasm",
	description: "blind",
	detect: async (): Promise<Detection[]> => [],
	locateLandmarks: async () => [],
	embed: async () => [],
	close: async () => {},
};

/** A photo of random patches of 4 x 4 pixels: all of them are lost when it is shrunk to a quarter. */
async function patchwork(width: number, height: number): Promise<Buffer> {
	const random = new Random(2);
	const small = Uint8Array.from({ length: (width / 4) * (height / 4) * 3 }, () => random.below(256));
	return sharp(small, { raw: { width: width / 4, height: height / 4, channels: 3 } })
		.resize(width, height, { kernel: "nearest" })
		.png()
		.toBuffer();
}

/** A face whose landmarks spread over `sidePx`, from (x, y) on. */
function faceAt(x: number, y: number, sidePx: number): Face {
	const xs = SAMPLE_LANDMARKS.filter((_, i) => i % 2 === 0);
	const ys = SAMPLE_LANDMARKS.filter((_, i) => i % 2 === 1);
	const [left, top] = [Math.min(...xs), Math.min(...ys)];
	const scale = sidePx / (Math.max(...ys) - top);
	return {
		box: { x, y, width: sidePx, height: sidePx },
		score: 1,
		landmarks: Float32Array.from(SAMPLE_LANDMARKS, (v, i) =>
			i % 2 === 0 ? x + (v - left) * scale : y + (v - top) * scale,
		),
		quality: { issues: [], clarity: 1 },
	};
}

function meanDifference(a: RgbImage, b: RgbImage): number {
	return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] as number)), 0) / a.data.length;
}

describe("align", () => {
	it.each([
		["small in the shrunken photo from the full-size one", 40, 10],
		["large enough in the shrunken photo from that", 200, undefined],
	])("cuts a face that is %s", async (_which, sidePx, mostDifference) => {
		const bytes = await patchwork(3200, 2400);
		const [photo, full] = [
			await decodePhoto(bytes, { maxSidePx: 800 }),
			await decodePhoto(bytes, { maxSidePx: 3200 }),
		];
		const face = faceAt(300, 200, sidePx);
		const stage = { bytes, photo, faces: [face], numUnanswered: 0 };
		const { chips } = await align({ engine: blindEngine, model })(stage);
		const [chip] = chips as [RgbImage];
		const fromFull = cutChip(model, full, faceAt(1200, 800, sidePx * 4));
		const fromShrunken = cutChip(model, photo, face);
		if (mostDifference === undefined) expect(meanDifference(chip, fromShrunken)).toBe(0);
		else expect(meanDifference(chip, fromFull)).toBeLessThan(mostDifference);
		// or the photo could not tell the two apart
		expect(meanDifference(fromShrunken, fromFull)).toBeGreaterThan(sidePx < model.chipSize ? 20 : 2);
	});
});

describe("align without memory for a larger decode", () => {
	const refusing = (code: "PHOTO_TOO_DEMANDING" | "ENGINE_UNAVAILABLE") => async () => {
		throw new AppError(code, "refused");
	};

	it("cuts small faces from the photo as it is, and tells every other failure", async () => {
		const bytes = await patchwork(3200, 2400);
		const photo = await decodePhoto(bytes, { maxSidePx: 800 });
		const face = faceAt(300, 200, 40);
		const stage = { bytes, photo, faces: [face], numUnanswered: 0 };
		const tools = { engine: blindEngine, model };
		const { chips } = await align({ ...tools, decodePhoto: refusing("PHOTO_TOO_DEMANDING") })(stage);
		expect(meanDifference(chips[0] as RgbImage, cutChip(model, photo, face))).toBe(0);
		const failing = align({ ...tools, decodePhoto: refusing("ENGINE_UNAVAILABLE") })(stage);
		await expect(failing).rejects.toThrow("refused");
	});
});

describe("detect", () => {
	it("refuses a photo without a face, with advice", async () => {
		const photo = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3), fullWidth: 64, fullHeight: 48 };
		const detected = detect({ engine: blindEngine, model })({ bytes: new Uint8Array(), photo });
		await expect(detected).rejects.toMatchObject({
			code: "NO_FACE_FOUND",
			hint: expect.stringMatching(/light/),
		});
	});
});
