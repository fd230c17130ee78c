/** An index whose rows are float16: what rounding may change, and that nothing else changes. */
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { checksum } from "../../src/search/kernels/checksum.ts";
import { SearchIndex } from "../../src/search/library/search-index.ts";
import { LshIndex } from "../../src/search/lsh-index.ts";
import { rowBytesOf } from "../../src/search/parts/capacity.ts";
import { Random } from "../../src/search/random.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";
import { describeVectorIndex } from "./vector-index.cases.ts";

/** Rounding to 11 bits leaves a unit vector within this of itself, and so every cosine. */
const WORST = 2 ** -11;
const half = { pipelineVersion: "test 1", precision: "float16", graph: true } as const;

describeVectorIndex("LshIndex of float16", (input) => LshIndex.build({ ...input, ...half }));

describe("an index of float16", () => {
	const rows = createFaceLikeRows(1000, 4, { numQueries: 100 });
	const index = LshIndex.build({ ...rows, ...half });
	const full = LshIndex.build({ ...rows, ...half, precision: "float32" });
	const queries = [...rows.known, ...rows.strangers];

	it("tells cosines within 2^-11, of 128 numbers mostly within 5e-5", () => {
		let squares = 0;
		for (const query of queries.slice(95, 105)) {
			const cosines = new Float64Array(4000);
			for (const { row, similarity } of full.exact().search(query, 4000)) cosines[row] = similarity;
			for (const { row, similarity } of index.exact().search(query, 4000)) cosines[row] -= similarity;
			expect(Math.max(...cosines.map(Math.abs))).toBeLessThan(WORST);
			squares += cosines.reduce((sum, error) => sum + error ** 2, 0);
		}
		expect(Math.sqrt(squares / 40_000)).toBeLessThan(2.5e-5);
	});

	it("finds the nearest but for near ties", () => {
		let numSame = 0;
		for (const query of queries) {
			const nearest = full.exact().search(query, 7);
			const rowsOf = new Set(nearest.map(({ row }) => row));
			const found = index.exact().search(query, 7);
			numSame += found.filter(({ row }) => rowsOf.has(row)).length;
			expect(found[6].similarity).toBeGreaterThan(nearest[6].similarity - 1e-4);
		}
		expect(numSame / (7 * queries.length)).toBeGreaterThan(0.995);
	});

	it("loses nobody to the int8 codes: few of many are those that all, compared, begin with", () => {
		const random = new Random(5);
		const near = rows.embeddings.slice(0, 2000 * 128);
		for (let i = 128 * 500; i < near.length; i++) near[i] = near[i % 128] + random.normal() * 1e-4;
		const crowd = LshIndex.build({
			...half,
			dimension: 128,
			embeddings: near,
			groups: new Uint32Array(2000),
		});
		for (const query of [near.slice(0, 128), ...queries.slice(98, 102)]) {
			const all = crowd.exact().search(query, 2000);
			for (const k of [1, 7, 20]) expect(crowd.exact().search(query, k)).toEqual(all.slice(0, k));
		}
	});

	it("compares a row with itself to 1, as its length is 1 again", () => {
		for (const row of [0, 77, 3999]) {
			const embedding = index.embedding(row);
			expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
			expect(Math.abs(index.exact().search(embedding, 1)[0].similarity - 1)).toBeLessThan(1e-6);
		}
	});

	it("keeps the recall of the graph and of the buckets", () => {
		const recall = (asked: readonly Float32Array[], settings: Parameters<LshIndex["plan"]>[1]) => {
			let numFound = 0;
			for (const query of asked) {
				const truth = new Set(
					index
						.exact()
						.search(query, 7)
						.map(({ row }) => row),
				);
				numFound += index.search(query, 7, settings).filter(({ row }) => truth.has(row)).length;
			}
			return numFound / (7 * asked.length);
		};
		for (const settings of [
			{ numProbes: 0, numVotes: 1, beamWidth: 64 },
			{ numProbes: 800, numVotes: 2, beamWidth: 0 },
		]) {
			expect(recall(rows.known, { settings })).toBeGreaterThanOrEqual(0.98);
			expect(recall(rows.strangers, { settings })).toBeGreaterThanOrEqual(0.97);
		}
	});

	it("takes a third less memory: at most 600 bytes a row of 128 numbers", () => {
		expect(rowBytesOf(128, "float16")).toBeLessThan(530);
		expect((full.memoryBytes - index.memoryBytes) / index.size).toBeGreaterThan(220);
	});

	it("comes back from its file byte for byte, and answers the same with both kinds of kernels", () => {
		const bytes = index.encode({}, { hashes: true });
		for (const kernels of ["simd", "scalar"] as const) {
			const read = LshIndex.from(bytes, { kernels });
			expect([read.precision, Buffer.compare(read.encode(), bytes)]).toEqual(["float16", 0]);
			for (const query of queries.slice(90, 110)) {
				const settings = { numProbes: 5, numVotes: 1, beamWidth: 16 };
				expect(read.search(query, 7, { settings })).toEqual(index.search(query, 7, { settings }));
				expect(read.exact().search(query, 7)).toEqual(index.exact().search(query, 7));
			}
		}
	});

	it("keeps every row's bits while it is added to, copied, picked from and compacted", () => {
		const begin = {
			...rows,
			embeddings: rows.embeddings.slice(0, 128_000),
			groups: rows.groups.slice(0, 1000),
		};
		let grown = LshIndex.build({ ...begin, ...half });
		for (let at = 1000; at < 3000; at += 500) {
			const next = rows.embeddings.slice(at * 128, (at + 500) * 128);
			grown = grown.adding(next, rows.groups.slice(at, at + 500));
		}
		const left = grown.removing([5, 2000]);
		const compacted = left.compacted();
		const bytesOf = (asked: LshIndex, row: number) => Buffer.from(asked.embedding(row).buffer);
		for (let i = 0; i < compacted.rows.length; i += 7) {
			const row = compacted.rows[i]!;
			expect(bytesOf(grown, row).equals(bytesOf(index, row))).toBe(true);
			expect(bytesOf(compacted.index, i).equals(bytesOf(index, row))).toBe(true);
		}
		expect([grown.precision, compacted.index.precision]).toEqual(["float16", "float16"]);
	});

	it.each([
		["infinity", 0x7c00],
		["no number", 0x7e00],
		["a number that makes it longer", 0x3c00],
	])("refuses a forged file with %s in a row", (_what, bits) => {
		const bytes = index.encode();
		const view = new DataView(bytes.buffer);
		const entry = new TextDecoder("latin1").decode(bytes.subarray(0, 2048)).indexOf("index/halves\0");
		const start = Number(view.getBigUint64(entry + 40, true));
		view.setUint16(start + 2 * 128 * 3, bits, true);
		view.setUint32(entry + 56, checksum(bytes.subarray(start, start + 4000 * 256)), true);
		view.setUint32(24, checksum(bytes.subarray(64, 128 + 64 * view.getUint32(12, true))), true);
		expect(() => LshIndex.from(bytes)).toThrow(/length 1 .* row 3/);
	});

	it("is refused another precision", () => {
		const precision = "float8" as "float16";
		expect(() => LshIndex.build({ ...rows, ...half, precision })).toThrow(AppError);
		expect(() => new SearchIndex({ dimension: 3, precision })).toThrow(/float32 or float16 .* float8/);
	});
});

it.each(["cosine", "inner-product", "euclidean"] as const)(
	"A SearchIndex of float16 finds the nearest by %s, and stays float16 when it is saved or built anew",
	(metric) => {
		const { embeddings, known } = createFaceLikeRows(300, 1);
		const ids = Array.from({ length: 300 }, (_, i) => i);
		const options = { dimension: 128, metric };
		const full = SearchIndex.build(ids, embeddings, options);
		const index = SearchIndex.load(
			SearchIndex.build(ids, embeddings, { ...options, precision: "float16" }).save(),
		);
		// longer than what was there: distances make it build itself anew
		index.add(
			300,
			known[1]!.map((value) => value * 3),
		);
		full.add(
			300,
			known[1]!.map((value) => value * 3),
		);
		expect(index.memoryBytes).toBeLessThan(full.memoryBytes);
		const [asked, truth] = [index, full].map((each) => each.search(known[0]!, 3, { recall: 1 }));
		expect([...asked!.ids]).toEqual([...truth!.ids]);
		const largest = Math.max(...[...truth!.distances].map(Math.abs), 1);
		asked!.distances.forEach((distance, i) => {
			expect(Math.abs(distance - truth!.distances[i]!) / largest).toBeLessThan(1e-3);
		});
	},
);
