import { describe, expect, it } from "vitest";
import { LshIndex } from "../../src/search/lsh-index.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";

const rows = createFaceLikeRows(1500, 4, { numQueries: 150 });
const input = { dimension: 128, pipelineVersion: "test 1" };
const rowsFrom = (first: number, end: number) => ({
	embeddings: rows.embeddings.slice(first * 128, end * 128),
	groups: rows.groups.slice(first, end),
});
const settings = { numProbes: 0, numVotes: 1, beamWidth: 32 };

/** Share of the true 7 nearest that the index finds. */
function recallOf(index: LshIndex, queries: readonly Float32Array[], how = settings): number {
	let numFound = 0;
	for (const query of queries) {
		const truth = new Set(
			index
				.exact()
				.search(query, 7)
				.map(({ row }) => row),
		);
		numFound += index.search(query, 7, { settings: how }).filter(({ row }) => truth.has(row)).length;
	}
	return numFound / (7 * queries.length);
}

/** Adds rows one by one. */
function grow(index: LshIndex, first: number, end: number): LshIndex {
	let grown = index;
	for (let row = first; row < end; row++) {
		const { embeddings, groups } = rowsFrom(row, row + 1);
		grown = grown.adding(embeddings, groups);
	}
	return grown;
}

describe("an index that grows one by one, from 1,000 rows to 6,000", () => {
	const built = LshIndex.build({ ...rowsFrom(0, 1000), ...input, graph: true });
	const grown = grow(built, 1000, 6000);
	const fresh = LshIndex.build({ ...rows, ...input, graph: true });

	it("finds what one that is built at once finds, within 3 in 100", () => {
		for (const queries of [rows.known, rows.strangers]) {
			expect(recallOf(grown, queries)).toBeGreaterThan(recallOf(fresh, queries) - 0.03);
		}
		expect(recallOf(grown, rows.known)).toBeGreaterThan(0.97);
		expect(recallOf(grown, rows.strangers)).toBeGreaterThan(0.85);
	});

	it("searches exactly what one that is built at once searches", () => {
		for (const query of rows.strangers.slice(0, 20)) {
			expect(grown.exact().search(query, 9)).toEqual(fresh.exact().search(query, 9));
		}
	});

	it("measures itself anew, and keeps what it promises", () => {
		const { numRows, levels } = grown.calibration!;
		expect(numRows).toBeGreaterThan(4000);
		const own = levels.filter(({ numProbes }) => numProbes === 0);
		expect(own.length).toBeGreaterThan(3);
		for (const { beamWidth, rows: measured } of own) {
			const asked = recallOf(grown, rows.strangers, { ...settings, beamWidth });
			expect(Math.abs(measured.strangers! - asked)).toBeLessThan(0.1);
		}
		// who asks for the buckets is still told what they find
		expect(grown.plan(7, { strategy: "lsh" }).settings?.numProbes).toBeGreaterThan(0);
	});

	it("takes little more memory than one that is built at once", () => {
		expect(grown.memoryBytes / fresh.memoryBytes).toBeLessThan(1.3);
	});

	it("answers by its file as by itself", () => {
		const read = LshIndex.from(grown.encode());
		expect(Buffer.compare(read.encode(), grown.encode())).toBe(0);
		for (const query of rows.known.slice(0, 20)) {
			expect(read.search(query, 7, { settings })).toEqual(grown.search(query, 7, { settings }));
		}
	});

	it("is found in the buckets too", () => {
		const byBuckets = { numProbes: 800, numVotes: 2, beamWidth: 0 };
		for (let row = 5900; row < 6000; row++) {
			expect(grown.search(grown.embedding(row), 1, { settings: byBuckets })[0].row).toBe(row);
		}
	});
});

describe("an index of which half is removed", () => {
	const built = LshIndex.build({ ...rowsFrom(0, 3000), ...input, graph: true });
	const isRemoved = (row: number) => row % 2 === 0;
	const halved = built.removing([...Array(3000).keys()].filter(isRemoved));

	it("finds what is left, as links are led past what was removed", () => {
		expect(recallOf(halved, rows.strangers)).toBeGreaterThan(0.9);
		for (const query of rows.known) {
			expect(halved.search(query, 7, { settings }).some(({ row }) => isRemoved(row))).toBe(false);
		}
	});

	it("leaves every removed row to the index of before", () => {
		for (let row = 0; row < 3000; row += 50) {
			expect(built.search(built.embedding(row), 1, { settings })[0].row).toBe(row);
			expect(built.has(row)).toBe(true);
		}
	});
});

describe("indexes that share their rows", () => {
	it("go their own ways when both are added to", () => {
		const built = LshIndex.build({ ...rowsFrom(0, 300), ...input, graph: true });
		const [left, right] = [grow(built, 300, 310), grow(built, 400, 405)];
		expect([built.size, left.size, right.size]).toEqual([300, 310, 305]);
		expect(left.embedding(300)).toEqual(LshIndex.build({ ...rowsFrom(300, 301), ...input }).embedding(0));
		expect(right.search(right.embedding(302), 1, { settings })[0].row).toBe(302);
		expect(left.search(right.embedding(302), 1, { settings })[0].similarity).toBeLessThan(0.999);
		expect(built.search(left.embedding(305), 1, { settings })[0].row).toBeLessThan(300);
		expect(LshIndex.from(built.encode()).size).toBe(300);
	});

	it("stay as they are when rows to add are refused", () => {
		const built = LshIndex.build({ ...rowsFrom(0, 300), ...input });
		const broken = rowsFrom(300, 303);
		broken.embeddings[200] = Number.NaN;
		expect(() => built.adding(broken.embeddings, broken.groups)).toThrow(/row 1 but received NaN/);
		expect(grow(built, 300, 301).size).toBe(301);
	});
});

it("an index that begins empty grows past the size from which rows are linked", () => {
	const empty = LshIndex.build({ embeddings: new Float32Array(0), groups: new Uint32Array(0), ...input });
	const { embeddings, groups } = rowsFrom(0, 5000);
	const grown = grow(empty.adding(embeddings.slice(0, 4090 * 128), groups.slice(0, 4090)), 4090, 4600);
	expect([empty.hasGraph, grown.hasGraph]).toEqual([false, true]);
	expect(recallOf(grown, rows.known)).toBeGreaterThan(0.97);
	expect(grown.plan(7, { recall: 0.5 }).strategy).toBe("lsh");
});
