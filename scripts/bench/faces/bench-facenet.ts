/**
 * `npm run bench:facenet`: what embedding a face costs with each model on each engine, and how far FaceNet is from its
 * reference there. Weights are generated, as speed and agreement do not depend on them; each row is a process of its
 * own on one thread. One Markdown table.
 */

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { loadNets } from "../../../src/engines/load-nets.ts";
import type { EmbeddingModelName } from "../../../src/faces/embedding-model.ts";
import { writeCacheFile } from "../../../src/nets/cache-file.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { convertedFile, type FacenetName, loadConverted } from "../../../src/nets/facenet/facenet-store.ts";
import { foldParameters } from "../../../src/nets/facenet/folded-parameters.ts";
import { encodeParameters } from "../../../src/nets/facenet/parameter-file.ts";
import { networkMakers } from "../../../test/helpers/facenet/facenet-engines.ts";
import { generatedWeights, goldenInputs, inputA } from "../../../test/helpers/facenet/facenet-generator.ts";
import { checkpointDifference, golden } from "../../../test/helpers/facenet/facenet-golden.ts";
import { largestDifference, unitLength } from "../../../test/helpers/vectors.ts";
import { describeRun, tellRun } from "../describe-run.ts";

type Engine = "onnx" | "wasm";

interface Row {
	readonly readMs: number | undefined;
	readonly loadMs: number;
	readonly singleMs: string;
	readonly batchMs: string;
	readonly loadedMb: number;
	readonly peakMb: number;
}

const BATCH = 8;
const ROUNDS = 15;
const ENGINES: readonly Engine[] = ["onnx", "wasm"];
const MODELS: readonly EmbeddingModelName[] = ["face-api", "facenet", "facenet512"];
const DIMENSIONS = { facenet: 128, facenet512: 512 } as const;

const [what, engine, model, folder] = process.argv.slice(2) as [
	string?,
	Engine?,
	EmbeddingModelName?,
	string?,
];
if (what === "speed") console.log(JSON.stringify(await measureSpeed(engine!, model!, folder!)));
else if (what === "agreement") console.log(await measureAgreement(engine!, model as FacenetName));
else await printTables();

async function printTables(): Promise<void> {
	const made = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	for (const name of ["facenet", "facenet512"] as const) {
		const parameters = foldParameters(generatedWeights(DIMENSIONS[name]));
		const content = encodeParameters({ model: name, sourceSha256: "generated", parameters });
		await writeCacheFile(convertedFile(made, name), content);
	}
	console.log(tellRun(describeRun("bench:facenet")), "One thread.");
	console.log(`Least / median of ${ROUNDS} rounds after a warm-up; all nets of the engine are loaded.\n`);
	console.log(
		`| model | engine | ms per face | in batches of ${BATCH} | read weights, ms | load engine, ms | MB loaded | MB at most |`,
	);
	console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
	for (const name of MODELS) {
		for (const runtime of ENGINES) {
			const row: Row = JSON.parse(await self("speed", runtime, name, made));
			const cells = [row.singleMs, row.batchMs, row.readMs?.toFixed(0) ?? "-"];
			cells.push(row.loadMs.toFixed(0), row.loadedMb.toFixed(0), row.peakMb.toFixed(0));
			console.log(`| ${name} | ${runtime} | ${cells.join(" | ")} |`);
		}
	}
	await rm(made, { recursive: true });
	console.log("\nLargest deviation from the float64 reference:\n");
	console.log("| model | engine | raw embedding (of 6) | unit length | checkpoint (of 21) |");
	console.log("| --- | --- | --- | --- | --- |");
	for (const name of ["facenet", "facenet512"] as const) {
		for (const runtime of ENGINES) console.log(await self("agreement", runtime, name));
	}
	const { rawEmbeddingAbs, l2EmbeddingAbs, checkpointAbs } = golden.tolerance;
	console.log(`| tolerance | | ${rawEmbeddingAbs} | ${l2EmbeddingAbs} | ${checkpointAbs} |`);
}

/** Runs this script in a process of its own, so that memory is that of one engine alone. */
async function self(...args: string[]): Promise<string> {
	const { stdout } = await promisify(execFile)(process.execPath, [
		...process.execArgv,
		import.meta.filename,
		...args,
	]);
	return stdout.trim();
}

async function measureSpeed(runtime: Engine, name: EmbeddingModelName, modelsFolder: string): Promise<Row> {
	const { chipSize } = embeddingModel(name);
	let peakBytes = 0;
	const start = performance.now();
	const nets = await loadNets(runtime, { model: name, modelsFolder }, 1);
	const loadMs = performance.now() - start;
	const loadedBytes = process.memoryUsage.rss();
	const chips = Array.from({ length: BATCH }, (_, i) => ({
		width: chipSize,
		height: chipSize,
		data: Uint8Array.from({ length: chipSize * chipSize * 3 }, (_, j) => (j * 31 + i * 97) % 256),
	}));
	const single: number[] = [];
	const batch: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		single.push(await time(() => nets.embed(chips.slice(0, 1))));
		batch.push((await time(() => nets.embed(chips))) / BATCH);
		peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
	}
	await nets.close();
	return {
		// after the memory was looked at, as it adds to it
		readMs: name === "face-api" ? undefined : await time(() => loadConverted(name, modelsFolder)),
		loadMs,
		singleMs: leastAndMedian(single.slice(1)),
		batchMs: leastAndMedian(batch.slice(1)),
		loadedMb: loadedBytes / 1e6,
		peakMb: peakBytes / 1e6,
	};
}

async function measureAgreement(runtime: Engine, name: FacenetName): Promise<string> {
	const dimension = DIMENSIONS[name];
	const network = await networkMakers[runtime](foldParameters(generatedWeights(dimension)));
	let raw = 0;
	let unit = 0;
	for (const [input, expected] of Object.entries(golden.variants[dimension].raw)) {
		const embedding = await network.run(goldenInputs[input]!());
		raw = Math.max(raw, largestDifference(embedding, expected));
		unit = Math.max(unit, largestDifference(unitLength(embedding), unitLength(expected)));
	}
	const { checkpoints } = golden.variants[dimension];
	const results = await network.observe(
		inputA(),
		checkpoints.map(({ name: layer }) => layer),
	);
	const worst = Math.max(
		...checkpoints.map((checkpoint) => checkpointDifference(checkpoint, results.get(checkpoint.name)!.data)),
	);
	await network.close();
	return `| ${name} | ${runtime} | ${raw.toExponential(1)} | ${unit.toExponential(1)} | ${worst.toExponential(1)} |`;
}

async function time(run: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await run();
	return performance.now() - start;
}

/** Both, as other work on the machine can only make a round longer. */
function leastAndMedian(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	return `${sorted[0]!.toFixed(1)} / ${sorted[Math.floor(values.length / 2)]!.toFixed(1)}`;
}
