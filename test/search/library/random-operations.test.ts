/** A SearchIndex beside a plain list: whatever is added, removed, saved and built anew, it finds what the list finds. */
import { describe, expect, it } from "vitest";
import type { Metric } from "../../../src/search/library/metric.ts";
import { type QueryResult, SearchIndex } from "../../../src/search/library/search-index.ts";
import { Random } from "../../../src/search/random.ts";

const DIMENSION = 6;
const NUM_OPERATIONS = Number(process.env.SEARCH_OPERATIONS ?? 250);
const SEED = Number(process.env.SEARCH_SEED ?? 1);

function distanceBy(metric: Metric, a: Float32Array, b: Float32Array): number {
	const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
	if (metric === "euclidean") return Math.hypot(...a.map((value, i) => value - b[i]!));
	if (metric === "inner-product") return 1 - dot(a, b);
	return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(["cosine", "inner-product", "euclidean"] as const)("by %s", (metric) => {
	it.each(["float32", "float16"] as const)(
		"random operations on %s rows leave what a list has",
		(precision) => {
			const random = new Random(SEED);
			let index = new SearchIndex({ dimension: DIMENSION, metric, precision });
			const list = new Map<number, Float32Array>();
			// what rounding may change, of distances as long as the longest vector
			const tolerance = precision === "float16" ? 0.02 : 2e-5;
			const vector = () => Float32Array.from({ length: DIMENSION }, () => random.normal());
			let nextId = 2 ** 32 - 20;
			const anyId = () => [...list.keys()][random.below(list.size)]!;

			const add = () => {
				const count = random.below(30) === 0 ? 300 : 1 + random.below(3);
				// one of ten is a copy of one that is there
				const vectors = Array.from({ length: count }, () =>
					list.size > 0 && random.below(10) === 0 ? list.get(anyId())! : vector(),
				);
				const ids = vectors.map(() => nextId++);
				index.add(ids, Float32Array.from(vectors.flatMap((each) => [...each])));
				for (const [i, id] of ids.entries()) list.set(id, vectors[i]!);
			};
			const remove = () => {
				const all = random.below(200) === 0;
				for (const id of all ? [...list.keys()] : list.size > 0 ? [anyId()] : []) {
					expect(index.remove(id)).toBe(true);
					list.delete(id);
					// a number that was free may be taken again
					if (random.below(2) === 0) continue;
					const other = vector();
					index.add(id, other);
					list.set(id, other);
				}
			};
			const check = ({ ids, distances }: QueryResult, query: Float32Array, accepted: number[], k: number) => {
				expect(ids.length).toBe(Math.min(k, accepted.length));
				expect(new Set(ids).size).toBe(ids.length);
				for (const [i, id] of ids.entries()) {
					expect(accepted.includes(id)).toBe(true);
					expect(Math.abs(distances[i]! - distanceBy(metric, query, list.get(id)!))).toBeLessThan(
						tolerance * 10,
					);
				}
			};
			const search = () => {
				const query = vector();
				const k = [1, 3, 7, 1000][random.below(4)]!;
				const isOdd = random.below(3) === 0;
				const filter = isOdd ? (id: number) => id % 2 === 1 : () => true;
				const accepted = [...list.keys()].filter(filter);
				check(index.search(query, k, { recall: 0.5, filter }), query, accepted, k);
				const exact = index.search(query, k, { recall: 1, filter });
				check(exact, query, accepted, k);
				const truth = accepted.map((id) => distanceBy(metric, query, list.get(id)!)).sort((a, b) => a - b);
				exact.distances.forEach((distance, i) => {
					expect(Math.abs(distance - truth[i]!)).toBeLessThan(tolerance * 10);
				});
			};

			for (let i = 0; i < NUM_OPERATIONS; i++) {
				const choice = random.below(100);
				if (choice < 35) add();
				else if (choice < 60) remove();
				else if (choice < 98) search();
				else if (choice === 98) index = SearchIndex.load(index.save());
				else index.compact();
				expect(index.size).toBe(list.size);
			}
			for (const id of list.keys()) expect(index.has(id)).toBe(true);
		},
	);
});
