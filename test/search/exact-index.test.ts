import { describe, expect, it } from "vitest";
import { ExactIndex } from "../../src/search/exact-index.ts";
import { Random } from "../../src/search/random.ts";
import { createFaceLikeRows, type FaceLikeRows } from "../helpers/galleries/face-like-rows.ts";
import { describeVectorIndex } from "./vector-index.cases.ts";

describeVectorIndex("ExactIndex", (input) => ExactIndex.build(input));
describeVectorIndex("scalar ExactIndex", (input) => ExactIndex.build({ ...input, kernels: "scalar" }));

/** Cosines in float64, sorted: what the exact search claims to find. */
function bruteForce({ embeddings, groups, dimension }: FaceLikeRows, query: Float32Array) {
	const cosine = (row: number) => {
		let [xy, xx, yy] = [0, 0, 0];
		for (let i = 0; i < dimension; i++) {
			const [x, y] = [query[i], embeddings[row * dimension + i]];
			xy += x * y;
			xx += x * x;
			yy += y * y;
		}
		return xy / Math.sqrt(xx * yy);
	};
	return Array.from(groups, (group, row) => ({ row, group, similarity: cosine(row) })).sort(
		(a, b) => b.similarity - a.similarity,
	);
}

describe("ExactIndex", () => {
	const rows = createFaceLikeRows(500, 8);
	const index = ExactIndex.build(rows);
	const queries = [...rows.known, ...rows.strangers];

	it("finds what float64 brute force finds, for k from 1 to all", () => {
		for (const query of queries.slice(45, 55)) {
			const truth = bruteForce(rows, query);
			for (const k of [1, 7, 50, 4000]) {
				const found = index.search(query, k);
				expect(found).toHaveLength(k);
				// by cosine, as float32 may swap rows that differ by less than it can tell
				const errors = found.map(({ similarity }, i) => Math.abs(similarity - truth[i].similarity));
				expect(Math.max(...errors)).toBeLessThan(1e-6);
			}
		}
	});

	it("finds the best photo of each of the k nearest people", () => {
		for (const query of queries.slice(40, 60)) {
			const seen = new Set<number>();
			const truth = bruteForce(rows, query).filter(({ group }) => !seen.has(group) && seen.add(group));
			const found = index.search(query, 7, { distinctGroups: true });
			expect(found.map(({ row }) => row)).toEqual(truth.slice(0, 7).map(({ row }) => row));
		}
	});

	it("is exact too where rows point anywhere, far apart in scale, or in 512 dimensions", () => {
		const random = new Random(3);
		for (const dimension of [5, 64, 512]) {
			const size = 2000;
			const uniform: FaceLikeRows = {
				embeddings: Float32Array.from(
					{ length: size * dimension },
					(_, i) => random.normal() * (i % 7 === 0 ? 1e6 : 1e-6),
				),
				groups: new Uint32Array(size),
				dimension,
				known: [],
				strangers: [],
			};
			const uniformIndex = ExactIndex.build(uniform);
			for (let i = 0; i < 20; i++) {
				const query = Float32Array.from({ length: dimension }, () => random.normal());
				const truth = bruteForce(uniform, query).slice(0, 7);
				const found = uniformIndex.search(query, 7);
				found.forEach(({ similarity }, place) => {
					expect(similarity).toBeCloseTo(truth[place].similarity, 5);
				});
			}
		}
	});

	it("loses nobody to the int8 codes: few of many are those that all, compared in float32, begin with", () => {
		const random = new Random(5);
		const near = rows.embeddings.slice(0, 2000 * 128);
		// a crowd of near duplicates, whose codes are mostly the same
		for (let i = 128 * 500; i < near.length; i++) near[i] = near[i % 128] + random.normal() * 1e-4;
		const crowd = ExactIndex.build({ embeddings: near, groups: rows.groups.slice(0, 2000), dimension: 128 });
		for (const query of [near.slice(0, 128), ...rows.known.slice(0, 10), ...rows.strangers.slice(0, 10)]) {
			for (const distinctGroups of [false, true]) {
				const all = crowd.search(query, 2000, { distinctGroups });
				for (const k of [1, 7, 20]) {
					expect(crowd.search(query, k, { distinctGroups })).toEqual(all.slice(0, k));
				}
			}
		}
	});

	it("gives the same matches, bit for bit, with both kinds of kernels", () => {
		const scalar = ExactIndex.build({ ...rows, kernels: "scalar" });
		for (const query of queries) expect(scalar.search(query, 7)).toEqual(index.search(query, 7));
	});
});

it.each([1, 2, 40, 255, 256])("Of %i rows, copies among them, the best are the first of all", (size) => {
	const { embeddings } = createFaceLikeRows(size, 1, { dimension: 8 });
	// a copy of every third row, three rows later
	for (let row = 3; row < size; row += 3) embeddings.copyWithin(row * 8, (row - 3) * 8, (row - 2) * 8);
	const groups = Uint32Array.from({ length: size }, (_, row) => row % 50);
	const index = ExactIndex.build({ embeddings, groups, dimension: 8 });
	const query = Float32Array.of(1, -2, 3, 1, 0.5, 0.2, -1, 2);
	const accept = (group: number) => group % 7 !== 2;
	const all = bruteForce({ embeddings, groups, dimension: 8 } as FaceLikeRows, query);
	for (const distinctGroups of [false, true]) {
		const everything = index.search(query, size, { accept, distinctGroups });
		const accepted = all.filter(({ group }) => accept(group));
		const expected = distinctGroups
			? accepted.filter(({ group }, i) => accepted.findIndex((other) => other.group === group) === i)
			: accepted;
		expect(everything.map(({ similarity }) => Math.round(similarity * 1e5))).toEqual(
			expected.map(({ similarity }) => Math.round(similarity * 1e5)),
		);
		for (const k of [1, 5, 30]) {
			expect(index.search(query, k, { accept, distinctGroups })).toEqual(everything.slice(0, k));
		}
	}
});
