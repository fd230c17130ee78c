import { describe, expect, it } from "vitest";
import { resemblanceOf } from "../../src/resemblance/resemblance.ts";
import { crowdAround, fitScale, scoreOf } from "../../src/resemblance/score-scale.ts";
import { Random } from "../../src/search/random.ts";

/** Leads as those of faces are: bent upwards, with an exponential tail. */
function leads(count: number, seed: number): number[] {
	const random = new Random(seed);
	return Array.from({ length: count }, () => 0.005 - 0.005 * Math.log(1 - random.uniform()));
}
const last = (count: number) => new Array<number>(count).fill(-0.005);
const scale = fitScale(leads(1200, 1), last(1200), true);

describe("fitScale and scoreOf", () => {
	it("says each word as often of other strangers as of those it was fitted on", () => {
		const words = leads(20_000, 2).map((lead) => resemblanceOf(lead, scale).words);
		const shareOf = (word: string) => words.filter((other) => other === word).length / words.length;
		expect(shareOf("could be a twin")).toBeGreaterThan(0.01);
		expect(shareOf("could be a twin")).toBeLessThan(0.025);
		expect(shareOf("strong resemblance")).toBeCloseTo(0.2, 1);
		expect(shareOf("loose resemblance")).toBeCloseTo(0.31, 1);
	});

	it("does not let a few strangers who are in the gallery move the twins", () => {
		const withKnown = fitScale([...leads(1200, 1), ...new Array<number>(10).fill(0.15)], last(1210), true);
		expect(Math.abs(withKnown.twin - scale.twin)).toBeLessThan(0.2 * (scale.twin - scale.strong));
	});

	it("is lowered by a photo that is not clear: half a clarity makes nobody a lot like anyone", () => {
		for (const lead of [0, 0.01, 0.02, 0.05, 0.2]) {
			const { score } = resemblanceOf(lead, scale);
			expect(resemblanceOf(lead, scale, 0.8).score).toBeLessThanOrEqual(score);
			expect(resemblanceOf(lead, scale, 0.8).clearScore).toBe(score);
			expect(resemblanceOf(lead, scale, 0.49).score).toBeLessThan(50);
		}
	});

	it("rises without a jump from 0 to 100", () => {
		const scores = Array.from({ length: 400 }, (_, i) => scoreOf(-0.02 + i * 0.0005, scale));
		for (let i = 1; i < scores.length; i++) {
			expect(scores[i]! - scores[i - 1]!).toBeGreaterThanOrEqual(0);
			expect(scores[i]! - scores[i - 1]!).toBeLessThan(4);
		}
		expect(scores[0]).toBe(0);
		expect(scores.at(-1)).toBeGreaterThan(99);
		expect(scoreOf(scale.twin, scale)).toBeCloseTo(80, 6);
	});

	it("is never steeper below than above where nobody follows the first", () => {
		const alone = leads(100, 3);
		const { floor, fair, strong } = fitScale(alone, alone, true);
		expect(fair - floor).toBeGreaterThanOrEqual(strong - fair - 1e-12);
	});

	it("refuses too few strangers, and strangers who are all alike", () => {
		expect(() => fitScale(leads(49, 1), last(49), true)).toThrow("at least 50 strangers but received 49");
		expect(() => fitScale(new Array<number>(60).fill(0.1), last(60), true)).toThrow("leads that differ");
	});
});

describe("crowdAround", () => {
	it("is the mean of the ten most similar next faces, whoever they are", () => {
		const people = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
		expect(crowdAround(people, [0.95, 0.85, 0.1, 0.2, 0.3, 0])).toBeCloseTo(0.62, 6);
		expect(crowdAround([0.5], [])).toBe(0.5);
	});

	it("is nothing where nobody is", () => {
		expect(crowdAround([], [])).toBe(0);
	});
});
