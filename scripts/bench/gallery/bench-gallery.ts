/**
 * `npm run bench:gallery`: memory while a large gallery is built, and what a change of one person costs in it, in the
 * running server and in its file. Seeded: `-- --photos 200000 --people 20000 --seed 1`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Gallery, type GalleryContents } from "../../../src/gallery/gallery.ts";
import { readGallery, withLockedGallery, writeGallery } from "../../../src/gallery/gallery-store.ts";
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import type { GalleryPhoto } from "../../../src/gallery/person.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { type BenchData, createFaceLike, DIMENSION } from "../search/data-sets.ts";

const NUM_QUERIES = 200;
const NUM_CHANGES = 21;

const { values } = parseArgs({
	options: {
		photos: { type: "string", default: "200000" },
		people: { type: "string", default: "20000" },
		seed: { type: "string", default: "1" },
	},
});
const [numPhotos, numPeople, seed] = [values.photos, values.people, values.seed].map(Number) as [
	number,
	number,
	number,
];
console.log(`${tellRun(describeRun("bench:gallery", seed))} ${numPhotos} photos of ${numPeople} people.\n`);

const data = createFaceLike(numPhotos, numPeople, NUM_QUERIES, seed);
const startMs = performance.now();
const gallery = Gallery.build(contentsOf(data));
console.log(
	`build: ${seconds(performance.now() - startMs)} s, peak memory ${peakMb()} MB, the made photos included`,
);

const queries = [...data.known, ...data.strangers];
console.log(`recall of the LSH among seven people: ${recall(gallery).toFixed(3)} before a change`);
const newcomer = data.strangers[0] as Float32Array;
const added = measure("add one person in memory, and find them", () => {
	const grown = gallery.adding(
		[...gallery.people, personOf(numPeople)],
		[photoOf(numPeople, numPhotos)],
		newcomer,
	);
	find(grown, newcomer);
	return grown;
});
console.log(`recall afterwards: ${recall(added).toFixed(3)}`);
const rows = gallery.rows().filter((row) => gallery.index.group(row) === 0);
const removed = measure("remove one person in memory, and find others", () => {
	const shrunk = gallery.removing(rows);
	find(shrunk, newcomer);
	return shrunk;
});
console.log(`recall afterwards: ${recall(removed).toFixed(3)}`);

const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-bench-"));
try {
	const file = path.join(folder, "large.gallery");
	await withLockedGallery(file, { purpose: "bench" }, async (locked) => {
		for (const [what, changed] of [
			["as it was built", gallery],
			["with one person more", added],
		] as const) {
			const before = performance.now();
			await writeGallery(file, changed, locked);
			console.log(`write its file ${what}: ${seconds(performance.now() - before)} s`);
		}
	});
	measure("read its file", () => readGallery(file), 3);
	console.log(`peak memory ${peakMb()} MB`);
} finally {
	await rm(folder, { recursive: true });
}

function contentsOf({ embeddings, groups }: BenchData): GalleryContents {
	const people = Array.from({ length: numPeople }, (_, number) => personOf(number));
	const photos = Array.from(groups, (person, row) => photoOf(person, row));
	return { name: "large", people, photos, embeddings, dimension: DIMENSION, pipelineVersion: "made" };
}

function personOf(number: number): GalleryContents["people"][number] {
	return { name: `Person ${number}`, wikipedia: `Person ${number}`, collections: ["made"] };
}

function photoOf(person: number, row: number): GalleryPhoto {
	return {
		person,
		source: `photos/${person}/${row}.jpg`,
		box: { x: 100, y: 100, width: 200, height: 200 },
		landmarks: Float32Array.from({ length: 136 }, (_, i) => 100 + ((i * 37 + row) % 200)),
		picture: undefined,
	};
}

function find(where: Gallery, query: Float32Array): void {
	findPeople(where, query, 7);
}

/** Share of the seven nearest people that the LSH finds, over people in the gallery and strangers. */
function recall(where: Gallery): number {
	let numFound = 0;
	for (const query of queries) {
		const options = { distinctGroups: true };
		const nearest = where.exact.search(query, 7, options).map(({ row }) => where.index.group(row));
		const found = new Set(
			where.index.search(query, 7, { ...options, strategy: "lsh" }).map(({ row }) => where.index.group(row)),
		);
		numFound += nearest.filter((person) => found.has(person)).length;
	}
	return numFound / (queries.length * 7);
}

/** Prints the median and the worst of some runs; returns the last one's result. */
function measure<T>(what: string, run: () => T, numRuns = NUM_CHANGES): T {
	const times: number[] = [];
	let result = run();
	for (let i = 0; i < numRuns; i++) {
		const before = performance.now();
		result = run();
		times.push(performance.now() - before);
	}
	times.sort((a, b) => a - b);
	console.log(`${what}: median ${times[numRuns >> 1]?.toFixed(1)} ms, worst ${times.at(-1)?.toFixed(1)} ms`);
	return result;
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(1);
}

function peakMb(): string {
	return (process.resourceUsage().maxRSS / 1024).toFixed(0);
}
