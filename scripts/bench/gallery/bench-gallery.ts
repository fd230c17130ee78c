/**
 * `npm run bench:gallery`: memory while a large gallery is built, and what a change of one person costs in it, in the
 * server that serves it and in its folder. Seeded: `-- --photos 200000 --people 20000 --seed 1`.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Gallery, type GalleryContents } from "../../../src/gallery/gallery.ts";
import {
	addToGallery,
	followGallery,
	openGallery,
	withLockedGallery,
	writeGallery,
} from "../../../src/gallery/gallery-store.ts";
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import { withMerged, withoutPhotos } from "../../../src/gallery/order/change-contents.ts";
import type { GalleryPhoto } from "../../../src/gallery/person.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { readFlags } from "../read-flags.ts";
import { type BenchData, createFaceLike, DIMENSION } from "../search/data-sets.ts";

const NUM_QUERIES = 200;
const NUM_CHANGES = 21;

const {
	photos: numPhotos,
	people: numPeople,
	seed,
} = readFlags({ photos: 200_000, people: 20_000, seed: 1 });
console.log(`${tellRun(describeRun("bench:gallery", seed))} ${numPhotos} photos of ${numPeople} people.\n`);

const data = createFaceLike(numPhotos, numPeople, NUM_QUERIES, seed);
const queries = [...data.known, ...data.strangers];
const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-bench-"));
try {
	const place = path.join(folder, "large.gallery");
	await mkdir(place);
	await buildInto(place);
	await measureChanges(place);
} finally {
	await rm(folder, { recursive: true });
}

async function buildInto(place: string): Promise<void> {
	const startMs = performance.now();
	const gallery = Gallery.build(contentsOf(data));
	console.log(`build: ${secondsSince(startMs)} s, peak memory ${peakMb()} MB, the made photos included`);
	const writeMs = performance.now();
	await withLockedGallery(place, { purpose: "bench" }, (locked) => writeGallery(place, gallery, locked));
	console.log(`measure and write it: ${secondsSince(writeMs)} s, peak memory ${peakMb()} MB`);
}

async function measureChanges(place: string): Promise<void> {
	const readMs = performance.now();
	const served = openGallery(place);
	console.log(`read it: ${secondsSince(readMs)} s`);
	findPeople(served.gallery, queries[0]!, 7);
	console.log(`recall of the LSH among seven people: ${recall(served.gallery).toFixed(3)} as built`);

	// another process changes the gallery, and the server that has it open takes the change over
	let writer = openGallery(place).gallery;
	let server = served;
	const appended: number[] = [];
	const taken: number[] = [];
	for (let i = 0; i < NUM_CHANGES; i++) {
		const newcomer = data.strangers[i]!;
		appended.push(
			await timed(async () => {
				await withLockedGallery(place, { purpose: "bench" }, async (locked) => {
					const people = [...writer.people, personOf(writer.people.length)];
					const photo = photoOf(writer.people.length, writer.index.size);
					const after = writer.adding(people, [photo], newcomer);
					await addToGallery(place, writer, after, locked);
					writer = after;
				});
			}),
		);
		taken.push(
			await timed(() => {
				server = followGallery(place, server);
				findPeople(server.gallery, newcomer, 7);
			}),
		);
	}
	tell("add one person and write the change", appended);
	tell("take the change over while serving, and find the person", taken);
	console.log(`recall of the LSH afterwards: ${recall(server.gallery).toFixed(3)}`);

	const removeMs = performance.now();
	const sources = server.gallery.templates.rowsOf(0).map((row) => server.gallery.source(row));
	const left = withoutPhotos(server.gallery, new Set(sources));
	console.log(`remove one person: ${secondsSince(removeMs)} s`);
	const writeMs = performance.now();
	await withLockedGallery(place, { purpose: "bench" }, (locked) => writeGallery(place, left, locked));
	console.log(`write all without them: ${secondsSince(writeMs)} s, peak memory ${peakMb()} MB`);
	console.log(`recall of the LSH afterwards: ${recall(left).toFixed(3)}`);
	const mergeMs = performance.now();
	withMerged(left, 1, 2);
	console.log(`merge two people: ${secondsSince(mergeMs)} s`);
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

async function timed(run: () => unknown): Promise<number> {
	const before = performance.now();
	await run();
	return performance.now() - before;
}

/** Prints the median and the ends. */
function tell(what: string, times: readonly number[]): void {
	const sorted = times.toSorted((a, b) => a - b);
	const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
	console.log(
		`${what}: median ${median?.toFixed(1)} ms, ${least?.toFixed(1)} to ${most?.toFixed(1)} ms (first ${times[0]?.toFixed(1)} ms)`,
	);
}

function secondsSince(startMs: number): string {
	return ((performance.now() - startMs) / 1000).toFixed(1);
}

function peakMb(): string {
	return (process.resourceUsage().maxRSS / 1024).toFixed(0);
}
