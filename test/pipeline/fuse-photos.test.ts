import { describe, expect, it } from "vitest";
import { fuseFaces } from "../../src/pipeline/fuse-photos.ts";

const at = (degrees: number, clarity = 1) => {
	const angle = (degrees * Math.PI) / 180;
	return { embedding: Float32Array.from([Math.cos(angle), Math.sin(angle)]), clarity };
};
const angleOf = ([x, y]: Float32Array) => (Math.atan2(y!, x!) * 180) / Math.PI;
const LEAST_ALIKE = Math.cos((30 * Math.PI) / 180);

describe("fuseFaces", () => {
	it("is the mean of faces that are equally clear, at unit length", () => {
		const { embedding, used } = fuseFaces([at(0), at(20), at(10)], LEAST_ALIKE);
		expect(angleOf(embedding)).toBeCloseTo(10, 4);
		expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
		expect(used).toEqual([0, 1, 2]);
	});

	it("leans towards the clearer ones", () => {
		const { embedding } = fuseFaces([at(0, 1), at(20, 0.3)], LEAST_ALIKE);
		expect(angleOf(embedding)).toBeLessThan(3);
		expect(angleOf(embedding)).toBeGreaterThan(0.5);
	});

	it("leaves out who is not like the clearest one", () => {
		const { embedding, used } = fuseFaces([at(0), at(80), at(10)], LEAST_ALIKE);
		expect(used).toEqual([0, 2]);
		expect(angleOf(embedding)).toBeCloseTo(5, 4);
	});

	it("is the face itself where there is one", () => {
		const { embedding, used } = fuseFaces([at(33, 0.2)], LEAST_ALIKE);
		expect(angleOf(embedding)).toBeCloseTo(33, 4);
		expect(used).toEqual([0]);
	});
});
