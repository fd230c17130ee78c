import { describe, expect, it } from "vitest";
import { mirrorImage, resizeImage } from "../../src/image/resample.ts";

/** An image whose red is the column, green the row, blue 7. */
function grid(width: number, height: number) {
	const data = new Uint8Array(width * height * 3);
	for (let y = 0, o = 0; y < height; y++) for (let x = 0; x < width; x++, o += 3) data.set([x, y, 7], o);
	return { width, height, data };
}

describe("resizeImage", () => {
	it("returns the image itself where the size is right", () => {
		const image = grid(5, 4);
		expect(resizeImage(image, 5, 4)).toBe(image);
	});

	it.each([
		[97, 61],
		[300, 200],
		[30, 20],
		[33, 17],
		[1, 1],
	])("keeps a slope of colour straight at %i x %i", (width, height) => {
		const source = grid(150, 100);
		const { data, ...size } = resizeImage(source, width, height);
		expect(size).toEqual({ width, height });
		let worst = 0;
		for (let y = 0, o = 0; y < height; y++) {
			for (let x = 0; x < width; x++, o += 3) {
				const column = Math.min(149, Math.max(0, ((x + 0.5) * 150) / width - 0.5));
				worst = Math.max(worst, Math.abs(data[o]! - column));
			}
		}
		// half a block of averaged pixels at the far edge, and rounding
		expect(worst).toBeLessThanOrEqual(Math.max(1, Math.floor(150 / width) / 2) + 0.5);
	});

	it("averages all pixels where it shrinks, so that fine lines turn grey and do not vanish", () => {
		const lines = {
			width: 64,
			height: 64,
			data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 4 === 0 ? 200 : 0)),
		};
		expect(new Set(resizeImage(lines, 16, 16).data)).toEqual(new Set([50]));
	});
});

describe("mirrorImage", () => {
	it("swaps columns, and twice is the image again", () => {
		const image = grid(5, 3);
		expect(mirrorImage(image).data[0]).toBe(4);
		expect(mirrorImage(mirrorImage(image)).data).toEqual(image.data);
	});
});
