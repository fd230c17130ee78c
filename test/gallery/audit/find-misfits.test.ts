import { describe, expect, it } from "vitest";
import { findMisfits } from "../../../src/gallery/audit/find-misfits.ts";
import { misfitRuleOf } from "../../../src/gallery/audit/misfit-rule.ts";

const BOX = { x: 0, y: 0, width: 100, height: 120 };
/** The jaw's ends at 0 and 100, the tip of the nose midway. */
const LANDMARKS = Float32Array.from({ length: 136 }, (_, i) => (i === 0 ? 0 : i === 32 ? 100 : 50));
const RULE = { doubtful: Math.cos(Math.PI / 9), wrong: Math.cos(Math.PI / 6), margin: 0.05 };

/** Photos on the unit circle: [person, angle in degrees]. */
function misfitsOf(photos: readonly (readonly [number, number])[]) {
	const embeddings = photos.flatMap(([, angle]) => {
		return [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
	});
	return findMisfits(
		photos.map(([person]) => ({ person, box: BOX, landmarks: LANDMARKS })),
		Float32Array.from(embeddings),
		2,
		RULE,
	);
}

describe("findMisfits", () => {
	it("finds the photo that shows somebody else, and says whom", () => {
		const found = misfitsOf([
			[0, 0],
			[0, 5],
			[0, 90],
			[1, 92],
			[1, 95],
		]);
		expect(found).toEqual([expect.objectContaining({ row: 2, nearest: 3, isCertain: true, isClear: true })]);
	});

	it("does not know which of two that differ is the wrong one", () => {
		const found = misfitsOf([
			[0, 0],
			[0, 90],
			[1, 92],
			[1, 2],
		]);
		expect(found.filter(({ isCertain }) => isCertain)).toEqual([]);
		expect(found).toHaveLength(4);
	});

	it("leaves a photo alone that is unlike its person's others but like nobody else's", () => {
		const found = misfitsOf([
			[0, 0],
			[0, 5],
			[0, 60],
			[1, 180],
		]);
		expect(found).toEqual([]);
	});
});

describe("misfitRuleOf", () => {
	it("doubts 1 of 20 and is certain of 1 of 50 pairs of one person", () => {
		const rule = misfitRuleOf({ midpoint: 0.95, slope: 100 });
		expect(rule.doubtful).toBeCloseTo(0.95 - Math.log(19) / 100, 6);
		expect(rule.wrong).toBeCloseTo(0.95 - Math.log(49) / 100, 6);
		expect(rule.margin).toBeCloseTo(0.025, 6);
	});
});
