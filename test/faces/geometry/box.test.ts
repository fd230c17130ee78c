import { describe, expect, it } from "vitest";
import {
	intersectionOverSmaller,
	intersectionOverUnion,
	suppressOverlaps,
} from "../../../src/faces/geometry/box.ts";

const square = (x: number, y: number, side: number) => ({ x, y, width: side, height: side });

describe("overlap of boxes", () => {
	it("is 1 for a box and itself, 0 for boxes that only touch", () => {
		expect(intersectionOverUnion(square(3, 4, 10), square(3, 4, 10))).toBe(1);
		expect(intersectionOverUnion(square(0, 0, 10), square(10, 0, 10))).toBe(0);
	});

	it("is shared area over joint area", () => {
		expect(intersectionOverUnion(square(0, 0, 10), square(5, 0, 10))).toBeCloseTo(50 / 150);
	});

	it("is 1 over the smaller box where that lies inside the other", () => {
		expect(intersectionOverSmaller(square(0, 0, 10), square(2, 2, 4))).toBe(1);
	});

	it("is 0, not NaN, for empty boxes", () => {
		expect(intersectionOverUnion(square(0, 0, 0), square(0, 0, 0))).toBe(0);
		expect(intersectionOverSmaller(square(0, 0, 0), square(0, 0, 4))).toBe(0);
	});
});

describe("suppressOverlaps", () => {
	it("keeps the best of overlapping boxes and all that stand apart, best first", () => {
		const far = { box: square(50, 50, 10), score: 0.6 };
		const worse = { box: square(1, 0, 10), score: 0.7 };
		const best = { box: square(0, 0, 10), score: 0.9 };
		expect(suppressOverlaps([far, worse, best], 0.5)).toEqual([best, far]);
	});

	it("keeps two boxes that overlap no more than allowed", () => {
		const boxes = [square(0, 0, 10), square(5, 0, 10)].map((box, i) => ({ box, score: 1 - i / 10 }));
		expect(suppressOverlaps(boxes, 0.34)).toHaveLength(2);
		expect(suppressOverlaps(boxes, 0.33)).toHaveLength(1);
	});
});
