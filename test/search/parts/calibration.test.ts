import { describe, expect, it } from "vitest";
import { chooseHeldOutRows } from "../../../src/search/build/calibrate.ts";
import { type Calibration, planSearch } from "../../../src/search/parts/calibration.ts";
import { Random } from "../../../src/search/random.ts";

const level = (beamWidth: number, cost: number, known: number, strangers: number) => ({
	...{ numProbes: beamWidth / 2, numVotes: 1, beamWidth, cost },
	rows: { known, strangers },
	groups: { known: known - 0.05, strangers: strangers - 0.05 },
});

const calibration: Calibration = {
	k: 7,
	numQueries: { known: 100, strangers: 100 },
	exactCost: 1000,
	levels: [level(10, 50, 0.98, 0.6), level(20, 100, 0.99, 0.91), level(100, 400, 1, 0.97)],
};

describe("planSearch", () => {
	it("takes the least effort that reaches the recall for known people and strangers", () => {
		const settings = { numProbes: 10, numVotes: 1, beamWidth: 20 };
		expect(planSearch(calibration, 7, 0.9, false, false)).toEqual({
			strategy: "lsh",
			settings,
			recall: 0.91,
		});
		expect(planSearch(calibration, 7, 0.5, false, false).recall).toBe(0.6);
	});

	it("counts people when people are asked for", () => {
		expect(planSearch(calibration, 7, 0.9, true, false).recall).toBeCloseTo(0.92);
	});

	it("looks at more for more matches, until the exact search is cheaper", () => {
		expect(planSearch(calibration, 14, 0.95, false, false).settings?.beamWidth).toBe(200);
		expect(planSearch(calibration, 70, 0.95, false, false)).toEqual({ strategy: "exact", recall: 1 });
		expect(planSearch(calibration, 70, 0.95, false, true).settings?.beamWidth).toBe(1000);
		expect(planSearch(calibration, 700, 0.95, false, true).strategy).toBe("exact");
	});

	it("plans many matches by what was measured for as many", () => {
		const measured = {
			...calibration,
			larger: [{ k: 100, levels: [level(100, 400, 0.9, 0.8), level(150, 600, 0.99, 0.97)] }],
		};
		expect(planSearch(measured, 7, 0.95, false, false).settings?.beamWidth).toBe(100);
		expect(planSearch(measured, 50, 0.95, false, false)).toMatchObject({
			settings: { beamWidth: 150 },
			recall: 0.97,
		});
		expect(planSearch(measured, 200, 0.95, false, true).settings?.beamWidth).toBe(300);
	});

	it("plans few matches more than were measured by these, not by far more", () => {
		const far = { k: 100, levels: [level(500, 900, 0.99, 0.97)] };
		const measured = { ...calibration, k: 28, larger: [far] };
		expect(planSearch(measured, 29, 0.9, false, false).settings?.beamWidth).toBe(21);
		expect(planSearch(measured, 40, 0.9, false, false).settings?.beamWidth).toBe(500);
	});

	it("takes a width between two that were measured where wider beams find ever less that is new", () => {
		const own = (beamWidth: number, recall: number) => ({
			...level(beamWidth, beamWidth * 4, recall, recall),
			numProbes: 0,
		});
		const levels = [own(20, 0.7), own(40, 0.9), own(80, 0.98)];
		expect(planSearch({ ...calibration, levels }, 7, 0.95, false, false)).toMatchObject({
			settings: { numProbes: 0, beamWidth: 65 },
			recall: expect.closeTo(0.95, 10),
		});
		// what comes all at once may come last
		const late = [own(20, 0.7), own(40, 0.71), own(80, 0.98)];
		expect(planSearch({ ...calibration, levels: late }, 7, 0.95, false, false).settings?.beamWidth).toBe(80);
		expect(planSearch({ ...calibration, levels }, 7, 0.6, false, false).settings?.beamWidth).toBe(20);
		// not where another way in is cheaper
		const buckets = [...levels, level(50, 200, 0.99, 0.99)].sort((a, b) => a.cost - b.cost);
		expect(planSearch({ ...calibration, levels: buckets }, 7, 0.95, false, false).settings?.numProbes).toBe(
			25,
		);
	});

	it("is exact where the recall was not reached, unless forced, and then says what to expect", () => {
		expect(planSearch(calibration, 7, 0.98, false, false).strategy).toBe("exact");
		expect(planSearch(calibration, 7, 0.98, false, true)).toMatchObject({ strategy: "lsh", recall: 0.97 });
		expect(planSearch(calibration, 7, 1, false, false).strategy).toBe("exact");
	});

	it("relies less on what few queries found", () => {
		const few = { ...calibration, numQueries: { known: 25, strangers: 25 } };
		expect(planSearch(few, 7, 0.9, false, false)).toMatchObject({
			settings: { beamWidth: 100 },
			recall: 0.97,
		});
		expect(planSearch(few, 7, 0.95, false, false).strategy).toBe("exact");
		const perfect = { ...few, levels: [level(10, 50, 1, 1)] };
		expect(planSearch(perfect, 7, 0.99, false, false).settings?.beamWidth).toBe(10);
		expect(planSearch(perfect, 7, 0.995, false, false).strategy).toBe("exact");
		expect(planSearch(few, 7, 0.5, false, false).settings?.beamWidth).toBe(10);
	});

	it("is exact for an index that was never calibrated, unless forced", () => {
		expect(planSearch(undefined, 7, 0.9, false, false).strategy).toBe("exact");
		expect(planSearch(undefined, 7, 0.9, false, true)).toMatchObject({ strategy: "lsh", recall: null });
	});
});

describe("chooseHeldOutRows", () => {
	const withoutCopies = (groups: Uint32Array) => groups.map((_, row) => row);

	it("keeps strangers out with all their photos, and one photo of some who stay", () => {
		const groups = Uint32Array.from({ length: 6000 }, (_, row) => row % 1500);
		const { known, strangers, all } = chooseHeldOutRows(groups, withoutCopies(groups), new Random(1));
		expect([known.length, strangers.length]).toEqual([120, 120]);
		const heldOut = new Set(all);
		const numLeft = (row: number) =>
			groups.reduce((count, group, other) => count + Number(group === groups[row] && !heldOut.has(other)), 0);
		for (const row of strangers) expect(numLeft(row)).toBe(0);
		for (const row of known) expect(numLeft(row)).toBe(3);
		expect(heldOut.size).toBe(120 * 4 + 120);
	});

	it.each([
		["everybody has one photo", Uint32Array.from({ length: 1000 }, (_, row) => row), 0, 20],
		["there is one person", new Uint32Array(1000), 1, 0],
		["there are few rows", new Uint32Array(40), 0, 0],
	])("does what it can where %s", (_where, groups, numKnown, numStrangers) => {
		const { known, strangers } = chooseHeldOutRows(groups, withoutCopies(groups), new Random(1));
		expect([known.length, strangers.length]).toEqual([numKnown, numStrangers]);
	});

	it("keeps out the copies of a row that asks, and asks with none of which too much would go", () => {
		// copies of 0 to 49 in groups of their own, but every other row is one of one
		const size = 4000;
		const firsts = Uint32Array.from({ length: size }, (_, row) => (row % 2 === 0 ? row % 100 : 1));
		const { known, strangers, all } = chooseHeldOutRows(
			firsts.map((_, row) => row),
			firsts,
			new Random(1),
		);
		expect([known.length, strangers.length]).toEqual([0, 10]);
		const asked = new Set(strangers.map((row) => firsts[row]));
		expect([...all].sort((a, b) => a - b)).toEqual(
			[...firsts.keys()].filter((row) => asked.has(firsts[row])),
		);
		expect([asked.size, asked.has(1)]).toEqual([10, false]);
	});

	it("takes no longer where all rows are copies, and asks with none", () => {
		const size = 200_000;
		const own = Uint32Array.from({ length: size }, (_, row) => row);
		const { all } = chooseHeldOutRows(own, new Uint32Array(size), new Random(1));
		expect(all).toEqual([]);
	});

	it("knows nobody by a copy of a photo that asks", () => {
		const groups = Uint32Array.from({ length: 2000 }, (_, row) => row % 2);
		const { known } = chooseHeldOutRows(groups, groups, new Random(1));
		expect(known).toEqual([]);
	});
});
