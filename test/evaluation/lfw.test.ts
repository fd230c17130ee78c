import { describe, expect, it } from "vitest";
import { chooseThreshold, measureAccuracy, parsePairs } from "../../src/evaluation/lfw.ts";

const pair = (isSamePerson: boolean, similarity: number | undefined) => ({ isSamePerson, similarity });

describe("parsePairs", () => {
	it("reads pairs of one person and of two", () => {
		expect(parsePairs("1\nAl_Gore\t1\t12\nAl_Gore\t3\tZoe_Ball\t1\n")).toEqual([
			{ photos: ["Al_Gore/Al_Gore_0001.jpg", "Al_Gore/Al_Gore_0012.jpg"], isSamePerson: true },
			{ photos: ["Al_Gore/Al_Gore_0003.jpg", "Zoe_Ball/Zoe_Ball_0001.jpg"], isSamePerson: false },
		]);
	});

	it("names the line that is no pair", () => {
		expect(() => parsePairs("1\nAl_Gore\t1\t12\nAl_Gore 3\n")).toThrow("line 3");
	});
});

describe("the threshold", () => {
	it("separates what can be separated", () => {
		const pairs = [pair(true, 0.95), pair(true, 0.9), pair(false, 0.8), pair(false, 0.7)];
		expect(chooseThreshold(pairs)).toBeCloseTo(0.85);
	});

	it("makes the fewest errors where pairs overlap", () => {
		const pairs = [pair(true, 0.95), pair(false, 0.9), pair(true, 0.85), pair(true, 0.8), pair(false, 0.2)];
		expect(chooseThreshold(pairs)).toBeCloseTo(0.5);
	});
});

describe("measureAccuracy", () => {
	it("counts a photo without a face as an error, whatever the pair", () => {
		const pairs = [pair(true, 0.9), pair(false, 0.1), pair(true, undefined), pair(false, undefined)];
		expect(measureAccuracy(pairs, 0.5)).toEqual({
			accuracy: 0.5,
			standardError: 0.25,
			numPairs: 4,
			numWithoutFace: 2,
		});
	});
});
