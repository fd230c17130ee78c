import { describe, expect, it } from "vitest";
import { SearchIndex } from "../../../src/search/library/search-index.ts";
import { Random } from "../../../src/search/random.ts";

const DIMENSION = 20;
const random = new Random(5);
const vectorsOf = (count: number) =>
	Float32Array.from({ length: count * DIMENSION }, (_, i) => random.normal() * (1 + (i % 3)) + 1);
const size = 1200;
const vectors = vectorsOf(size);
const ids = Array.from({ length: size }, (_, i) => i * 7 + 2 ** 40);
const at = (all: Float32Array, i: number) => all.slice(i * DIMENSION, (i + 1) * DIMENSION);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

const distances = {
	cosine: (a: Float32Array, b: Float32Array) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
	"inner-product": (a: Float32Array, b: Float32Array) => 1 - dot(a, b),
	euclidean: (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i])),
};
const queries = vectorsOf(20);

describe.each(["cosine", "inner-product", "euclidean"] as const)("a SearchIndex by %s", (metric) => {
	const index = SearchIndex.build(ids, vectors, { dimension: DIMENSION, metric });

	/** Ids and distances by plain sums. */
	const truth = (query: Float32Array, filter = (_id: number) => true) =>
		ids
			.map((id, i) => ({ id, distance: distances[metric](query, at(vectors, i)) }))
			.filter(({ id }) => filter(id))
			.sort((a, b) => a.distance - b.distance);

	it("finds the nearest, with their distances", () => {
		index.searchMany(queries, 9, { recall: 1 }).forEach((found, i) => {
			const expected = truth(at(queries, i)).slice(0, 9);
			expect([...found.ids]).toEqual(expected.map(({ id }) => id));
			found.distances.forEach((distance, place) => {
				expect(distance).toBeCloseTo(expected[place].distance, 3);
			});
		});
	});

	it("finds the nearest of those that a filter lets pass", () => {
		const filter = (id: number) => id % 5 === 0;
		const found = index.search(at(queries, 0), 4, { recall: 1, filter });
		expect([...found.ids]).toEqual(
			truth(at(queries, 0), filter)
				.slice(0, 4)
				.map(({ id }) => id),
		);
	});

	it("takes more, longer ones too, and loses what is removed", () => {
		const grown = SearchIndex.load(index.save());
		grown.add([1, 2], Float32Array.from([...at(queries, 1).map((value) => value * 9), ...at(queries, 2)]));
		expect(grown.size).toBe(size + 2);
		expect(grown.search(at(queries, 2), 1, { recall: 1 }).ids[0]).toBe(metric === "inner-product" ? 1 : 2);
		expect([grown.remove(1), grown.remove(1), grown.has(1), grown.has(2)]).toEqual([
			true,
			false,
			false,
			true,
		]);
		expect([...grown.search(at(queries, 3), 5, { recall: 1 }).ids]).not.toContain(1);
		grown.remove(ids[0]);
		grown.compact();
		expect(grown.size).toBe(size);
		// by ids of now: rows have other numbers than before
		const isThird = (id: number) => id === ids[3];
		expect([...grown.search(at(queries, 4), 2, { recall: 1, filter: isThird }).ids]).toEqual([ids[3]]);
		expect(grown.get(1)).toBeUndefined();
		const kept = grown.get(2) as Float32Array;
		expect(distances.cosine(kept, at(queries, 2))).toBeLessThan(1e-5);
	});

	it("comes back from its bytes with the same answers", () => {
		const read = SearchIndex.load(index.save());
		expect([read.size, read.metric, read.dimension]).toEqual([size, metric, DIMENSION]);
		expect(read.searchMany(queries, 5)).toEqual(index.searchMany(queries, 5));
	});
});

describe("a SearchIndex", () => {
	it("begins empty and takes one by one", () => {
		const index = new SearchIndex({ dimension: DIMENSION });
		expect([...index.search(at(queries, 0), 3).ids]).toEqual([]);
		for (let i = 0; i < 30; i++) index.add(ids[i], at(vectors, i));
		expect(index.search(at(vectors, 17), 1).ids[0]).toBe(ids[17]);
	});

	it.each<[string, (index: SearchIndex) => unknown, RegExp]>([
		["an id twice", (index) => index.add([4, 4], vectors.slice(0, 40)), /new ids but received 4/],
		["an id that is there", (index) => index.add(3, at(vectors, 0)), /new ids but received 3/],
		["half an id", (index) => index.add(1.5, at(vectors, 0)), /whole numbers from 0 as ids .* 1.5/],
		["no id", (index) => index.add(null as never, at(vectors, 0)), /as ids but received null/],
		[
			"a hole in the ids",
			(index) => index.add(new Array(1), at(vectors, 0)),
			/as ids but received undefined/,
		],
		["ids as text", (index) => index.add("45" as never, vectors.slice(0, 40)), /received the string 45/],
		["too few numbers", (index) => index.add([4, 5], at(vectors, 0)), /2 vectors of 20 numbers/],
		["plain numbers", (index) => index.add(4, [1] as unknown as Float32Array), /as a Float32Array/],
		["a short query", (index) => index.search(new Float32Array(3), 1), /query of 20 numbers/],
		["another metric", () => new SearchIndex({ dimension: 3, metric: "l2" as "cosine" }), /as metric .* l2/],
		["no options", () => new SearchIndex(undefined as never), /Expected options but received undefined/],
		[
			"a recall of null",
			(index) => index.search(at(queries, 0), 1, { recall: null as never }),
			/recall from 0 to 1 but received null/,
		],
		[
			"options of null",
			(index) => index.search(at(queries, 0), 1, null as never),
			/options but received null/,
		],
		[
			"a recall as text",
			(index) => index.search(at(queries, 0), 1, { recall: "1" as never }),
			/the string 1/,
		],
		["k as text", (index) => index.search(at(queries, 0), "3" as never), /at least 1, .* the string 3/],
		[
			"a filter that is none",
			(index) => index.search(at(queries, 0), 1, { filter: "id" as never }),
			/function as filter but received the string id/,
		],
		["no number as dimension", () => new SearchIndex({ dimension: "3" as never }), /dimension the string 3/],
		[
			"other kernels",
			() => new SearchIndex({ dimension: 3, kernels: "gpu" as never }),
			/simd or scalar .* gpu/,
		],
		["half a seed", () => new SearchIndex({ dimension: 3, seed: 0.5 }), /whole number as seed .* 0.5/],
		[
			"no function to tell",
			() => SearchIndex.build(ids, vectors, { dimension: DIMENSION, onProgress: 5 as never }),
			/function as onProgress but received 5/,
		],
		[
			"null to load with",
			(index) => SearchIndex.load(index.save(), null as never),
			/Expected options .* null/,
		],
		["no file of its own", () => SearchIndex.load(Uint8Array.of(1, 2, 3)), /Expected an index file/],
	])("refuses %s, and stays as it is", (_what, call, message) => {
		const index = new SearchIndex({ dimension: DIMENSION });
		index.add(3, at(vectors, 0));
		expect(() => call(index)).toThrow(message);
		expect([index.size, index.search(at(vectors, 0), 1).ids[0]]).toEqual([1, 3]);
	});

	it("has no word about galleries, people or photos in what it says", async () => {
		const { readFile, readdir } = await import("node:fs/promises");
		const folder = new URL("../../../src/search/", import.meta.url);
		const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
		for (const file of files) {
			const text = await readFile(new URL(file, folder), "utf8");
			const said = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").match(/"[^"\n]*"|`[^`]*`/g) ?? [];
			expect(said.filter((words) => /galler|celebrit|photo|person|people/i.test(words))).toEqual([]);
		}
	});
});

it.each([
	["float32", 2, 0, 1],
	// what is stored of a number of six digits is right to 0.01
	["float32", 2, 1e5, 0.99],
	["float16", 2, 0, 0.9],
	["float16", 3, 0, 0.95],
] as const)(
	"Euclidean distances of %s rows of %i numbers from %d on come best first, and are the smallest",
	(precision, dimension, origin, leastRecall) => {
		const random = new Random(4711);
		const points = (count: number) =>
			Float32Array.from({ length: count * dimension }, () => origin + random.uniform() * 1000);
		const all = points(2000);
		const ids = Array.from({ length: 2000 }, (_, i) => i);
		const index = new SearchIndex({ dimension, metric: "euclidean", precision });
		index.add(ids, all);
		let numFound = 0;
		for (let i = 0; i < 50; i++) {
			const query = points(1);
			const distanceOf = (id: number) =>
				distances.euclidean(query, all.subarray(id * dimension, (id + 1) * dimension));
			const truth = ids.map(distanceOf).sort((a, b) => a - b);
			const found = index.search(query, 7, { recall: 1 });
			expect([...found.distances]).toEqual([...found.distances].sort((a, b) => a - b));
			numFound += [...found.ids].filter((id) => distanceOf(id) <= truth[6]!).length;
		}
		expect(numFound / (50 * 7)).toBeGreaterThanOrEqual(leastRecall);
	},
);

it.each([
	["cosine", 4096],
	["inner-product", 4095],
	["euclidean", 4094],
] as const)("Vectors by %s have at most %i numbers, and an error says so", (metric, most) => {
	expect(new SearchIndex({ dimension: most, metric }).dimension).toBe(most);
	expect(() => new SearchIndex({ dimension: most + 1, metric })).toThrow(
		`1 to ${most} numbers but received the dimension ${most + 1}`,
	);
});

it.each(["inner-product", "euclidean"] as const)(
	"A vector by %s too long for float32 is refused, and the index stays as it is",
	(metric) => {
		const index = new SearchIndex({ dimension: 2, metric });
		index.add([1, 2, 3], Float32Array.of(1, 0, 0, 1, 2, 2));
		index.remove(1);
		const ask = () => index.search(Float32Array.of(0.1, 1), 2);
		const before = ask();
		expect(() => index.add(4, Float32Array.of(3e38, 0))).toThrow(/no longer than 1.5e\+38 .* 3.00e\+38/);
		expect([ask(), index.size]).toEqual([before, 2]);
		index.add(4, Float32Array.of(1e38, 0));
		expect(index.search(Float32Array.of(1, 0), 1, { recall: 1 }).ids[0]).toBe(metric === "euclidean" ? 2 : 4);
	},
);

it("A filter may change the index that asks it: the answer is of what was there before", () => {
	const index = new SearchIndex({ dimension: 2 });
	index.add([1, 2, 3], Float32Array.of(1, 0, 0, 1, 2, 2));
	index.remove(1);
	let isCompact = false;
	const filter = () => {
		if (!isCompact) index.compact();
		isCompact = true;
		return true;
	};
	expect([...index.search(Float32Array.of(0.1, 1), 5, { filter }).ids]).toEqual([2, 3]);
});

it.each(["cosine", "inner-product", "euclidean"] as const)("No query by %s is refused in words", (metric) => {
	const index = new SearchIndex({ dimension: 2, metric });
	index.add(1, Float32Array.of(1, 0));
	for (const query of [undefined, null, "text", [1, 2]]) {
		expect(() => index.search(query as never, 1)).toThrow(/query as a Float32Array but received/);
	}
});

it("A filter is asked about ids that are there, and about no other", () => {
	const index = SearchIndex.build(ids, vectors, { dimension: DIMENSION });
	for (const id of ids.slice(0, 600)) index.remove(id);
	const asked = new Set<number>();
	const filter = (id: number) => asked.add(id).size > 0;
	for (const query of [at(queries, 0), at(queries, 1)]) index.search(query, 5, { filter });
	expect([...asked].filter((id) => !index.has(id))).toEqual([]);
});

it("Arrays of another realm are taken, and what only looks like one is refused in words", async () => {
	const { runInNewContext } = await import("node:vm");
	const index = new SearchIndex({ dimension: 2 });
	index.add(1, runInNewContext("Float32Array.of(1, 0)"));
	expect(index.search(runInNewContext("Float32Array.of(2, 0)"), 1).ids[0]).toBe(1);
	const bytes = runInNewContext("Uint8Array.from(bytes)", { bytes: index.save() });
	expect(SearchIndex.load(bytes).size).toBe(1);
	const pretended = Object.create(Float32Array.prototype);
	expect(() => index.search(pretended, 1)).toThrow(/query as a Float32Array but received/);
});

it("An index stays as its options were, whatever becomes of them", () => {
	const options = { dimension: 2, metric: "euclidean" as const, seed: 1 };
	const index = new SearchIndex(options);
	index.add(1, Float32Array.of(1, 0));
	options.seed = 0.5;
	// so long a vector makes the index build itself anew
	index.add(2, Float32Array.of(1e3, 0));
	expect(index.size).toBe(2);
});
