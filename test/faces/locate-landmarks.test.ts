import { describe, expect, it } from "vitest";
import type { FaceEngine } from "../../src/faces/face-engine.ts";
import { locateLandmarks } from "../../src/faces/locate-landmarks.ts";

/** An engine that sees in every crop the same points, or for mirror images others. */
function engineThatSees(points: Float32Array, inMirror = points): { engine: FaceEngine; numCrops: number[] } {
	const numCrops: number[] = [];
	const never = () => Promise.reject(new TypeError("not asked for in these tests"));
	const engine: FaceEngine = {
		name: "onnx",
		description: "fake",
		detect: never,
		embed: never,
		close: never,
		locateLandmarks: async (crops) => {
			numCrops.push(crops.length);
			const isSecondPass = numCrops.length === 2;
			return crops.map((_, i) => (isSecondPass && i % 2 === 1 ? inMirror : points));
		},
	};
	return { engine, numCrops };
}

/** 68 points whose right half mirrors the left one about the middle of the crop. */
const SYMMETRIC = (() => {
	const points = new Float32Array(136).fill(56);
	const set = (point: number, x: number, y: number) => points.set([x, y], point * 2);
	for (const [left, right, x, y] of [
		[36, 45, 30, 36],
		[39, 42, 46, 37],
		[0, 16, 8, 40],
	] as const) {
		set(left, x, y);
		set(right, 112 - x, y);
	}
	set(33, 56, 62);
	return points;
})();

const PHOTO = { width: 200, height: 200, data: new Uint8Array(200 * 200 * 3) };
const BOX = { x: 50, y: 60, width: 56, height: 56 };

describe("locateLandmarks", () => {
	it("asks for each box once, then for an upright crop and its mirror image", async () => {
		const { engine, numCrops } = engineThatSees(SYMMETRIC);
		await locateLandmarks(engine, PHOTO, [{ box: BOX }, { box: BOX }]);
		expect(numCrops).toEqual([2, 4]);
	});

	it("finds no mirror error where the answers agree", async () => {
		const { engine } = engineThatSees(SYMMETRIC);
		const [{ mirrorError } = { mirrorError: 1 }] = await locateLandmarks(engine, PHOTO, [{ box: BOX }]);
		expect(mirrorError).toBeCloseTo(0, 6);
	});

	it("takes the mean of both answers, and their distance as the mirror error", async () => {
		const shifted = SYMMETRIC.map((value, i) => (i % 2 === 0 ? value + 11.2 : value));
		const { engine } = engineThatSees(SYMMETRIC, shifted);
		const [located] = await locateLandmarks(engine, PHOTO, [{ box: BOX }]);
		expect(located!.mirrorError).toBeCloseTo(0.1, 6);
		const straight = await locateLandmarks(engineThatSees(SYMMETRIC).engine, PHOTO, [{ box: BOX }]);
		expect(located!.landmarks[0]).toBeLessThan(straight[0]!.landmarks[0]!);
	});

	it("turns the landmarks with the face", async () => {
		const { engine } = engineThatSees(SYMMETRIC);
		const angles = [];
		for (const turns of [0, 1, 2, 3] as const) {
			const [located] = await locateLandmarks(engine, PHOTO, [{ box: BOX, turns }]);
			const { landmarks } = located!;
			const [x, y] = [
				landmarks[45 * 2]! - landmarks[36 * 2]!,
				landmarks[45 * 2 + 1]! - landmarks[36 * 2 + 1]!,
			];
			angles.push(Math.round((Math.atan2(y, x) * 180) / Math.PI));
		}
		expect(angles.map((angle) => (angle + 360) % 360)).toEqual([0, 270, 180, 90]);
	});
});
