import { describe, expect, it } from "vitest";
import { ExactIndex } from "../../../src/search/exact-index.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

describe("an index that is changed", () => {
	const rows = createFaceLikeRows(1000, 4);
	const later = createFaceLikeRows(60, 4, { seed: 2 });
	const built = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
	const settings = { numProbes: 10, numVotes: 1, beamWidth: 32 };
	const removedRows = Array.from({ length: 400 }, (_, i) => i * 10);
	const laterGroups = later.groups.map((group) => group + 1000);
	const changed = built
		.adding(later.embeddings.subarray(0, 100 * 128), laterGroups.subarray(0, 100))
		.removing(removedRows)
		.adding(later.embeddings.subarray(100 * 128), laterGroups.subarray(100))
		.removing([4000]);

	/** What an index built of the rows that are left finds, by the changed index's row numbers. */
	const left = [...Array(4240).keys()].filter((row) => row !== 4000 && !(row < 4000 && row % 10 === 0));
	const embeddingOf = (row: number) =>
		(row < 4000 ? rows : later).embeddings.subarray((row % 4000) * 128).subarray(0, 128);
	const truth = ExactIndex.build({
		embeddings: Float32Array.from(left.flatMap((row) => [...embeddingOf(row)])),
		groups: Uint32Array.from(left, (row) => (row < 4000 ? rows.groups[row] : laterGroups[row - 4000])),
		dimension: 128,
	});
	const queries = [...rows.known, ...rows.strangers, ...later.known];

	it("counts rows and changes", () => {
		expect(changed.size).toBe(4240);
		expect(changed.numRemoved).toBe(401);
		expect(changed.embedding(4003)).toEqual(LshIndex.from(changed.encode()).embedding(4003));
	});

	it("searches exactly what is left", () => {
		for (const query of queries) {
			for (const distinctGroups of [false, true]) {
				const expected = truth.search(query, 7, { distinctGroups });
				const found = changed.exact().search(query, 7, { distinctGroups });
				expect(found).toEqual(expected.map((match) => ({ ...match, row: left[match.row] })));
			}
		}
	});

	it("keeps its recall, and never finds a removed row", () => {
		let numFound = 0;
		for (const query of queries) {
			const expected = new Set(truth.search(query, 7).map(({ row }) => left[row]));
			const found = changed.search(query, 7, { settings });
			expect(found).toHaveLength(7);
			expect(found.some(({ row }) => removedRows.includes(row) || row === 4000)).toBe(false);
			numFound += found.filter(({ row }) => expected.has(row)).length;
		}
		expect(numFound / (7 * queries.length)).toBeGreaterThan(0.97);
	});

	it("leaves the index that it was made from as it was", () => {
		expect([built.size, built.numRemoved]).toEqual([4000, 0]);
		expect(built.search(embeddingOf(10), 1)[0].row).toBe(10);
		expect(changed.search(embeddingOf(10), 1)[0].row).not.toBe(10);
		expect(changed.search(embeddingOf(4001), 1)[0].row).toBe(4001);
	});

	it("comes back from its file with its changes, byte for byte", () => {
		const bytes = changed.encode({ people: Uint8Array.of(1) });
		const read = LshIndex.from(bytes);
		expect([read.size, read.numRemoved]).toEqual([4240, 401]);
		for (const query of queries.slice(0, 20)) {
			expect(read.search(query, 7, { settings })).toEqual(changed.search(query, 7, { settings }));
		}
		expect(Buffer.compare(read.encode(), bytes)).toBe(0);
	});

	it("is compacted to an index of what is left, which says where its rows came from", () => {
		const { index, rows: origins } = changed.compacted();
		expect(index.numRemoved).toBe(0);
		expect([...origins]).toEqual(left);
		for (const query of queries) {
			expect(index.exact().search(query, 7)).toEqual(truth.search(query, 7));
		}
	});

	it("can lose all its rows", () => {
		const empty = changed.removing(Array(4240).keys());
		expect(empty.search(queries[0], 7)).toEqual([]);
		expect(empty.search(queries[0], 7, { strategy: "lsh" })).toEqual([]);
		expect(empty.compacted().index.size).toBe(0);
	});

	it("can begin empty", () => {
		const nothing = { embeddings: new Float32Array(0), groups: new Uint32Array(0), dimension: 128 };
		const index = LshIndex.build({ ...nothing, pipelineVersion: "test 1" }).adding(
			embeddingOf(1).slice(),
			Uint32Array.of(3),
		);
		expect(index.search(embeddingOf(1), 7)).toMatchObject([{ row: 0, group: 3 }]);
	});

	it("refuses rows that are not there, and embeddings that do not fit", () => {
		expect(() => changed.removing([4240])).toThrow(/row from 0 to 4239 but received 4240/);
		expect(() => changed.adding(new Float32Array(127), Uint32Array.of(1))).toThrow(/1 embeddings of 128/);
	});
});
