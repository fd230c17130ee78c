/**
 * What faces cost, engine beside engine in one run, on the sample photos inside the face-api package:
 *
 *     npm run bench:faces                  stages, throughput and event-loop delay
 *     npm run bench:faces -- --part memory 1,000 photos in a row
 *
 * Processor time is that of the whole process, worker threads included.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import pMap from "p-map";
import sharp from "sharp";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { NetsEngine } from "../../../src/engines/nets-engine.ts";
import { loadTensorflowNets } from "../../../src/engines/tensorflow/tensorflow-nets.ts";
import { cutChip, embedChips } from "../../../src/faces/embed-faces.ts";
import type { EngineName, FaceEngine } from "../../../src/faces/face-engine.ts";
import { findFaces } from "../../../src/faces/find-faces.ts";
import { decodePhoto } from "../../../src/image/decode-photo.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { describeRun, tellRun } from "../describe-run.ts";

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
const ENGINES: readonly EngineName[] = ["onnx", "wasm"];
const NUM_WARM_UP = 3;
const NUM_RUNS = 15;
const NUM_SMALL_PHOTOS = 200;
const NUM_LOAD_PHOTOS = 40;
const NUM_MEMORY_PHOTOS = 1000;

const model = embeddingModel("face-api");
const { values } = parseArgs({ options: { part: { type: "string", default: "speed" } } });
console.log(tellRun(describeRun("bench:faces")), `pipeline ${model.pipelineVersion}`);
if (values.part === "memory") await measureMemory();
else await measureSpeed();

async function measureSpeed(): Promise<void> {
	const sample = await readFile(path.join(PACKAGE, "demo/sample1.jpg"));
	const twelveMegapixels = await sharp(sample).resize(4242, 2828).jpeg({ quality: 90 }).toBuffer();
	const small = await makeSmallPhotos();
	for (const name of ENGINES) {
		const started = performance.now();
		const engine = await chooseFaceEngine({ engine: name });
		console.log(`\n${engine.description}, 1 worker, ready in ${Math.round(performance.now() - started)} ms`);
		await measureStages("1920 x 1280, 3 faces", sample, engine);
		await measureStages("12 megapixels, 3 faces", twelveMegapixels, engine);
		await measureDelay(sample, engine);
		await engine.close();
		const pair = await chooseFaceEngine({ engine: name, numWorkers: 2 });
		await measureThroughput(small, pair);
		await pair.close();
	}
}

/** Median milliseconds of processor time per stage, and of wall time in all. */
async function measureStages(title: string, bytes: Uint8Array, engine: FaceEngine): Promise<void> {
	const runs: Record<"decode" | "find" | "align" | "embed" | "wall", number>[] = [];
	for (let run = 0; run < NUM_WARM_UP + NUM_RUNS; run++) {
		const started = performance.now();
		const lap = startLaps();
		const photo = await decodePhoto(bytes);
		const decode = lap();
		const faces = await findFaces(engine, photo);
		const find = lap();
		const chips = faces.map((face) => cutChip(model, photo, face));
		const align = lap();
		await embedChips(engine, model, chips);
		runs.push({ decode, find, align, embed: lap(), wall: performance.now() - started });
	}
	const measured = runs.slice(NUM_WARM_UP);
	const of = (stage: keyof (typeof runs)[number]) => median(measured.map((run) => run[stage]));
	const faces = median(measured.map(({ find, align, embed }) => find + align + embed));
	console.log(
		`  ${title}: find ${ms(of("find"))} + align ${ms(of("align"))} + embed ${ms(of("embed"))} = ${ms(faces)} of processor time without decoding (${ms(of("decode"))}); ${ms(of("wall"))} by the clock`,
	);
}

/** Photos of 250 pixels per second, as a gallery is built from: decoded, found, embedded; two engine workers. */
async function measureThroughput(photos: readonly Uint8Array[], engine: FaceEngine): Promise<void> {
	const embedOne = async (bytes: Uint8Array) => {
		const photo = await decodePhoto(bytes);
		const faces = await findFaces(engine, photo);
		await embedChips(
			engine,
			model,
			faces.slice(0, 1).map((face) => cutChip(model, photo, face)),
		);
	};
	await pMap(photos.slice(0, 8), embedOne, { concurrency: 4 });
	const started = performance.now();
	await pMap(photos, embedOne, { concurrency: 8 });
	const seconds = (performance.now() - started) / 1000;
	console.log(`  small photos, 2 workers: ${(photos.length / seconds).toFixed(1)} per second`);
}

/** How long the event loop is held up while photos are worked on, four at a time. */
async function measureDelay(bytes: Uint8Array, engine: FaceEngine): Promise<void> {
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	await pMap(
		Array.from({ length: NUM_LOAD_PHOTOS }, () => bytes),
		async (photoBytes) => {
			const photo = await decodePhoto(photoBytes);
			const faces = await findFaces(engine, photo);
			await embedChips(
				engine,
				model,
				faces.map((face) => cutChip(model, photo, face)),
			);
		},
		{ concurrency: 4 },
	);
	delay.disable();
	console.log(
		`  event loop under load: p50 ${ms(delay.percentile(50) / 1e6)}, p99 ${ms(delay.percentile(99) / 1e6)}, longest ${ms(delay.max / 1e6)}`,
	);
}

/** Resident memory over many photos of six sizes; for TensorFlow also how many tensors are alive. */
async function measureMemory(): Promise<void> {
	const photos = await Promise.all(
		[1, 2, 3, 4, 5, 6].map((number) => readFile(path.join(PACKAGE, `demo/sample${number}.jpg`))),
	);
	const wasm = await loadTensorflowNets("wasm");
	const engines = [await chooseFaceEngine({ engine: "onnx" }), new NetsEngine("wasm", wasm)];
	for (const [engine, count] of [
		[engines[0]!, NUM_MEMORY_PHOTOS],
		[engines[1]!, NUM_MEMORY_PHOTOS / 5],
	] as const) {
		console.log(`\n${engine.description}`);
		for (let done = 0; done < count; done++) {
			const photo = await decodePhoto(photos[done % photos.length]!, { maxSidePx: 800 + 100 * (done % 5) });
			const faces = await findFaces(engine, photo);
			await embedChips(
				engine,
				model,
				faces.map((face) => cutChip(model, photo, face)),
			);
			if ((done + 1) % (count / 10) === 0) {
				const tensors = engine.name === "wasm" ? `, ${await wasm.countTensors?.()} tensors` : "";
				console.log(
					`  ${done + 1} photos: ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident${tensors}`,
				);
			}
		}
		await engine.close();
	}
}

/** Portraits of 250 pixels around the faces of the samples, over and over. */
async function makeSmallPhotos(): Promise<Uint8Array[]> {
	const engine = await chooseFaceEngine();
	const portraits: Uint8Array[] = [];
	for (let number = 1; number <= 6; number++) {
		const bytes = await readFile(path.join(PACKAGE, `demo/sample${number}.jpg`));
		const photo = await decodePhoto(bytes);
		for (const { box } of await findFaces(engine, photo)) {
			const side = Math.min(photo.width, photo.height, Math.round(box.height * 2));
			const left = clamp(box.x + box.width / 2 - side / 2, photo.width - side);
			const top = clamp(box.y + box.height / 2 - side / 2, photo.height - side);
			portraits.push(
				await sharp(photo.data, { raw: { width: photo.width, height: photo.height, channels: 3 } })
					.extract({ left, top, width: side, height: side })
					.resize(250, 250)
					.jpeg()
					.toBuffer(),
			);
		}
	}
	await engine.close();
	return Array.from({ length: NUM_SMALL_PHOTOS }, (_, i) => portraits[i % portraits.length]!);
}

/** Returns a function that tells the processor milliseconds since it was last called. */
function startLaps(): () => number {
	let last = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(last);
		last = process.cpuUsage();
		return (user + system) / 1000;
	};
}

function clamp(value: number, max: number): number {
	return Math.round(Math.min(Math.max(0, value), max));
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function ms(value: number): string {
	return `${value.toFixed(1)} ms`;
}
