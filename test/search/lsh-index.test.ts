import { describe, expect, it } from "vitest";
import { LshIndex } from "../../src/search/lsh-index.ts";
import type { SearchSettings } from "../../src/search/parts/calibration.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";
import { describeVectorIndex, type IndexInput } from "./vector-index.cases.ts";

const everything: SearchSettings = { numProbes: 3200, numVotes: 1, beamWidth: 0 };

function build(input: IndexInput, options: Partial<Parameters<typeof LshIndex.build>[0]> = {}): LshIndex {
	return LshIndex.build({ ...input, pipelineVersion: "test 1", ...options });
}

describeVectorIndex("LshIndex", build);

describeVectorIndex("LshIndex that must not fall back", (input) => {
	const index = build(input, { graph: true });
	return {
		kind: index.kind,
		size: index.size,
		dimension: index.dimension,
		search: (query, k, options) =>
			index.search(query, k, { ...options, strategy: "lsh", settings: everything }),
	};
});

describe("LshIndex", () => {
	const rows = createFaceLikeRows(1500, 4, { numQueries: 300 });
	const reports: number[] = [];
	const index = build(rows, {
		graph: true,
		onProgress: (done, total) => reports.push(done / total),
	});
	const withoutGraph = build(rows, { graph: false });

	/** Share of the true 7 nearest that the index finds. */
	function recallAt7(asked: LshIndex, queries: Float32Array[], settings: SearchSettings): number {
		let numFound = 0;
		for (const query of queries) {
			const truth = new Set(
				asked
					.exact()
					.search(query, 7)
					.map(({ row }) => row),
			);
			numFound += asked.search(query, 7, { settings }).filter(({ row }) => truth.has(row)).length;
		}
		return numFound / (7 * queries.length);
	}

	it.each([
		["the buckets alone", withoutGraph, { numProbes: 800, numVotes: 2, beamWidth: 0 }, 0.97, 0.97],
		["few buckets and the graph", index, { numProbes: 30, numVotes: 1, beamWidth: 48 }, 0.98, 0.97],
		["the graph alone", index, { numProbes: 0, numVotes: 1, beamWidth: 64 }, 0.98, 0.97],
	])(
		"finds the nearest with %s: floors for known people and strangers",
		(_how, asked, settings, known, strangers) => {
			expect(recallAt7(asked, rows.known, settings)).toBeGreaterThanOrEqual(known);
			expect(recallAt7(asked, rows.strangers, settings)).toBeGreaterThanOrEqual(strangers);
		},
	);

	it("keeps its recall where every row is there five times", () => {
		const copies = {
			embeddings: new Float32Array(rows.embeddings.length * 5),
			groups: new Uint32Array(rows.groups.length * 5),
			dimension: 128,
		};
		for (let i = 0; i < 5; i++) {
			copies.embeddings.set(rows.embeddings, i * rows.embeddings.length);
			copies.groups.set(rows.groups, i * rows.groups.length);
		}
		const settings = { numProbes: 10, numVotes: 1, beamWidth: 64 };
		const crowded = build(copies, { graph: true });
		// copies tie, so that their numbers don't matter: what counts is being as near as the true seventh
		const recallOf = (query: Float32Array) => {
			const seventh = crowded.exact().search(query, 7)[6].similarity;
			return (
				crowded.search(query, 7, { settings }).filter(({ similarity }) => similarity >= seventh).length / 7
			);
		};
		const recall = rows.strangers.reduce((sum, query) => sum + recallOf(query), 0) / rows.strangers.length;
		expect(recall).toBeGreaterThanOrEqual(0.9);
	});

	it("plans many matches without falling back to the exact search for want of a measurement", () => {
		const sets = index.calibration!.larger!;
		expect(sets.map(({ k }) => k)).toEqual([14, 28, 50, 100]);
		for (const { levels } of sets) expect(levels.at(-1)!.rows.strangers).toBeGreaterThan(0.95);
	});

	it.each([
		["a fraction of a row in view", { numProbes: 10, numVotes: 1, beamWidth: 2.5 }, /beamWidth .* 2.5/],
		["no probe", { numProbes: 0, numVotes: 1, beamWidth: 0 }, /from 1 for numProbes .* 0/],
	])("refuses settings with %s", (_what, settings, message) => {
		expect(() => index.search(rows.known[0], 7, { settings })).toThrow(message);
	});

	it("has no fractions of rows, and reads only bytes", () => {
		expect([index.has(1), index.has(1.5), index.has(-1)]).toEqual([true, false, false]);
		const buffer = new ArrayBuffer(64) as unknown as Uint8Array;
		expect(() => LshIndex.from(buffer)).toThrow(/as a Uint8Array but received an ArrayBuffer/);
	});

	it("finds more with more effort", () => {
		const [little, much] = [
			{ numProbes: 3, numVotes: 1, beamWidth: 10 },
			{ numProbes: 10, numVotes: 1, beamWidth: 150 },
		];
		expect(recallAt7(index, rows.strangers, much)).toBeGreaterThan(recallAt7(index, rows.strangers, little));
	});

	it("reaches the recall that was asked for, by its calibration, or answers exactly", () => {
		for (const recall of [0.5, 0.9, 0.99]) {
			const plan = index.plan(7, { recall, strategy: "lsh" });
			expect(plan.recall).toBeGreaterThanOrEqual(recall);
			// the calibration asked 120 others than our 300: with 0.16 from query to query, 3 standard errors are 0.05
			expect(recallAt7(index, rows.strangers, plan.settings!)).toBeGreaterThan(recall - 0.05);
		}
		expect(index.plan(7, { recall: 1 }).strategy).toBe("exact");
	});

	it("finds as much where a filter turns away just the nearest", () => {
		let numFound = 0;
		for (const query of rows.strangers) {
			const nearest = new Set(
				index
					.exact()
					.search(query, 12)
					.map(({ group }) => group),
			);
			const accept = (group: number) => !nearest.has(group);
			const last = index.exact().search(query, 7, { accept }).at(-1)!.similarity;
			const found = index.search(query, 7, { accept, recall: 0.9 });
			numFound += found.filter(({ similarity }) => similarity >= last).length;
		}
		// as above; 0.81 without looking further
		expect(numFound / (7 * rows.strangers.length)).toBeGreaterThan(0.9 - 0.05);
	});

	it("answers exactly where that is faster, unless it is told not to", () => {
		expect(withoutGraph.plan(7)).toEqual({ strategy: "exact", recall: 1 });
		expect(index.plan(7, { recall: 0.9 }).settings?.numProbes).toBe(0);
		expect(index.plan(7, { strategy: "lsh" }).settings?.numProbes).toBeGreaterThan(0);
		expect(withoutGraph.plan(7, { strategy: "lsh" }).strategy).toBe("lsh");
	});

	it("reports cosines as exact as the exact search's", () => {
		for (const query of rows.known) {
			const exact = new Map(
				index
					.exact()
					.search(query, 50)
					.map((match) => [match.row, match.similarity]),
			);
			for (const { row, similarity } of index.search(query, 7, {
				settings: { numProbes: 8, numVotes: 1, beamWidth: 24 },
			})) {
				expect(similarity).toBe(exact.get(row));
			}
		}
	});

	it("gives the best photo of each person when groups are to be distinct", () => {
		for (const query of [...rows.known, ...rows.strangers]) {
			const found = index.search(query, 7, {
				distinctGroups: true,
				settings: { numProbes: 10, numVotes: 1, beamWidth: 320 },
			});
			const exact = index.exact().search(query, 7, { distinctGroups: true });
			expect(new Set(found.map(({ group }) => group)).size).toBe(7);
			expect(found[0]).toEqual(exact[0]);
		}
	});

	it("gives the same answer to the same question whatever was asked before", () => {
		const settings = { numProbes: 5, numVotes: 1, beamWidth: 12 };
		const alone = rows.strangers.map((query) => index.search(query, 7, { settings }));
		const reversed = rows.strangers.toReversed().map((query) => index.search(query, 7, { settings }));
		expect(reversed.toReversed()).toEqual(alone);
	});

	it("is built to the same bytes from the same seed, by both kinds of kernels, and to others from another", () => {
		const few = createFaceLikeRows(60, 4);
		const bytes = build(few, { graph: true }).encode();
		const byScalar = build(few, { graph: true, kernels: "scalar" }).encode();
		expect(Buffer.compare(byScalar, bytes)).toBe(0);
		expect(Buffer.compare(build(few, { graph: true, seed: 2 }).encode(), bytes)).not.toBe(0);
	});

	it("answers the same after being written and read, with both kinds of kernels", () => {
		const bytes = index.encode();
		for (const kernels of ["simd", "scalar"] as const) {
			const read = LshIndex.from(bytes, { kernels });
			for (const query of [...rows.known.slice(0, 10), ...rows.strangers.slice(0, 10)]) {
				const ownEntry = { numProbes: 0, numVotes: 1, beamWidth: 16 };
				for (const settings of [{ numProbes: 5, numVotes: 1, beamWidth: 16 }, ownEntry, everything]) {
					expect(read.search(query, 7, { settings })).toEqual(index.search(query, 7, { settings }));
				}
			}
		}
	});

	it.each([0, 1, 2, 3, 40])("can be built, written, read and asked with %i rows", (size) => {
		const few = createFaceLikeRows(Math.max(size, 1), 1);
		const input = {
			...few,
			embeddings: few.embeddings.slice(0, size * 128),
			groups: few.groups.slice(0, size),
		};
		const read = LshIndex.from(build(input, { graph: true }).encode());
		expect(read.search(few.known[0], 7, { strategy: "lsh" })).toHaveLength(Math.min(7, size));
	});

	it("gives rows back at unit length", () => {
		const embedding = index.embedding(3);
		expect(Math.hypot(...embedding)).toBeCloseTo(1, 6);
		expect(() => index.embedding(6000)).toThrow(RangeError);
	});

	it.each([Number.NaN, -0.1, 1.1])("refuses to promise a recall of %d", (recall) => {
		expect(() => index.search(rows.known[0], 7, { recall })).toThrow(/recall from 0 to 1/);
	});

	it("reports its progress, rising to the end", () => {
		expect(reports.length).toBeGreaterThan(1);
		expect(reports).toEqual(reports.toSorted((a, b) => a - b));
		expect(reports.at(-1)).toBe(1);
	});
});
