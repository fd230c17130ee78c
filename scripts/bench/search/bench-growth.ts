/**
 * An index that grows one by one beside one that is built at once: `npm run bench:growth -- --from 5000 --to 30000`.
 * Times are of the processor, as adding is bound by it; searches take turns, and a query's time is its best of five.
 */
import process from "node:process";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { readFlags } from "../read-flags.ts";
import { type BenchData, createFaceLike, DIMENSION } from "./data-sets.ts";

const K = 7;
const WIDTHS = [16, 32, 64, 150];
const NUM_PASSES = 5;
const NUM_REMOVED = 100;

const { from, to, queries, seed } = readFlags({ from: 5_000, to: 30_000, queries: 200, seed: 11 });
console.log(tellRun(describeRun("bench:growth", seed)));

const data = createFaceLike(to, Math.ceil(to / 20), queries, seed);
const [fresh, freshSeconds] = timed(() => build(0, to));
const started = build(0, from);
const [grown, growSeconds] = timed(() => grow(started));
console.log(`built at once: ${freshSeconds.toFixed(1)} s, ${bytesPerRow(fresh)} bytes per row in memory`);
console.log(
	`${to - from} one by one: ${growSeconds.toFixed(1)} s, ${((growSeconds / (to - from)) * 1e6).toFixed(0)} us each, ${bytesPerRow(grown)} bytes per row`,
);
compare();
const [, removeSeconds] = timed(() => {
	let left = grown;
	for (let i = 0; i < NUM_REMOVED; i++) left = left.removing([i * 11]);
});
console.log(`${NUM_REMOVED} removals: ${((removeSeconds / NUM_REMOVED) * 1e3).toFixed(2)} ms each`);

function build(first: number, end: number): LshIndex {
	return LshIndex.build({ ...rows(first, end), dimension: DIMENSION, pipelineVersion: "bench", seed });
}

function rows(first: number, end: number): Pick<BenchData, "embeddings" | "groups"> {
	return {
		embeddings: data.embeddings.slice(first * DIMENSION, end * DIMENSION),
		groups: data.groups.slice(first, end),
	};
}

function grow(index: LshIndex): LshIndex {
	let current = index;
	for (let row = from; row < to; row++) {
		const { embeddings, groups } = rows(row, row + 1);
		current = current.adding(embeddings, groups);
	}
	return current;
}

/** Recall and time of both, by beam width. */
function compare(): void {
	const lines = WIDTHS.flatMap((beamWidth) =>
		(["known", "strangers"] as const).map((kind) => {
			const settings = { numProbes: 0, numVotes: 1, beamWidth };
			const best = [fresh, grown].map(() =>
				new Array<number>(data[kind].length).fill(Number.POSITIVE_INFINITY),
			);
			const numFound = [0, 0];
			for (let pass = 0; pass < NUM_PASSES; pass++) {
				data[kind].forEach((query, q) => {
					[fresh, grown].forEach((index, i) => {
						const start = performance.now();
						const found = index.search(query, K, { settings });
						best[i]![q] = Math.min(best[i]![q]!, (performance.now() - start) * 1000);
						if (pass > 0) return;
						const truth = new Set(
							fresh
								.exact()
								.search(query, K)
								.map(({ row }) => row),
						);
						numFound[i]! += found.filter(({ row }) => truth.has(row)).length;
					});
				});
			}
			const [freshUs, grownUs] = best.map((times) => times.sort((a, b) => a - b)[times.length >> 1]!);
			const [freshRecall, grownRecall] = numFound.map((count) => count / (K * data[kind].length));
			return {
				beamWidth,
				kind,
				freshRecall: freshRecall!.toFixed(3),
				grownRecall: grownRecall!.toFixed(3),
				freshUs: freshUs!.toFixed(0),
				grownUs: grownUs!.toFixed(0),
			};
		}),
	);
	console.table(lines);
}

function bytesPerRow(index: LshIndex): string {
	return (index.memoryBytes / index.size).toFixed(0);
}

/** @returns what it gave, and the seconds of processor time it took */
function timed<T>(run: () => T): [result: T, seconds: number] {
	const start = process.cpuUsage();
	const result = run();
	const { user, system } = process.cpuUsage(start);
	return [result, (user + system) / 1e6];
}
