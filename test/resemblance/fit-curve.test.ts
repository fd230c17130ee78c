import { describe, expect, it } from "vitest";
import { shareBelow } from "../../src/resemblance/calibration.ts";
import { fitCurve } from "../../src/resemblance/fit-curve.ts";

/** A population that follows the curve exactly. */
function population(midpoint: number, slope: number, size = 4001): number[] {
	return Array.from({ length: size }, (_, i) => {
		const share = (i + 0.5) / size;
		return midpoint + Math.log(share / (1 - share)) / slope;
	});
}

describe("fitCurve", () => {
	it.each([
		[0.94, 200],
		[0.5, 12],
	])("finds midpoint %d and slope %d again, in whatever order", (midpoint, slope) => {
		const fitted = fitCurve(population(midpoint, slope).reverse());
		expect(fitted.midpoint).toBeCloseTo(midpoint, 4);
		expect(fitted.slope / slope).toBeCloseTo(1, 2);
		expect(shareBelow(midpoint, fitted)).toBeCloseTo(0.5, 3);
	});

	it("is hardly moved by a few wild values", () => {
		const wild = [...population(0.94, 200), ...Array(40).fill(0)];
		expect(fitCurve(wild).midpoint).toBeCloseTo(0.94, 3);
	});

	it("refuses too few values, and values that do not differ", () => {
		expect(() => fitCurve([0.9, 0.8])).toThrow("Expected at least 20 similarities but received 2.");
		expect(() => fitCurve(Array(30).fill(0.9))).toThrow("Expected similarities that differ.");
	});
});
