import { expect, it } from "vitest";
import { decodeHalf, encodeHalf } from "../../../src/search/kernels/half.ts";

it("Every finite float16 comes back from its number, subnormal ones and zeros too", () => {
	for (let half = 0; half < 65536; half++) {
		const isNumber = ((half >> 10) & 31) < 31;
		if (isNumber && encodeHalf(decodeHalf(half)) !== half) expect.fail(`${half}`);
	}
});

it.each([
	[0, 0],
	[-0, 0x8000],
	[1, 0x3c00],
	[-0.5, 0xb800],
	[65504, 0x7bff],
	[2 ** -14, 0x0400],
	[2 ** -24, 0x0001],
	// halfway between two: to the even one
	[1 + 2 ** -11, 0x3c00],
	[1 + 3 * 2 ** -11, 0x3c02],
	[1 + 2 ** -11 + 2 ** -20, 0x3c01],
	[2 ** -25, 0],
])("%d is the float16 of bits %i", (value, half) => {
	expect(encodeHalf(value)).toBe(half);
});
