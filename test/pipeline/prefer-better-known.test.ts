import { describe, expect, it } from "vitest";
import type { Fame } from "../../src/gallery/person.ts";
import type { Lookalike } from "../../src/pipeline/answer.ts";
import { preferBetterKnown } from "../../src/pipeline/prefer-better-known.ts";
import { wordsOf } from "../../src/resemblance/resemblance.ts";

/** @param clarity of their photo, which lowers all scores */
function candidates(
	people: readonly (readonly [name: string, clearScore: number, fame: Fame])[],
	clarity = 1,
): Lookalike[] {
	return people.map(([name, clearScore, fame], i) => {
		const score = Math.round(clarity * clearScore);
		return {
			rank: i + 1,
			person: { name, fame },
			resemblance: { score, clearScore, words: wordsOf(score) },
		} as Lookalike;
	});
}
const namesOf = (matches: readonly Lookalike[]) => matches.map(({ person }) => person.name);

describe("preferBetterKnown", () => {
	it("puts the better known first among equals, and nobody before a much more similar one", () => {
		const matches = preferBetterKnown(
			candidates([
				["near", 40, 1],
				["equal and famous", 33, 3],
				["equal", 32, 2],
				["far and famous", 28, 3],
			]),
			3,
		);
		expect(namesOf(matches)).toEqual(["equal and famous", "equal", "near"]);
		expect(matches.map(({ rank }) => rank)).toEqual([1, 2, 3]);
	});

	it("keeps the order of people who are equally known", () => {
		const equals = candidates([
			["a", 40, 2],
			["b", 39, 2],
			["c", 38, 2],
		]);
		expect(namesOf(preferBetterKnown(equals, 7))).toEqual(["a", "b", "c"]);
	});

	it("passes nobody by who could be a twin", () => {
		const twin = candidates([
			["twin", 81, 0],
			["famous", 79, 3],
		]);
		expect(namesOf(preferBetterKnown(twin, 2))).toEqual(["twin", "famous"]);
	});

	it("passes nobody by who could be a twin in a clear photo", () => {
		const faint = candidates(
			[
				["twin", 90, 0],
				["famous", 40, 3],
			],
			0.15,
		);
		expect(namesOf(preferBetterKnown(faint, 2))).toEqual(["twin", "famous"]);
	});

	it("prefers only among people of whom the same words are said", () => {
		const mixed = candidates([
			["strong", 52, 0],
			["fair and famous", 49, 3],
			["fair", 21, 0],
			["loose and famous", 19, 3],
			["looser and more famous", 18, 3],
		]);
		expect(namesOf(preferBetterKnown(mixed, 5))).toEqual(namesOf(mixed));
	});

	it("prefers among loose resemblances too, but nobody who scores nothing", () => {
		const loose = candidates([
			["nearest", 9, 1],
			["famous", 4, 2],
			["more famous and unlike", 0, 3],
		]);
		expect(namesOf(preferBetterKnown(loose, 3))).toEqual(["famous", "nearest", "more famous and unlike"]);
	});
});
