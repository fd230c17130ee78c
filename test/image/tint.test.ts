import { describe, expect, it } from "vitest";
import { tintIfGrey } from "../../src/image/tint.ts";

const picture = (...pixels: readonly (readonly [number, number, number])[]) => ({
	width: pixels.length,
	height: 1,
	data: Uint8Array.from(pixels.flat()),
});

describe("tintIfGrey", () => {
	it("gives grey the colour of skin, white staying within a byte", () => {
		const { width, height, data } = tintIfGrey(picture([100, 100, 100], [250, 250, 250], [0, 0, 0]));
		expect([width, height]).toEqual([3, 1]);
		expect([...data]).toEqual([120, 95, 80, 255, 238, 200, 0, 0, 0]);
	});

	it("takes a scan that is nearly grey for grey, and leaves colours alone", () => {
		expect([...tintIfGrey(picture([102, 100, 100])).data]).toEqual([122, 95, 80]);
		const coloured = picture([110, 100, 90], [100, 100, 100]);
		expect(tintIfGrey(coloured)).toBe(coloured);
	});
});
