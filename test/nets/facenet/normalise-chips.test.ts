import { describe, expect, it } from "vitest";
import { normaliseChips } from "../../../src/nets/facenet/normalise-chips.ts";
import { inputBytes } from "../../helpers/facenet/facenet-generator.ts";
import { golden } from "../../helpers/facenet/facenet-golden.ts";

const chip = { width: 160, height: 160, data: inputBytes() };

describe("normaliseChips", () => {
	it.each([
		["per-image", "facenet"],
		["fixed", "fixed"],
	] as const)("gives the %s numbers of the reference", (normalisation, key) => {
		const expected = golden.normalised[key];
		const numbers = normaliseChips([chip, chip], normalisation);
		for (const start of [0, 76_800]) {
			for (const [i, value] of expected.entries()) expect(numbers[start + i]).toBeCloseTo(value, 6);
		}
	});

	it("brings each chip to mean 0 and deviation 1 by itself", () => {
		const dark = { ...chip, data: chip.data.map((value) => value >> 2) };
		const numbers = normaliseChips([chip, dark], "per-image").subarray(76_800);
		const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
		const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
		expect(mean).toBeCloseTo(0, 5);
		expect(variance).toBeCloseTo(1, 5);
	});

	it("gives zeros for a chip of one colour instead of dividing by zero", () => {
		const grey = { ...chip, data: new Uint8Array(76_800).fill(77) };
		expect(normaliseChips([grey], "per-image").every((value) => value === 0)).toBe(true);
	});

	it("refuses a chip of another size", () => {
		const small = { width: 150, height: 150, data: new Uint8Array(67_500) };
		expect(() => normaliseChips([small], "fixed")).toThrow(
			"Expected chips of 160 x 160 pixels but received 150 x 150.",
		);
	});
});
