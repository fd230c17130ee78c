/**
 * Measures the search beside others: `npm run bench:search -- --set face-like`, after `npm ci` in scripts/bench/search
 * (and `npm run native` there, for hnswlib-node as this processor can do it).
 * Results go to results/ there, a file for each set and seed; `npm run bench:search -- --report` makes the tables and the plot of docs/.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withIndexFile } from "../../../src/gallery/gallery-store.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { BUCKET_LEVELS, GRAPH_LEVELS, type SearchSettings } from "../../../src/search/parts/calibration.ts";
import { describeRun, fileNameOf } from "../describe-run.ts";
import { readFlags } from "../read-flags.ts";
import { AS_ASKED, type BenchResult, type EngineNotes } from "./bench-result.ts";
import {
	type BenchData,
	copyRows,
	createClusters,
	createFaceLike,
	createUniform,
	DIMENSION,
	readReal,
} from "./data-sets.ts";
import { type Engine, K, measure } from "./measure.ts";
import { writeReport } from "./report.ts";
import { plainBruteForce, simdBruteForce } from "./rivals/brute-force.ts";
import type { Rival } from "./rivals/open-rivals.ts";
import { originalAlgorithm } from "./rivals/original-algorithm.ts";

const options = readFlags({
	set: "face-like",
	size: 202_589,
	people: 10_177,
	queries: 500,
	/** Of the generated rows and queries. */
	seed: 1,
	/** Of our index: which hyperplanes, which order. */
	"index-seed": 1,
	embeddings: "",
	"people-file": "",
	/** Engines to leave out, e.g. hnswlib,usearch,original. */
	without: "",
	/** Folder of results/ for the results, e.g. nodes; default: results/ itself. */
	into: ".",
	report: false,
});

/** Of each row in the set of duplicates. */
const NUM_COPIES = 5;
/** What callers ask for, instead of efforts: 0.95 is the default. */
const ASKED_RECALLS = [0.9, 0.95, 0.99];
const { seed, "index-seed": indexSeed } = options;

if (options.report) writeReport();
else await run(openData());

async function run(data: BenchData): Promise<void> {
	const without = options.without.split(",");
	const { index, notes } = openOurs(data);
	const exact = index.exact();
	const truths = [...data.known, ...data.strangers].map((query) =>
		exact.search(query, K).map(({ row }) => row),
	);
	const levels = [...(index.hasGraph ? GRAPH_LEVELS : []), ...BUCKET_LEVELS];
	const engines: Engine[] = [
		simdBruteForce(data),
		{
			name: "exact",
			setting: "int8 + float32",
			maxQueries: 200,
			search: (q, k) => rowsOf(exact.search(q, k)),
		},
		...ASKED_RECALLS.map((recall) => ({
			name: AS_ASKED,
			setting: `recall ${recall}`,
			search: (q: Float32Array, k: number) => rowsOf(index.search(q, k, { recall })),
		})),
		...levels.map((settings) => ({
			...describeSettings(settings),
			search: (q: Float32Array, k: number) => rowsOf(index.search(q, k, { settings })),
		})),
	];
	const allNotes: Record<string, EngineNotes> = { ours: notes };
	const addRival = (rival: Rival) => {
		const { name, buildSeconds, bytesPerVector } = rival;
		allNotes[name] = { buildSeconds, bytesPerVector };
		for (const width of rival.widths) {
			engines.push({
				name,
				setting: `width ${width}`,
				prepare: () => rival.setWidth(width),
				search: rival.search,
			});
		}
	};
	// loaded where they are wanted, as their packages are installed in this folder and not with the project
	const openRivals = () => import("./rivals/open-rivals.ts");
	if (!without.includes("hnswlib")) {
		const { openHnswlib } = await openRivals();
		for (const rival of openHnswlib(data, dataSettings())) addRival(rival);
	}
	if (!without.includes("usearch")) {
		const { openUsearch } = await openRivals();
		addRival(openUsearch(data, dataSettings(), "i8"));
		addRival(openUsearch(data, dataSettings(), "f32"));
	}
	if (!without.includes("plain")) engines.push(plainBruteForce(data));
	if (!without.includes("original")) engines.push(originalAlgorithm(data, seed));
	const points = measure(engines, data, truths);
	const result: BenchResult = {
		data: data.name,
		size: data.groups.length,
		numQueries: { known: data.known.length, strangers: data.strangers.length },
		...describeRun("bench:search", seed),
		indexSeed,
		notes: allNotes,
		points,
	};
	console.table(
		points.map(({ name, setting, recall, medianUs, p99Us }) => ({
			name,
			setting,
			known: recall.known?.toFixed(3),
			strangers: recall.strangers?.toFixed(3),
			knownUs: medianUs.known?.toFixed(0),
			strangersUs: medianUs.strangers?.toFixed(0),
			p99Us: p99Us.toFixed(0),
		})),
	);
	console.log(allNotes);
	const folder = new URL(`results/${options.into}/`, import.meta.url);
	mkdirSync(folder, { recursive: true });
	const node = Number.parseInt(process.versions.node, 10);
	const file = new URL(
		`${fileNameOf(data.name, { ...dataSettings(), index: indexSeed, node })}.json`,
		folder,
	);
	writeFileSync(file, `${JSON.stringify(result, undefined, "\t")}\n`);
}

/** The graph is entered at the best of a sample, or with probes at what the buckets hold. */
function describeSettings({ numProbes, numVotes, beamWidth }: SearchSettings) {
	if (beamWidth === 0) return { name: "LSH", setting: `${numProbes} probes, ${numVotes} votes` };
	if (numProbes === 0) return { name: "graph", setting: `beam ${beamWidth}` };
	return { name: "LSH + graph", setting: `${numProbes} probes, beam ${beamWidth}` };
}

function rowsOf(matches: readonly { row: number }[]): number[] {
	return matches.map(({ row }) => row);
}

/** Ours, built once and loaded from its file as a server would. */
function openOurs(data: BenchData): { index: LshIndex; notes: EngineNotes } {
	const folder = new URL("cache/", import.meta.url);
	mkdirSync(folder, { recursive: true });
	const file = new URL(`${fileNameOf(data.name, { ...dataSettings(), index: indexSeed })}.index`, folder);
	const timesFile = new URL(`${file.href}.json`);
	if (!existsSync(timesFile)) {
		const start = performance.now();
		const index = LshIndex.build({
			...data,
			dimension: DIMENSION,
			pipelineVersion: "bench",
			seed: indexSeed,
		});
		const buildSeconds = (performance.now() - start) / 1000;
		writeFileSync(file, index.encode());
		writeFileSync(timesFile, JSON.stringify({ buildSeconds }));
	}
	const { buildSeconds } = JSON.parse(readFileSync(timesFile, "utf8"));
	const start = performance.now();
	const index = withIndexFile(fileURLToPath(file), (source) => LshIndex.load(source));
	const loadSeconds = (performance.now() - start) / 1000;
	return { index, notes: { buildSeconds, loadSeconds, bytesPerVector: index.memoryBytes / index.size } };
}

/** What shapes the rows: an index of other rows must not pass for one of these. */
function dataSettings(): Record<string, string | number> {
	return { people: options.people, queries: options.queries, seed };
}

function openData(): BenchData {
	const { size, people, queries } = options;
	if (options.set === "face-like") return createFaceLike(size, people, queries, seed);
	if (options.set === "uniform") return createUniform(size, queries, seed);
	if (options.set === "clusters") return createClusters(size, people, queries, seed);
	if (options.set === "duplicates") {
		return copyRows(createFaceLike(size / NUM_COPIES, people, queries, seed), NUM_COPIES, seed);
	}
	if (options.set === "real") return readReal(options.embeddings, options["people-file"], queries, seed);
	throw new TypeError(
		`Expected the set face-like, uniform, clusters, duplicates or real but received ${options.set}.`,
	);
}
