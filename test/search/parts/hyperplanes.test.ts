import { describe, expect, it } from "vitest";
import { selectHyperplanes } from "../../../src/search/build/select-hyperplanes.ts";
import { ProbeSequence } from "../../../src/search/lookup/probe-sequence.ts";
import { Arena } from "../../../src/search/parts/arena.ts";
import { EmbeddingStore } from "../../../src/search/parts/embedding-store.ts";
import { choosePrefixBits, fillHashTables } from "../../../src/search/parts/hash-tables.ts";
import { hashRows, NUM_BITS, NUM_PLANES, NUM_TABLES } from "../../../src/search/parts/hyperplanes.ts";
import { Workspace } from "../../../src/search/parts/workspace.ts";
import { Random } from "../../../src/search/random.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const rows = createFaceLikeRows(500, 4);
const arena = Arena.create("simd");
const store = EmbeddingStore.fill(arena, rows.embeddings, rows.groups, rows.dimension);
const prefixBits = choosePrefixBits(store.size);
const planes = selectHyperplanes(store, prefixBits, new Random(1));
const hashes = hashRows(store, planes);
const bitOf = (row: number, table: number, bit: number) =>
	Number((hashes[table * store.size + row] >> BigInt(bit)) & 1n);

describe("the hyperplanes", () => {
	it("are 50 x 64 differences of two different data points", () => {
		const pairs = arena.uint16(planes.pairs, NUM_PLANES * 2);
		for (let plane = 0; plane < NUM_PLANES; plane++) {
			expect(pairs[plane * 2]).not.toBe(pairs[plane * 2 + 1]);
		}
		const pivot = arena.float32(planes.pivots, store.stride);
		const isPivot = (row: number) => store.embedding(row).every((value, i) => value === pivot[i]);
		expect([...Array(store.size).keys()].some(isPivot)).toBe(true);
	});

	it("halve the rows", () => {
		for (let table = 0; table < NUM_TABLES; table += 7) {
			for (let bit = 0; bit < NUM_BITS; bit += 9) {
				let numOnes = 0;
				for (let row = 0; row < store.size; row++) numOnes += bitOf(row, table, bit);
				expect(Math.abs(numOnes / store.size - 0.5)).toBeLessThan(0.1);
			}
		}
	});

	it("keep neighbours on one side more often than others", () => {
		let [numSame, numSameOfOthers] = [0, 0];
		for (let row = 0; row < 500; row++) {
			// rows 500 apart are of one person, rows 501 apart are not
			numSame += Number(bitOf(row, row % 50, 0) === bitOf(row + 500, row % 50, 0));
			numSameOfOthers += Number(bitOf(row, row % 50, 0) === bitOf(row + 501, row % 50, 0));
		}
		expect(numSame / 500).toBeGreaterThan(0.75);
		expect(numSameOfOthers / 500).toBeLessThan(0.6);
	});

	it("say different things inside a table", () => {
		let sum = 0;
		for (let bit = 1; bit < prefixBits; bit++) {
			let numSame = 0;
			for (let row = 0; row < store.size; row++) numSame += Number(bitOf(row, 3, 0) === bitOf(row, 3, bit));
			sum += Math.abs((2 * numSame) / store.size - 1);
		}
		expect(sum / (prefixBits - 1)).toBeLessThan(0.2);
	});
});

describe("the tables", () => {
	it("hold every row once, in the bucket of its first bits, in order inside each", () => {
		const { directories, ids } = fillHashTables(hashes, store.size);
		const mask = BigInt(2 ** prefixBits - 1);
		for (let table = 0; table < NUM_TABLES; table++) {
			const held = ids.subarray(table * store.size, (table + 1) * store.size);
			const starts = directories.subarray(table * (2 ** prefixBits + 1)).subarray(0, 2 ** prefixBits + 1);
			const keys = held.map((row) => Number(hashes[table * store.size + row] & mask));
			expect([...held].sort((a, b) => a - b)).toEqual([...held.keys()]);
			expect(held.every((row, i) => keys[i - 1] !== keys[i] || held[i - 1] < row)).toBe(true);
			expect(keys.every((key, i) => starts[key] <= i && i < starts[key + 1])).toBe(true);
		}
	});
});

describe("the probes of a query", () => {
	const tables = fillHashTables(hashes, store.size);
	const probes = new ProbeSequence(store, planes, tables, new Workspace(arena));
	const query = arena.allocate(store.stride * 4);

	it("lead to every bucket of every table once, and then to none", () => {
		arena.float32(query, store.stride).set(rows.strangers[0]);
		probes.begin(query);
		const seen = new Set<number>();
		while (probes.next()) seen.add(probes.table * 2 ** prefixBits + probes.bucket);
		expect(seen.size).toBe(NUM_TABLES * 2 ** prefixBits);
		expect(probes.next()).toBe(false);
	});

	it("begin with the buckets of the query itself", () => {
		arena.float32(query, store.stride).set(store.embedding(7));
		probes.begin(query);
		const mask = BigInt(2 ** prefixBits - 1);
		let numOwn = 0;
		for (let i = 0; i < NUM_TABLES; i++) {
			probes.next();
			if (BigInt(probes.bucket) === (hashes[probes.table * store.size + 7] & mask)) numOwn++;
		}
		// others come between where a bit is nearly undecided
		expect(numOwn).toBeGreaterThan(5);
		probes.begin(query);
		probes.next();
		expect(BigInt(probes.bucket)).toBe(hashes[probes.table * store.size + 7] & mask);
	});

	it("find the neighbours in the first buckets rather than in later ones", () => {
		const met = rows.known.map((known, person) => {
			arena.float32(query, store.stride).set(known);
			probes.begin(query);
			const groupsMet = [0, 0];
			for (let i = 0; i < 400 && probes.next(); i++) {
				const at = probes.table * (2 ** prefixBits + 1) + probes.bucket;
				const [start, end] = tables.directories.subarray(at, at + 2);
				const first = probes.table * store.size;
				const ids = tables.ids.subarray(first + start, first + end);
				groupsMet[i < 200 ? 0 : 1] += ids.filter((row) => store.groups[row] === person).length;
			}
			return groupsMet;
		});
		const [first, later] = [0, 1].map((half) => met.reduce((sum, groupsMet) => sum + groupsMet[half], 0));
		expect(first).toBeGreaterThan(1.5 * later);
	});
});
