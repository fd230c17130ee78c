import { describe, expect, it } from "vitest";
import { widen } from "../../../src/web/answer/face-crops.ts";

const box = { x: 100, y: 100, width: 100, height: 80 };

describe("a face's crop", () => {
	it("is a square with space around the face", () => {
		expect(widen(box, [box])).toEqual({ x: 65, y: 55, width: 170, height: 170 });
	});

	it.each([
		["beside it", { x: 220, y: 110, width: 90, height: 90 }, 140],
		["below it", { x: 90, y: 205, width: 90, height: 90 }, 130],
		["behind it", { x: 190, y: 60, width: 60, height: 60 }, 130],
		["far away", { x: 400, y: 110, width: 90, height: 90 }, 170],
	])("ends before a face %s, but not within the own one's head", (_where, other, side) => {
		const crop = widen(box, [other, box]);
		expect([crop.width, crop.height]).toEqual([side, side].map((size) => expect.closeTo(size, 5)));
		expect(crop.x + crop.width / 2).toBeCloseTo(150, 5);
	});
});
