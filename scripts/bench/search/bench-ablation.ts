/**
 * What each part of the search in the graph is worth: `npm run bench:ablation -- --size 202589`. All variants answer the same
 * queries in turns; results go to results/, and `npm run bench:search -- --report` makes the table of them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { buildIndex } from "../../../src/search/build/build-index.ts";
import { ExactSearch } from "../../../src/search/lookup/exact-search.ts";
import { describeRun, fileNameOf } from "../describe-run.ts";
import { readFlags } from "../read-flags.ts";
import { createVariants } from "./ablation/variants.ts";
import type { BenchResult } from "./bench-result.ts";
import { createFaceLike, DIMENSION } from "./data-sets.ts";
import { K, measure } from "./measure.ts";

/** Of those that are calibrated. */
const BEAM_WIDTHS = [10, 16, 24, 32, 48, 64, 100, 150, 220, 320];

const { size, people, queries, seed } = readFlags({ size: 202_589, people: 10_177, queries: 300, seed: 1 });

const data = createFaceLike(size, people, queries, seed);
const parts = buildIndex({ ...data, dimension: DIMENSION, pipelineVersion: "bench", seed });
const variants = await createVariants(parts);
const engines = variants.flatMap(({ name, search }) =>
	BEAM_WIDTHS.map((beamWidth) => ({
		name,
		setting: `beam ${beamWidth}`,
		search: (query: Float32Array, k: number) => search(query, k, beamWidth),
	})),
);
const exact = new ExactSearch(parts.store);
const truths = [...data.known, ...data.strangers].map((query) =>
	exact.search(query, K).map(({ row }) => row),
);
const result: BenchResult = {
	data: data.name,
	size,
	numQueries: { known: data.known.length, strangers: data.strangers.length },
	...describeRun("bench:ablation", seed),
	indexSeed: seed,
	notes: {},
	points: measure(engines, data, truths),
};
console.table(
	result.points.map(({ name, setting, recall, medianUs }) => ({
		name,
		setting,
		known: recall.known?.toFixed(3),
		strangers: recall.strangers?.toFixed(3),
		knownUs: medianUs.known?.toFixed(0),
		strangersUs: medianUs.strangers?.toFixed(0),
	})),
);
const folder = new URL("results/ablation/", import.meta.url);
mkdirSync(folder, { recursive: true });
const node = Number.parseInt(process.versions.node, 10);
const file = `${fileNameOf(data.name, { people, queries, seed, node })}.json`;
writeFileSync(new URL(file, folder), `${JSON.stringify(result, undefined, "\t")}\n`);
