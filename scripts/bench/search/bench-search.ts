/**
 * Measures the search beside others: `npm run bench:search -- --set face-like`, after `npm ci` in scripts/bench.
 * Results go to scripts/bench/results/; `npm run bench:search -- --report` makes the tables and the plot of docs/.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withIndexFile } from "../../../src/gallery/gallery-store.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { BUCKET_LEVELS, GRAPH_LEVELS } from "../../../src/search/parts/calibration.ts";
import { plainBruteForce, simdBruteForce } from "./brute-force.ts";
import { type BenchData, createFaceLike, createUniform, DIMENSION, readReal } from "./face-like.ts";
import { type Engine, K, type Measured, measure } from "./measure.ts";
import { originalAlgorithm } from "./original-algorithm.ts";
import { writeReport } from "./report.ts";
import { openHnswlib, openUsearch, type Rival } from "./rivals.ts";

const { values: options } = parseArgs({
	options: {
		set: { type: "string", default: "face-like" },
		size: { type: "string", default: "202589" },
		people: { type: "string", default: "10177" },
		queries: { type: "string", default: "500" },
		seed: { type: "string", default: "1" },
		embeddings: { type: "string", default: "" },
		"people-file": { type: "string", default: "" },
		/** Engines to leave out, e.g. hnswlib,usearch,original. */
		without: { type: "string", default: "" },
		report: { type: "boolean", default: false },
	},
});

/** What is known of an engine beside its points. */
export interface EngineNotes {
	readonly buildSeconds: number;
	readonly loadSeconds?: number;
	/** In memory for ours, in its file for the others. */
	readonly bytesPerVector: number;
}

export interface BenchResult {
	readonly data: string;
	readonly size: number;
	readonly numQueries: { readonly known: number; readonly strangers: number };
	readonly machine: string;
	readonly command: string;
	readonly notes: Readonly<Record<string, EngineNotes>>;
	readonly points: readonly Measured[];
}

if (options.report) writeReport();
else run(openData());

function run(data: BenchData): void {
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
		...levels.map((settings) => ({
			name: settings.beamWidth > 0 ? "LSH + graph" : "LSH",
			setting: `${settings.numProbes} probes, ${settings.beamWidth > 0 ? `beam ${settings.beamWidth}` : `${settings.numVotes} votes`}`,
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
	if (!without.includes("hnswlib")) addRival(openHnswlib(data));
	if (!without.includes("usearch")) {
		addRival(openUsearch(data, "i8"));
		addRival(openUsearch(data, "f32"));
	}
	if (!without.includes("plain")) engines.push(plainBruteForce(data));
	if (!without.includes("original")) engines.push(originalAlgorithm(data, Number(options.seed)));
	const points = measure(engines, data, truths);
	const result: BenchResult = {
		data: data.name,
		size: data.groups.length,
		numQueries: { known: data.known.length, strangers: data.strangers.length },
		machine: `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}`,
		command: `npm run bench:search -- ${process.argv
			.slice(2)
			.map((argument) => (argument.includes("/") ? "FILE" : argument))
			.join(" ")}`,
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
	const folder = new URL("results/", import.meta.url);
	mkdirSync(folder, { recursive: true });
	const file = new URL(`${data.name.replaceAll(/[^a-z0-9]+/g, "-")}.json`, folder);
	writeFileSync(file, `${JSON.stringify(result, undefined, "\t")}\n`);
}

function rowsOf(matches: readonly { row: number }[]): number[] {
	return matches.map(({ row }) => row);
}

/** Ours, built once and loaded from its file as a server would. */
function openOurs(data: BenchData): { index: LshIndex; notes: EngineNotes } {
	const folder = new URL("cache/", import.meta.url);
	mkdirSync(folder, { recursive: true });
	const file = new URL(`${data.name.replaceAll(/[^a-z0-9]+/g, "-")}-ours.index`, folder);
	const timesFile = new URL(`${file.href}.json`);
	if (!existsSync(timesFile)) {
		const start = performance.now();
		const index = LshIndex.build({ ...data, dimension: DIMENSION, pipelineVersion: "bench", seed: 1 });
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

function openData(): BenchData {
	const [size, people, queries, seed] = [options.size, options.people, options.queries, options.seed].map(
		Number,
	);
	if (options.set === "face-like") return createFaceLike(size, people, queries, seed);
	if (options.set === "uniform") return createUniform(size, queries, seed);
	if (options.set === "real") return readReal(options.embeddings, options["people-file"], queries);
	throw new TypeError(`Expected the set face-like, uniform or real but received ${options.set}.`);
}
