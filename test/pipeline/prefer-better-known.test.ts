import { describe, expect, it } from "vitest";
import type { Fame } from "../../src/gallery/person.ts";
import type { Lookalike } from "../../src/pipeline/answer.ts";
import { preferBetterKnown } from "../../src/pipeline/prefer-better-known.ts";

function candidates(people: readonly (readonly [name: string, score: number, fame: Fame])[]): Lookalike[] {
	return people.map(([name, score, fame], i) => {
		const words = score >= 80 ? "could be a twin" : "fair resemblance";
		return { rank: i + 1, person: { name, fame }, resemblance: { score, words } } as Lookalike;
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
				["far and famous", 31, 3],
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
});
