import { describe, expect, it } from "vitest";
import { cropBox } from "../../../src/faces/geometry/crop-box.ts";

const NO_MARGINS = { top: 0, right: 0, bottom: 0, left: 0 };

/** Red says the column, green the row. */
function ramp(width: number, height: number) {
	const data = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) data.set([x, y, 0], (y * width + x) * 3);
	}
	return { width, height, data };
}

describe("cropBox", () => {
	it("cuts the box with its margins, each a share of the box's own side", () => {
		const margins = { top: 0.4, right: 0.2, bottom: 0.2, left: 0.2 };
		// 10 wide and 10 high, so 14 x 16 pixels from (18, 26) on, stretched to a square
		const chip = cropBox(ramp(100, 100), { x: 20, y: 30, width: 10, height: 10 }, margins, 112);
		expect([chip.width, chip.height]).toEqual([112, 112]);
		expect([...chip.data.subarray(0, 2)]).toEqual([18, 26]);
		expect([...chip.data.subarray(-3, -1)]).toEqual([31, 41]);
	});

	it("gives the very pixels where nothing is to be stretched", () => {
		const chip = cropBox(ramp(8, 8), { x: 2, y: 3, width: 4, height: 4 }, NO_MARGINS, 4);
		const columns = Array.from({ length: 16 }, (_, i) => chip.data[i * 3]);
		expect(columns.slice(0, 4)).toEqual([2, 3, 4, 5]);
		expect(chip.data[1]).toBe(3);
		expect(chip.data.at(-2)).toBe(6);
	});

	it("ends at the photo's border instead of adding black", () => {
		const chip = cropBox(ramp(10, 10), { x: -4, y: -4, width: 8, height: 8 }, NO_MARGINS, 4);
		expect([...chip.data.subarray(0, 2)]).toEqual([0, 0]);
		expect([...chip.data.subarray(-3, -1)]).toEqual([3, 3]);
	});

	it("refuses a box outside the photo", () => {
		expect(() => cropBox(ramp(10, 10), { x: 20, y: 0, width: 5, height: 5 }, NO_MARGINS, 4)).toThrow(
			"Expected a box within 10 x 10 pixels but received one at 20, 0.",
		);
	});
});
