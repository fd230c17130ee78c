/**
 * `npm run bench`: from photo to answer on the sample photos of @vladmandic/face-api, stage by stage, the search
 * beside the exact one, and the gallery's load time. One Markdown table; settings as for the server.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { readConfig } from "../../../src/config/config.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { openLookalikeTools } from "../../../src/open-tools.ts";
import { findLookalikes } from "../../../src/pipeline/find-lookalikes.ts";
import { describeRun, tellRun } from "../describe-run.ts";

const ROUNDS = 10;
const NUM_SAMPLES = 6;

const config = readConfig();
const samples = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);
const photos = await Promise.all(
	Array.from({ length: NUM_SAMPLES }, (_, i) => readFile(path.join(samples, `sample${i + 1}.jpg`))),
);

const loadMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
	const start = performance.now();
	readGallery(config.galleryFile);
	loadMs.push(performance.now() - start);
}

const tools = await openLookalikeTools(config, (notice) => console.error(notice));
const measured = new Map<string, number[]>();
const note = (what: string, ms: number) => measured.set(what, [...(measured.get(what) ?? []), ms]);
let numFaces = 0;
// the first round warms caches and compiled code and is not counted
for (let round = 0; round <= ROUNDS; round++) {
	for (const photo of photos) {
		const start = performance.now();
		const answer = await findLookalikes(photo, tools, { exact: true, maxFaces: config.maxFaces });
		const totalMs = performance.now() - start;
		if (round === 0) continue;
		numFaces += answer.faces.length;
		note("photo to answer", totalMs);
		for (const [step, ms] of Object.entries(answer.timings)) note(`- ${step}`, ms);
		for (const { exact } of answer.faces) {
			note("one LSH search", exact?.lsh.searchMs ?? Number.NaN);
			note("one exact search", exact?.searchMs ?? Number.NaN);
		}
	}
}
await tools.engine.close();

const { gallery, engine } = tools;
console.log(tellRun(describeRun("bench")), engine.description);
console.log(
	`${NUM_SAMPLES} photos of 1920 px, ${(numFaces / ROUNDS / NUM_SAMPLES).toFixed(1)} faces each, ${ROUNDS} rounds; ${gallery.numPhotos} photos of ${gallery.numPeople} people in the gallery.\n`,
);
console.log("| what | median ms | p95 ms |\n| --- | ---: | ---: |");
for (const [what, times] of [...measured, ["load the gallery", loadMs] as const]) {
	console.log(`| ${what} | ${quantile(times, 0.5)} | ${quantile(times, 0.95)} |`);
}

function quantile(times: readonly number[], share: number): string {
	const sorted = times.toSorted((a, b) => a - b);
	const ms = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
	return ms < 10 ? ms.toFixed(3) : ms.toFixed(1);
}
