import { describe, expect, it } from "vitest";
import { fitSimilarity, warpChip } from "../../src/faces/align.ts";

/** 68 points of which the five that alignment reads lie on the mean face, laid on an image by a transform. */
function landmarksOf(transform: (x: number, y: number) => readonly [number, number]): Float32Array {
	const points = new Float32Array(136);
	const meanFace: Record<number, readonly [number, number]> = {
		45: [0.8595674595992, 0.2134981538014],
		42: [0.6460604764104, 0.2289674387677],
		36: [0.1205750620789, 0.2137274526848],
		39: [0.3340850613712, 0.2290642403242],
		33: [0.4901123135679, 0.6277975316475],
	};
	for (const [point, [x, y]] of Object.entries(meanFace)) {
		points.set(transform((x + 0.25) * 100, (y + 0.25) * 100), Number(point) * 2);
	}
	return points;
}

describe("fitSimilarity", () => {
	it("is the identity for a face that already lies on the mean face", () => {
		const { cos, sin, dx, dy } = fitSimilarity(
			landmarksOf((x, y) => [x, y]),
			150,
		);
		expect([cos, sin, dx, dy].map((value) => Math.abs(Number(value.toFixed(3))))).toEqual([1, 0, 0, 0]);
	});

	it("finds rotation, scale and shift again", () => {
		const angle = 0.5;
		const [c, s] = [3 * Math.cos(angle), 3 * Math.sin(angle)];
		const found = fitSimilarity(
			landmarksOf((x, y) => [c * x - s * y + 20, s * x + c * y - 7]),
			150,
		);
		expect(found.cos).toBeCloseTo(c, 4);
		expect(found.sin).toBeCloseTo(s, 4);
		expect(found.dx).toBeCloseTo(20, 2);
		expect(found.dy).toBeCloseTo(-7, 2);
	});

	it("refuses landmarks that coincide", () => {
		expect(() => fitSimilarity(new Float32Array(136).fill(5), 150)).toThrow(RangeError);
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
