import { expect, it } from "vitest";
import { Random } from "../../src/search/random.ts";

it("repeats itself for the same seed and differs for another", () => {
	const draw = (seed: number) =>
		Array.from(
			{ length: 20 },
			(
				(random) => () =>
					random.uint32()
			)(new Random(seed)),
		);
	expect(draw(1)).toEqual(draw(1));
	expect(draw(1)).not.toEqual(draw(2));
	expect(draw(-1)).toEqual(draw(2 ** 32 - 1));
});

it("draws evenly, normally, and without repetition", () => {
	const random = new Random(3);
	const uniform = Array.from({ length: 20_000 }, () => random.uniform());
	expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true);
	expect(uniform.reduce((a, b) => a + b) / uniform.length).toBeCloseTo(0.5, 1);
	const normal = Array.from({ length: 20_000 }, () => random.normal());
	expect(normal.reduce((a, b) => a + b) / normal.length).toBeCloseTo(0, 1);
	expect(normal.reduce((a, b) => a + b * b) / normal.length).toBeCloseTo(1, 1);
	expect(new Set(random.sample(100, 300)).size).toBe(100);
	expect([...random.sample(9, 5)].sort()).toEqual([0, 1, 2, 3, 4]);
	expect(random.sample(5, 0)).toHaveLength(0);
});
