import { describe, expect, it } from "vitest";
import { TopK } from "../../../src/search/lookup/top-k.ts";
import { Random } from "../../../src/search/random.ts";

function rowsOf(best: TopK): number[] {
	return [...best.rows.subarray(0, best.size)];
}

describe("TopK", () => {
	it.each([1, 3, 50])("keeps the %i best of a random stream, ties by the lower row", (k) => {
		const random = new Random(1);
		const scored = Array.from({ length: 500 }, (_, row) => ({ row, score: random.below(40) }));
		const best = new TopK(k, false);
		for (const place of random.sample(500, 500)) best.offer(scored[place].row, 0, scored[place].score);
		const expected = scored.toSorted((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
		expect(rowsOf(best)).toEqual(expected.map(({ row }) => row));
		expect(best.worst).toBe(expected[k - 1].score);
	});

	it("keeps the best row of each of the k best groups, whatever the order", () => {
		const random = new Random(2);
		const scored = Array.from({ length: 500 }, (_, row) => ({
			row,
			group: row % 60,
			score: random.below(1000),
		}));
		const best = new TopK(7, true);
		for (const place of random.sample(500, 500)) {
			const { row, group, score } = scored[place];
			best.offer(row, group, score);
		}
		const seen = new Set<number>();
		const expected = scored
			.toSorted((a, b) => b.score - a.score || a.row - b.row)
			.filter(({ group }) => !seen.has(group) && seen.add(group));
		expect(rowsOf(best)).toEqual(expected.slice(0, 7).map(({ row }) => row));
	});

	it("takes everything while there is room, and never NaN", () => {
		const best = new TopK(3, false);
		expect(best.worst).toBe(Number.NEGATIVE_INFINITY);
		best.offer(4, 0, -5);
		best.offer(5, 0, Number.NaN);
		expect(rowsOf(best)).toEqual([4]);
	});
});
