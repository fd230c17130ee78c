/** Inner products and Euclidean distances, which an index searches as cosines of other vectors. */
import { expect, it } from "vitest";
import { SearchIndex } from "../../../src/search/library/search-index.ts";
import { Random } from "../../../src/search/random.ts";

it("The single nearest of vectors of few numbers is found as often as was asked", () => {
	const random = new Random(29);
	const vectorsOf = (count: number) => Float32Array.from({ length: count * 4 }, () => random.uniform());
	const vectors = vectorsOf(12_000);
	const ids = Array.from({ length: 12_000 }, (_, i) => i);
	const index = SearchIndex.build(ids, vectors, { dimension: 4, metric: "euclidean" });
	const queries = vectorsOf(400);
	const exact = index.searchMany(queries, 1, { recall: 1 });
	const found = index.searchMany(queries, 1, { recall: 0.95 });
	const numRight = found.filter(({ distances }, i) => distances[0] === exact[i]!.distances[0]).length;
	expect(numRight / 400).toBeGreaterThan(0.93);
});

it.each(["inner-product", "euclidean"] as const)("Zeros by %s are a query like others", (metric) => {
	const index = new SearchIndex({ dimension: 2, metric });
	const zeros = new Float32Array(2);
	expect([...index.search(zeros, 1).ids]).toEqual([]);
	index.add([4, 5], Float32Array.of(1, 2, 3, 4));
	const { ids, distances } = index.search(zeros, 2);
	expect([...ids].sort()).toEqual([4, 5]);
	const expected = metric === "euclidean" ? [Math.sqrt(5), 5] : [1, 1];
	for (const [i, distance] of distances.entries()) expect(distance).toBeCloseTo(expected[i]!, 5);
});
