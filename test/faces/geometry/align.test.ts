import { describe, expect, it } from "vitest";
import { fitChip, fitSimilarity, warpChip } from "../../../src/faces/geometry/align.ts";
import { CHIP_POINTS, FIVE_POINTS, type MeanFacePoints } from "../../../src/faces/geometry/mean-face.ts";

/** 68 points of which some lie on the mean face, laid on an image by a transform. */
function landmarksOf(
	{ points, places }: MeanFacePoints,
	transform: (x: number, y: number) => readonly [number, number],
): Float32Array {
	const landmarks = new Float32Array(136);
	for (const [i, point] of points.entries()) {
		landmarks.set(transform((places[i * 2]! + 0.25) * 100, (places[i * 2 + 1]! + 0.25) * 100), point * 2);
	}
	return landmarks;
}

describe.each([
	{ name: "fitSimilarity", fitPoints: fitSimilarity, points: FIVE_POINTS },
	{ name: "fitChip", fitPoints: fitChip, points: CHIP_POINTS },
])("$name", ({ fitPoints, points }) => {
	it("is the identity for a face that already lies on the mean face", () => {
		const { cos, sin, dx, dy } = fitPoints(
			landmarksOf(points, (x, y) => [x, y]),
			150,
		);
		expect([cos, sin, dx, dy].map((value) => Math.abs(Number(value.toFixed(3))))).toEqual([1, 0, 0, 0]);
	});

	it("finds rotation, scale and shift again", () => {
		const angle = 0.5;
		const [c, s] = [3 * Math.cos(angle), 3 * Math.sin(angle)];
		const found = fitPoints(
			landmarksOf(points, (x, y) => [c * x - s * y + 20, s * x + c * y - 7]),
			150,
		);
		expect(found.cos).toBeCloseTo(c, 4);
		expect(found.sin).toBeCloseTo(s, 4);
		expect(found.dx).toBeCloseTo(20, 2);
		expect(found.dy).toBeCloseTo(-7, 2);
	});

	it("refuses landmarks that coincide", () => {
		expect(() => fitPoints(new Float32Array(136).fill(5), 150)).toThrow(RangeError);
	});
});

describe("fitChip", () => {
	it("does not heed jaw, brows and lower lip", () => {
		const face = landmarksOf(CHIP_POINTS, (x, y) => [2 * x, 2 * y]);
		const open = Float32Array.from(face);
		for (const point of [8, 19, 57, 66]) open.set([300, -40], point * 2);
		expect(fitChip(open, 150)).toEqual(fitChip(face, 150));
	});
});

describe("warpChip", () => {
	const ramp = {
		width: 4,
		height: 1,
		data: Uint8Array.from([10, 20, 30, 40].flatMap((value) => [value, value, value])),
	};

	it("copies the image under the identity", () => {
		const image = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) };
		expect(warpChip(image, { cos: 1, sin: 0, dx: 0, dy: 0 }, 2).data).toEqual(image.data);
	});

	it("averages the pixels it shrinks instead of skipping some", () => {
		const wide = { ...ramp, height: 4, data: Uint8Array.from({ length: 48 }, (_, i) => ramp.data[i % 12]!) };
		const chip = warpChip(wide, { cos: 2, sin: 0, dx: 0, dy: 0 }, 2);
		expect(chip.data[0]).toBe(15);
		expect(chip.data[3]).toBe(35);
	});

	it("is black beyond the image", () => {
		const chip = warpChip(ramp, { cos: 1, sin: 0, dx: 100, dy: 100 }, 2);
		expect(chip.data.every((value) => value === 0)).toBe(true);
	});
});
