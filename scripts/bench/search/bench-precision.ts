/**
 * Rows of float16 beside rows of float32: `npm run bench:precision -- --size 50000`, or with `--embeddings FILE
 * --people-file FILE` real ones. Both take turns, a query's time is its best of six; recall is held against what float32 finds
 * exactly. Times of building and loading are of the processor.
 */
import process from "node:process";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import type { SearchSettings } from "../../../src/search/parts/calibration.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { readFlags } from "../read-flags.ts";
import { createFaceLike, DIMENSION, readReal } from "./data-sets.ts";

const K = 7;
const NUM_PASSES = 6;
const BEAM_WIDTHS = [16, 24, 64, 100, 220];
const PRECISIONS = ["float32", "float16"] as const;

const {
	size,
	queries: numQueries,
	seed,
	...files
} = readFlags({ size: 50_000, queries: 150, seed: 4242, embeddings: "", "people-file": "" });
console.log(tellRun(describeRun("bench:precision", seed)));
const data = files.embeddings
	? readReal(files.embeddings, files["people-file"], numQueries, seed)
	: createFaceLike(size, Math.ceil(size / 20), numQueries, seed);
const indexes = PRECISIONS.map((precision) => {
	const [built, buildSeconds] = timed(() =>
		LshIndex.build({ ...data, dimension: DIMENSION, pipelineVersion: "bench", seed, precision }),
	);
	const bytes = built.encode();
	const [index, loadSeconds] = timed(() => LshIndex.from(bytes));
	const perRow = (count: number) => Math.round(count / index.size);
	console.log(
		`${precision}: ${perRow(built.memoryBytes)} bytes a row in memory, ${perRow(bytes.length)} in the file, built in ${buildSeconds.toFixed(1)} s, loaded in ${loadSeconds.toFixed(2)} s`,
	);
	return index;
});
const [truthful] = indexes as [LshIndex];
const kinds = { known: data.known, strangers: data.strangers };
console.table([
	compare("exact", (index, query) => index.exact().search(query, K)),
	...BEAM_WIDTHS.map((beamWidth) => {
		const settings: SearchSettings = { numProbes: 0, numVotes: 1, beamWidth };
		return compare(`beam ${beamWidth}`, (index, query) => index.search(query, K, { settings }));
	}),
]);

/** Median time and recall of both indexes, for each kind of query. */
function compare(
	search: string,
	ask: (index: LshIndex, query: Float32Array) => readonly { readonly row: number }[],
): Record<string, string> {
	const line: Record<string, string> = { search };
	for (const [kind, queries] of Object.entries(kinds)) {
		const best = indexes.map(() => queries.map(() => Number.POSITIVE_INFINITY));
		const numFound = indexes.map(() => 0);
		for (let pass = 0; pass < NUM_PASSES; pass++) {
			queries.forEach((query, q) => {
				const truth = new Set(
					truthful
						.exact()
						.search(query, K)
						.map(({ row }) => row),
				);
				indexes.forEach((index, i) => {
					const start = performance.now();
					const found = ask(index, query);
					best[i]![q] = Math.min(best[i]![q]!, (performance.now() - start) * 1000);
					if (pass === 0) numFound[i]! += found.filter(({ row }) => truth.has(row)).length;
				});
			});
		}
		PRECISIONS.forEach((precision, i) => {
			const median = best[i]!.sort((a, b) => a - b)[queries.length >> 1]!;
			const recall = numFound[i]! / (K * queries.length);
			line[`${kind}, ${precision}`] = `${recall.toFixed(4)} in ${median.toFixed(0)} us`;
		});
	}
	return line;
}

/** @returns what it gave, and the seconds of processor time it took */
function timed<T>(run: () => T): [result: T, seconds: number] {
	const start = process.cpuUsage();
	const result = run();
	const { user, system } = process.cpuUsage(start);
	return [result, (user + system) / 1e6];
}
