import { describe, expect, it } from "vitest";
import { fitCalibration, type SimilarPair } from "../../src/resemblance/fit-calibration.ts";
import { Random } from "../../src/search/random.ts";

/** Pairs whose chance to be of the same person follows the curve exactly, both kinds equally common at its midpoint. */
function drawPairs(midpoint: number, slope: number, numPairs: number): SimilarPair[] {
	const random = new Random(1);
	return Array.from({ length: numPairs }, () => {
		const similarity = midpoint - 0.1 + 0.2 * random.uniform();
		return { similarity, isSamePerson: random.uniform() < 1 / (1 + Math.exp(-slope * (similarity - midpoint))) };
	});
}

describe("fitCalibration", () => {
	it.each([
		[0.92, 90],
		[0.5, 12],
	])("finds midpoint %d and slope %d again", (midpoint, slope) => {
		const fitted = fitCalibration(drawPairs(midpoint, slope, 20_000));
		expect(fitted.midpoint).toBeCloseTo(midpoint, 2);
		expect(fitted.slope / slope).toBeCloseTo(1, 1);
	});

	it("stays finite where the two kinds do not overlap", () => {
		const pairs = Array.from({ length: 100 }, (_, i) => ({
			similarity: 0.8 + i * 0.002,
			isSamePerson: i >= 50,
		}));
		const { midpoint, slope } = fitCalibration(pairs);
		expect(midpoint).toBeCloseTo(0.9, 2);
		expect(slope).toBeLessThan(10_000);
	});

	it("refuses pairs of one kind only, and pairs the wrong way round", () => {
		expect(() => fitCalibration([{ similarity: 0.9, isSamePerson: true }])).toThrow(/1 same and 0 different/);
		const reversed = drawPairs(0.9, 50, 1000).map((pair) => ({ ...pair, isSamePerson: !pair.isSamePerson }));
		expect(() => fitCalibration(reversed)).toThrow(/slope is -/);
	});
});
