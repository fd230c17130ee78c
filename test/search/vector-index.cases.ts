/** What every index must do, exact or not; exact-index.test.ts and lsh-index.test.ts run it. */
import { describe, expect, it } from "vitest";
import type { VectorIndex } from "../../src/search/vector-index.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";

export interface IndexInput {
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	readonly dimension: number;
}

const oneHot = (dimension: number, i: number) => new Float32Array(dimension).fill(1, i, i + 1);
const asError = (code: string, message: RegExp) =>
	expect.objectContaining({ code, message: expect.stringMatching(message) });

/** Runs `call`, which must throw, and returns what it threw. */
function thrownBy(call: () => unknown): unknown {
	try {
		call();
	} catch (error) {
		return error;
	}
	throw new Error("Expected an error but none was thrown.");
}

export function describeVectorIndex(name: string, build: (input: IndexInput) => VectorIndex): void {
	describe(`${name} as a vector index`, () => {
		const axes = {
			embeddings: Float32Array.from([3, 0, 0, 0, 2, 0, 0, 0, 1, 1, 1, 0]),
			groups: Uint32Array.from([5, 6, 7, 5]),
			dimension: 3,
		};

		it("finds nothing in an empty index", () => {
			const index = build({ embeddings: new Float32Array(0), groups: new Uint32Array(0), dimension: 4 });
			expect(index.size).toBe(0);
			expect(index.search(oneHot(4, 0), 7)).toEqual([]);
		});

		it("says what was expected of a query or of rows and what came", () => {
			const index = build(axes);
			const search = (query: unknown) => thrownBy(() => index.search(query as Float32Array, 1));
			expect(search([1, 0, 0])).toEqual(asError("INVALID_VECTOR", /as a Float32Array .* an Array of 3/));
			expect(search(Float64Array.of(1e200, 0, 0))).toEqual(
				asError("INVALID_VECTOR", /as a Float32Array .* a Float64Array of 3/),
			);
			expect(search(undefined)).toEqual(asError("INVALID_VECTOR", /received undefined/));
			const plain = { ...axes, embeddings: [...axes.embeddings] as unknown as Float32Array };
			expect(thrownBy(() => build(plain))).toEqual(
				asError("INVALID_VECTOR", /embeddings as a Float32Array .* an Array of 12/),
			);
		});

		it("refuses to be searched by its own filter, and goes on", () => {
			const index = build(axes);
			const query = Float32Array.of(10, 0.1, 0);
			const accept = () => index.search(Float32Array.of(0, 0, 1), 1).length > 0;
			expect(thrownBy(() => index.search(query, 1, { accept }))).toEqual(
				asError("INVALID_ARGUMENT", /without searching/),
			);
			expect(index.search(query, 1)[0].row).toBe(0);
		});

		it("finds the only row", () => {
			const index = build({
				embeddings: Float32Array.of(0, 2, 0),
				groups: Uint32Array.of(9),
				dimension: 3,
			});
			expect(index.search(oneHot(3, 1), 7)).toEqual([{ row: 0, group: 9, similarity: 1 }]);
		});

		it("answers with rows, groups and cosines, best first, whatever the lengths", () => {
			const matches = build(axes).search(Float32Array.of(10, 0.1, 0), 4);
			expect(matches.map(({ row, group }) => [row, group])).toEqual([
				[0, 5],
				[3, 5],
				[1, 6],
				[2, 7],
			]);
			const length = Math.hypot(10, 0.1);
			const cosines = [10 / length, (10 + 0.1) / (length * Math.SQRT2), 0.1 / length, 0];
			matches.forEach(({ similarity }, i) => {
				expect(similarity).toBeCloseTo(cosines[i], 6);
			});
		});

		it("answers with all rows when more are asked for", () => {
			expect(build(axes).search(oneHot(3, 0), 1_000_000)).toHaveLength(4);
		});

		it("breaks ties by the lower row, also when all rows are equal", () => {
			const index = build({
				embeddings: new Float32Array(100 * 16).fill(0.25),
				groups: Uint32Array.from({ length: 100 }, (_, row) => row >> 1),
				dimension: 16,
			});
			const query = new Float32Array(16).fill(1);
			expect(index.search(query, 3).map(({ row }) => row)).toEqual([0, 1, 2]);
			const distinct = index.search(query, 3, { distinctGroups: true });
			expect(distinct.map(({ row }) => row)).toEqual([0, 2, 4]);
		});

		it("answers with people, not photos, when groups are to be distinct", () => {
			const matches = build(axes).search(oneHot(3, 0), 3, { distinctGroups: true });
			expect(matches.map(({ row }) => row)).toEqual([0, 1, 2]);
		});

		it("keeps k results behind a filter, even a narrow one", () => {
			const rows = createFaceLikeRows(400, 5);
			const index = build(rows);
			for (const accept of [(group: number) => group % 2 === 0, (group: number) => group === 123]) {
				const matches = index.search(rows.strangers[0], 5, { accept });
				expect(matches).toHaveLength(5);
				expect(matches.every(({ group }) => accept(group))).toBe(true);
			}
			expect(index.search(rows.strangers[0], 5, { accept: () => false })).toEqual([]);
		});

		it("does not mind that rows equal the query", () => {
			const rows = createFaceLikeRows(200, 5);
			const index = build(rows);
			for (const row of [0, 1, 500, 999]) {
				const query = rows.embeddings.slice(row * 128, (row + 1) * 128);
				const [best] = index.search(query, 1);
				expect(best.row).toBe(row);
				expect(best.similarity).toBeCloseTo(1, 5);
			}
		});

		it.each([
			["another dimension", new Float32Array(2), 1, "INVALID_VECTOR", /query of 3 numbers but received 2/],
			["NaN", Float32Array.of(1, Number.NaN, 0), 1, "INVALID_VECTOR", /received NaN at position 1/],
			["Infinity", Float32Array.of(1, 0, Infinity), 1, "INVALID_VECTOR", /received Infinity at position 2/],
			["zeros", new Float32Array(3), 1, "INVALID_VECTOR", /received 3 zeros/],
			["no match", oneHot(3, 0), 0, "INVALID_ARGUMENT", /at least 1, but received 0/],
			["half a match", oneHot(3, 0), 1.5, "INVALID_ARGUMENT", /received 1.5/],
		])("refuses a query with %s", (_what, query, k, code, message) => {
			const index = build(axes);
			expect(thrownBy(() => index.search(query, k))).toEqual(asError(code, message));
		});

		it.each([
			["a shape that does not fit", new Float32Array(5), 3, /Expected 2 embeddings of 3 numbers/],
			["NaN", Float32Array.of(1, 2, 3, 4, Number.NaN, 6), 3, /row 1 but received NaN at position 1/],
			["a zero row", Float32Array.of(1, 2, 3, 0, 0, 0), 3, /row 1 but received 3 zeros/],
			["no dimension", new Float32Array(0), 0, /received the dimension 0/],
		])("refuses rows with %s", (_what, embeddings, dimension, message) => {
			const call = () => build({ embeddings, groups: new Uint32Array(2), dimension });
			expect(thrownBy(call)).toEqual(asError("INVALID_VECTOR", message));
		});
	});
}
