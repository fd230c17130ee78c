/**
 * Queries per second of one thread and of several that share one index in memory:
 * `npx tsx scripts/bench/search/bench-workers.ts` after `npm run bench:search`, which builds the index.
 */

import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { withIndexFile } from "../../../src/gallery/gallery-store.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { fileNameOf } from "../describe-run.ts";
import { createFaceLike } from "./data-sets.ts";

const SETTINGS = { numProbes: 10, numVotes: 1, beamWidth: 64 };
const ROUNDS = 5;

const index = withIndexFile(
	fileURLToPath(
		new URL(
			`cache/${fileNameOf("face-like 202,589", { people: 10177, queries: 500, seed: 1, index: 1 })}.index`,
			import.meta.url,
		),
	),
	(source) => LshIndex.load(source),
);
const { known, strangers } = createFaceLike(2_000, 100, 1000, 1);
const best = [0, 0, 0];
for (let round = 0; round < ROUNDS; round++) {
	for (const numWorkers of [1, 2]) best[numWorkers] = Math.max(best[numWorkers], await measure(numWorkers));
}
console.log(
	`1 worker ${best[1].toFixed(0)}/s, 2 workers ${best[2].toFixed(0)}/s: ${(best[2] / best[1]).toFixed(2)} x`,
);

/** @returns queries per second of all workers together */
async function measure(numWorkers: number): Promise<number> {
	const workers = Array.from(
		{ length: numWorkers },
		() =>
			new Worker(new URL("search-worker.js", import.meta.url), {
				workerData: { shared: index.share(), queries: [...known, ...strangers], settings: SETTINGS },
			}),
	);
	// all are warm before any starts
	await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
	const rates = await Promise.all(
		workers.map(
			(worker) =>
				new Promise<number>((resolve, reject) => {
					worker.once("message", resolve);
					worker.once("error", reject);
					worker.postMessage("go");
				}),
		),
	);
	await Promise.all(workers.map((worker) => worker.terminate()));
	return rates.reduce((sum, rate) => sum + rate, 0);
}
