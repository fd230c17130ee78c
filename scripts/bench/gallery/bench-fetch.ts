/**
 * `npm run bench:fetch -- ../shared/faces`: how many people and photos a second `gallery fetch` takes where the services
 * answer as slowly and grant as much as Wikimedia's, and what bounds it. The services are the tests' stand-in; the photos
 * are those of the celebrities in the folder's gallery.csv, scaled as Commons scales them.
 *
 *     [--people 200] [--photos-per-person 3] [--sparql-ms 2000] [--api-ms 300] [--media-ms 150]
 *
 * How long answers take is assumed: the real services can't be reached where this was written.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { parse } from "csv-parse/sync";
import pMap from "p-map";
import sharp from "sharp";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { type Service, startStandIn } from "../../../test/helpers/wikimedia/stand-in.ts";
import type { World, WorldFile } from "../../../test/helpers/wikimedia/world.ts";
import { describeRun, tellRun } from "../describe-run.ts";

/** Of a photo, as the command asks for it unless told otherwise. */
const WIDTH_PX = 500;
/** What Wikimedia grants a client that says who it is, over all its APIs. */
const GRANTED_PER_MINUTE = 200;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		people: { type: "string", default: "200" },
		"photos-per-person": { type: "string", default: "3" },
		"sparql-ms": { type: "string", default: "2000" },
		"api-ms": { type: "string", default: "300" },
		"media-ms": { type: "string", default: "150" },
	},
});
const [sparql, api, media] = (["sparql-ms", "api-ms", "media-ms"] as const).map((flag) =>
	Number(values[flag]),
) as [number, number, number];
const world = await readWorld(positionals[0] ?? "../shared/faces", Number(values.people));
const numBytes = world.files.reduce((sum, { bytes }) => sum + bytes.length, 0) / world.files.length;
console.log(`${tellRun(describeRun("bench:fetch"))}\n`);
console.log(
	`${world.people.length} people; a photo has ${(numBytes / 1000).toFixed(0)} kB; answers take ${sparql} ms (SPARQL), ${api} ms (APIs) and ${media} ms (photos).\n`,
);
console.log(
	"| | photos kept | s | photos kept/s | downloads/s | requests/min | Mbit/s | processor s, with the build | too fast |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
await measure("at the allowed rates", { delaysMs: { sparql, wikidata: api, commons: api, media } });
await measure("without limits or waiting", {
	settings: { WIKIMEDIA_REQUESTS_PER_MINUTE: "100000", WIKIMEDIA_PHOTOS_PER_SECOND: "1000" },
});

interface Conditions {
	/** Of answers. */
	readonly delaysMs?: Partial<Record<Service, number>>;
	/** Rates in place of the command's own, which then are not held against what Wikimedia grants. */
	readonly settings?: Readonly<Record<string, string>>;
}

/** Prints a row: one fetch in a process of its own, as somebody runs it. */
async function measure(name: string, { delaysMs = {}, settings }: Conditions): Promise<void> {
	const askedMs: number[] = [];
	let [startMs, endMs, numTooFast] = [Number.POSITIVE_INFINITY, 0, 0];
	const service = await startStandIn(world, {
		delaysMs,
		failures: (which) => {
			endMs = performance.now();
			startMs = Math.min(startMs, endMs);
			if (which === "media" || settings) return undefined;
			askedMs.push(endMs);
			if (askedMs.filter((ms) => endMs - ms < 60_000).length <= GRANTED_PER_MINUTE) return undefined;
			numTooFast++;
			return "429";
		},
	});
	const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-bench-"));
	try {
		const {
			WIKIMEDIA_REQUESTS_PER_MINUTE: _,
			WIKIMEDIA_PHOTOS_PER_SECOND: __,
			...addresses
		} = service.environment;
		const { numPhotos, processorSeconds } = await fetchInto(folder, { ...addresses, ...settings });
		const seconds = (endMs - startMs) / 1000;
		const { media: numDownloads, ...requests } = service.counts;
		const numRequests = Object.values(requests).reduce((sum, count) => sum + count, 0);
		const cells = [
			numPhotos,
			seconds.toFixed(0),
			(numPhotos / seconds).toFixed(2),
			(numDownloads / seconds).toFixed(2),
			((60 * numRequests) / seconds).toFixed(0),
			((8e-6 * numBytes * numDownloads) / seconds).toFixed(1),
			processorSeconds.toFixed(0),
			numTooFast + service.offences.length,
		];
		console.log(`| ${name} | ${cells.join(" | ")} |`);
	} finally {
		await service.close();
		await rm(folder, { recursive: true });
	}
}

/** @returns photos that were kept, and what the command and its processes took, the gallery's building included */
async function fetchInto(
	folder: string,
	environment: Readonly<Record<string, string>>,
): Promise<{ numPhotos: number; processorSeconds: number }> {
	const program = path.join(PROJECT_FOLDER, "bin", "celebrity-faces.cjs");
	const out = path.join(folder, "bench.gallery");
	const wish = ["--limit", String(world.people.length), "--photos-per-person", values["photos-per-person"]];
	const timed = ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", process.execPath];
	const { stdout, stderr } = await promisify(execFile)(
		"bash",
		[...timed, program, "gallery", "fetch", "--preset", "all", ...wish, "-o", out],
		{ env: { ...process.env, ...environment }, maxBuffer: 1e8 },
	);
	const [user = 0, system = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
	const numPhotos = Number(/^Fetched .* with (\d+) photo/m.exec(stdout)?.[1]);
	return { numPhotos, processorSeconds: user + system };
}

/** @param count of its people, of whom each has a category with all their photos */
async function readWorld(folder: string, count: number): Promise<World> {
	const rows: { photo: string; name: string; collection: string }[] = parse(
		await readFile(path.join(folder, "gallery.csv")),
		{ columns: true },
	);
	const photosOf = new Map<string, string[]>();
	for (const { photo, name } of rows.filter(({ collection }) => collection === "celebrities"))
		photosOf.set(name, [...(photosOf.get(name) ?? []), photo]);
	const chosen = [...photosOf].slice(0, count);
	const categories = Object.fromEntries(
		chosen.map(([name, photos]) => [name, photos.map((_photo, i) => `File:${name} ${i}.jpg`)]),
	);
	const files = await pMap(
		chosen.flatMap(([name, photos]) => photos.map((photo, i) => ({ photo, title: `File:${name} ${i}.jpg` }))),
		async ({ photo, title }): Promise<WorldFile> => {
			const scaled = sharp(await readFile(path.join(folder, photo)), { failOn: "none" }).resize(WIDTH_PX);
			return { title, bytes: await scaled.jpeg({ quality: 85 }).toBuffer() };
		},
		{ concurrency: 2 },
	);
	const people = chosen.map(([name], i) => ({
		id: `Q${100 + i}`,
		name,
		sitelinks: 249 - Math.floor((i * 200) / count),
		born: "1900-01-01T00:00:00Z",
		images: [`File:${name} 0.jpg`],
		category: name,
	}));
	return { people, files, categories };
}
