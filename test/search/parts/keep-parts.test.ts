/** An index of some of another's rows, linked as they were: it finds them, and nothing is left of the others. */
import { describe, expect, it } from "vitest";
import { ExactIndex } from "../../../src/search/exact-index.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const rows = createFaceLikeRows(1000, 4);
const built = LshIndex.from(
	LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true }).encode({}, { hashes: true }),
);
const embeddingOf = (row: number) => rows.embeddings.subarray(row * 128, (row + 1) * 128);
const bytesOf = (index: LshIndex, row: number) => Buffer.from(index.embedding(row).buffer);
const pivots = (() => {
	const file = Buffer.from(built.encode({}));
	// a row that is a pivot is in the file twice
	return new Set(
		[...Array(4000).keys()].filter((row) => {
			const bytes = bytesOf(built, row);
			return file.indexOf(bytes, file.indexOf(bytes) + 1) > 0;
		}),
	);
})();

/** Everybody but some people none of whose photos is a pivot. */
const gone = [...Array(1000).keys()]
	.filter((person) => [0, 1, 2, 3].every((i) => !pivots.has(person + i * 1000)))
	.slice(0, 60);
const goneRows = [...Array(4000).keys()].filter((row) => gone.includes(row % 1000));
const keptRows = [...Array(4000).keys()].filter((row) => !gone.includes(row % 1000));
const groups = Uint32Array.from(keptRows, (row) => (row % 1000) + 7);
const kept = built.removing(goneRows).keeping(Uint32Array.from(keptRows), groups) as LshIndex;

describe("an index of some of the rows", () => {
	it("has these, with their new groups, also in its file", () => {
		for (const index of [kept, LshIndex.from(kept.encode({}, { hashes: true }))]) {
			expect([index.size, index.numRemoved]).toEqual([keptRows.length, 0]);
			for (const [i, row] of keptRows.entries()) {
				expect(index.group(i)).toBe((row % 1000) + 7);
				expect(bytesOf(index, i).equals(bytesOf(built, row))).toBe(true);
			}
		}
	});

	it("finds what an index built of them finds", () => {
		const truth = ExactIndex.build({
			embeddings: Float32Array.from(keptRows.flatMap((row) => [...embeddingOf(row)])),
			groups,
			dimension: 128,
		});
		const settings = { numProbes: 10, numVotes: 1, beamWidth: 48 };
		let numFound = 0;
		const queries = [...rows.known, ...rows.strangers, ...goneRows.map(embeddingOf)];
		for (const query of queries) {
			const nearest = truth.search(query, 7);
			expect(kept.exact().search(query, 7)).toEqual(nearest);
			const found = new Set(kept.search(query, 7, { settings }).map(({ row }) => row));
			numFound += nearest.filter(({ row }) => found.has(row)).length;
		}
		expect(numFound / (queries.length * 7)).toBeGreaterThan(0.97);
	});

	it("keeps the hashes that the rows had", () => {
		const withHashes = kept.encode({}, { hashes: true });
		const anew = LshIndex.from(kept.encode({}));
		expect(Buffer.from(withHashes).equals(Buffer.from(anew.encode({}, { hashes: true })))).toBe(true);
	});

	it("has nothing of the others", () => {
		const file = Buffer.from(kept.encode({}, { hashes: true }));
		for (const row of goneRows) expect(file.includes(bytesOf(built, row).subarray(64, 128))).toBe(false);
		for (const row of keptRows.slice(0, 9))
			expect(file.includes(bytesOf(built, row).subarray(64, 128))).toBe(true);
	});

	it("must be built anew where a pivot goes, or much, or where there is no graph", () => {
		const [pivot] = pivots;
		const without = (isGone: (row: number) => boolean, index = built) => {
			const left = Uint32Array.from([...Array(index.size).keys()].filter((row) => !isGone(row)));
			return index.keeping(left, left.slice());
		};
		expect(without((row) => row === pivot)).toBeUndefined();
		expect(without((row) => row % 3 === 0)).toBeUndefined();
		expect(without((row) => row === goneRows[0])).toBeDefined();
		const [linked, unlinked] = [true, false].map((graph) =>
			LshIndex.build({ ...createFaceLikeRows(100, 4), pipelineVersion: "test 1", graph }),
		) as [LshIndex, LshIndex];
		const spare = [...Array(400).keys()].find((gone) => without((row) => row === gone, linked));
		expect(spare).toBeDefined();
		expect(without((row) => row === spare, unlinked)).toBeUndefined();
	});
});
