/** That others have their turn while long work goes on. */
import { describe, expect, it } from "vitest";
import { createGiveWay, mapInSlices } from "../src/give-way.ts";
import { countTurns } from "./helpers/count-turns.ts";

/** Runs until its time is used up. */
function workFor(ms: number): void {
	const end = performance.now() + ms;
	while (performance.now() < end);
}

describe("long work in slices", () => {
	it("lets others have their turn whenever a slice is used up, and keeps its order", async () => {
		const { result, numTurns } = await countTurns(() =>
			mapInSlices(
				[1, 2, 3, 4],
				(value, i) => {
					workFor(2);
					return [value * 2, i];
				},
				createGiveWay(1),
			),
		);
		expect(result).toEqual([
			[2, 0],
			[4, 1],
			[6, 2],
			[8, 3],
		]);
		expect(numTurns).toBeGreaterThanOrEqual(4);
	});

	it("gives way to nobody while there is time", () => {
		expect(createGiveWay(1_000_000)()).toBeUndefined();
	});
});
