/**
 * Proves that a runtime not only loads but computes: the real nets on a made picture, compared with numbers
 * that were written down once. (tfjs-node 4.22 by itself, for one, loads on Node 23 and later and then fails.)
 */

import type { EmbeddingModel } from "../faces/embedding-model.ts";
import { LANDMARK_CROP_SIZE } from "../faces/face-engine.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { FaceNets } from "../nets/face-nets.ts";

/** How far a right runtime may be off: float32 sums in another order differ by 1e-5 at most. */
const TOLERANCE = 1e-3;

/** First numbers of each net's answer to the made picture, by face-api's nets on WebAssembly. */
const EXPECTED = {
	embedding: [-0.102218, 0.080678, 0.034917, -0.118844],
	landmarks: [0.150105, 0.428637, 0.226089, 0.503008],
	topScores: [0.142362, 0.137335],
};

/** @throws Error that says which net computed what instead of what */
export async function checkNets(
	nets: FaceNets,
	{ name, chipSize, dimension }: EmbeddingModel,
): Promise<void> {
	const [embedding] = await nets.embed([checkPicture(chipSize)]);
	if (name === "face-api") compare("embedding", embedding!.subarray(0, 4), EXPECTED.embedding);
	else refuseNoEmbedding(embedding!, dimension);
	const [landmarks] = await nets.locateLandmarks([checkPicture(LANDMARK_CROP_SIZE)]);
	compare("landmarks", landmarks!.subarray(0, 4), EXPECTED.landmarks);
	const { scores } = await nets.detect(checkPicture(512), 0);
	compare("topScores", scores.toSorted().reverse().slice(0, 2), EXPECTED.topScores);
}

/** A soft oval on a slope of colour with two dark spots: the same bytes on every machine. */
function checkPicture(size: number): RgbImage {
	const data = new Uint8Array(size * size * 3);
	const nearness = (x: number, y: number, atX: number, atY: number, reach: number) =>
		Math.max(0, 1 - ((x - atX * size) ** 2 + (y - atY * size) ** 2) / (reach * size) ** 2);
	for (let y = 0, o = 0; y < size; y++) {
		for (let x = 0; x < size; x++, o += 3) {
			const oval = nearness(x, y, 0.5, 0.5, 0.42);
			const spots = nearness(x, y, 0.36, 0.4, 0.07) + nearness(x, y, 0.64, 0.4, 0.07);
			data[o] = Math.floor(40 + (60 * x) / size + 140 * oval - 120 * spots);
			data[o + 1] = Math.floor(50 + (60 * y) / size + 100 * oval - 100 * spots);
			data[o + 2] = Math.floor(60 + 70 * oval - 60 * spots);
		}
	}
	return { width: size, height: size, data };
}

/** Of a model whose weights are fetched nothing is written down: its numbers only have to be numbers. */
function refuseNoEmbedding(embedding: Float32Array, dimension: number): void {
	const isEmbedding =
		embedding.length === dimension && embedding.every(Number.isFinite) && embedding.some(Boolean);
	if (!isEmbedding) {
		throw new Error(`the self-check expected ${dimension} numbers but computed ${embedding.join(", ")}.`);
	}
}

function compare(what: keyof typeof EXPECTED, received: Float32Array, expected: readonly number[]): void {
	const isRight = expected.every((value, i) => Math.abs(value - received[i]!) <= TOLERANCE);
	if (!isRight) {
		throw new Error(
			`the self-check expected ${what} of ${expected.join(", ")} but computed ${received.join(", ")}.`,
		);
	}
}
