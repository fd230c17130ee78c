/**
 * `npm run bench:postgres`: the gallery in memory beside the one in a database, over the same made faces, at equal recall:
 * load, index, bytes, times of searches with several clients, and a change of one person. The database is at DATABASE_URL
 * (`npm run postgres:debian -- npm run bench:postgres` brings one). Seeded: `-- --photos 10000,100000 --seed 1`.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { withFreshScale } from "../../../src/gallery/matching/measure-gallery.ts";
import type { ReadableGallery } from "../../../src/gallery/readable-gallery.ts";
import { changeDatabaseGallery } from "../../../src/postgres/change-gallery.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import type { DatabaseGallery } from "../../../src/postgres/database-gallery.ts";
import { pushGallery } from "../../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../../src/postgres/read-gallery.ts";
import { madeContents } from "../../../test/helpers/galleries/face-like-gallery.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { type BenchData, createFaceLike, DIMENSION } from "../search/data-sets.ts";

const NUM_QUERIES = 200;
const NUM_CHANGES = 11;
const K = 7;
const RECALL = 0.95;
const CLIENTS = [1, 8, 32] as const;
/** Of each of them, before anything is counted. */
const NUM_WARM_UP = 100;
/** Between two lines on how far an index is. */
const TELL_MS = 10_000;

const { values } = parseArgs({
	options: {
		photos: { type: "string", default: "10000,100000" },
		seed: { type: "string", default: "1" },
	},
});
const seed = Number(values.seed);
const { DATABASE_URL } = process.env;
if (DATABASE_URL === undefined) {
	console.error(
		"Expected DATABASE_URL. `npm run postgres:debian -- npm run bench:postgres` brings a server.",
	);
	process.exit(1);
}
console.log(`${tellRun(describeRun("bench:postgres", seed))}\n`);
for (const numPhotos of values.photos.split(",").map(Number)) {
	await measure(createFaceLike(numPhotos, Math.ceil(numPhotos / 3), NUM_QUERIES, seed), DATABASE_URL);
}

async function measure(data: BenchData, address: string): Promise<void> {
	const numPhotos = data.groups.length;
	console.log(`## ${numPhotos} photos`);
	const [gallery, buildMs] = await timed(async () =>
		withFreshScale(Gallery.build(madeContents({ ...data, dimension: DIMENSION })), undefined),
	);
	const bytes = gallery.encode().byteLength;
	console.log(`memory: build ${inSeconds(buildMs)}, file ${inBytes(bytes, numPhotos)}`);

	const url = new URL(address);
	url.searchParams.set("schema", "bench");
	const database = Database.at(url.href, { maxConnections: Math.max(...CLIENTS), timeoutMs: 120_000 });
	try {
		let loadedMs = 0;
		const startMs = performance.now();
		const onProgress = () => {
			loadedMs = performance.now() - startMs;
		};
		let indexedMs = 0;
		let toldMs = 0;
		const onIndexing = (done: number, total: number) => {
			indexedMs = performance.now() - startMs;
			if (indexedMs - toldMs < TELL_MS && done < total) return;
			toldMs = indexedMs;
			console.error(`index: ${done} of ${total} blocks after ${inSeconds(indexedMs - loadedMs)}`);
		};
		await pushGallery(gallery, database, { onProgress, onIndexing });
		const pushMs = performance.now() - startMs;
		const [served, openMs] = await timed(() => readDatabaseGallery(database));
		console.log(
			`database: load ${inSeconds(loadedMs)}, checksums and index ${inSeconds(indexedMs - loadedMs)}, push with calibration ${inSeconds(pushMs)}, open ${inSeconds(openMs)}`,
		);
		await tellSizes(database, numPhotos);
		console.log(
			`calibration: ${served.parts.calibration.map(({ efSearch, recall }) => `${efSearch}: ${recall.toFixed(3)}`).join(", ")}`,
		);
		for (const numClients of CLIENTS) {
			await search("memory, exact", gallery, gallery, data, numClients, "exact");
			await search("memory, index", gallery, gallery, data, numClients, "lsh");
			await search("database, index", served, gallery, data, numClients, "lsh");
		}
		await search("database, exact", served, gallery, data, 1, "exact");
		await change(database, gallery, served);
	} finally {
		await database.change((client) => client.query("DROP SCHEMA IF EXISTS bench CASCADE"));
		await database.close();
	}
}

/** Asks for strangers by so many clients at once, each when it has its answer. */
async function search(
	name: string,
	asked: ReadableGallery,
	truth: Gallery,
	{ strangers }: BenchData,
	numClients: number,
	how: "exact" | "lsh",
): Promise<void> {
	const ask = (query: Float32Array) => asked.findPeople(query, K, how, { recall: RECALL });
	const numAsked = how === "exact" && asked !== truth ? strangers.length / 4 : strangers.length * 4;
	const queryOf = (i: number) => strangers[i % strangers.length]!;
	for (let i = 0; i < Math.min(NUM_WARM_UP, numAsked); i++) await ask(queryOf(i));
	const times: number[] = [];
	let next = 0;
	const startMs = performance.now();
	await Promise.all(
		Array.from({ length: numClients }, async () => {
			while (next < numAsked) {
				const query = queryOf(next++);
				const askedMs = performance.now();
				await ask(query);
				times.push(performance.now() - askedMs);
			}
		}),
	);
	const perSecond = (1000 * numAsked) / (performance.now() - startMs);
	const sorted = times.toSorted((a, b) => a - b);
	const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
	const recall = await recallOf(asked, truth, strangers, how);
	console.log(
		`${name}, ${numClients} clients: p50 ${quantile(0.5).toFixed(2)} ms, p99 ${quantile(0.99).toFixed(2)} ms, ${perSecond.toFixed(0)}/s, recall@${K} ${recall.toFixed(3)}`,
	);
}

async function recallOf(
	asked: ReadableGallery,
	truth: Gallery,
	queries: readonly Float32Array[],
	how: "exact" | "lsh",
): Promise<number> {
	let hits = 0;
	for (const query of queries.slice(0, 100)) {
		const right = truth.findPeople(query, K, "exact").map(({ row }) => truth.source(row));
		const found = await asked.findPeople(query, K, how, { recall: RECALL });
		hits += found.filter(({ row }) => right.includes(asked.source(row))).length;
	}
	return hits / (K * Math.min(100, queries.length));
}

async function change(database: Database, gallery: Gallery, served: DatabaseGallery): Promise<void> {
	const memory: number[] = [];
	const inDatabase: number[] = [];
	const taken: number[] = [];
	let before = served;
	for (let i = 0; i < NUM_CHANGES; i++) {
		const rows = gallery.templates.rowsOf(i);
		memory.push((await timed(async () => gallery.removing(rows)))[1]);
		const removed = before.rows().filter((row) => before.person(before.personOf(row)).name === `Person ${i}`);
		const known = before;
		const [after, ms] = await timed(() => changeDatabaseGallery(database, "remove", () => ({ removed })));
		inDatabase.push(ms);
		taken.push((await timed(() => readDatabaseGallery(database, undefined, { before: known })))[1]);
		before = after;
	}
	const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!.toFixed(1);
	console.log(
		`one person removed, median: memory ${median(memory)} ms; database ${median(inDatabase)} ms with reading all of it first; taken over by a server in ${median(taken)} ms\n`,
	);
}

async function tellSizes(database: Database, numPhotos: number): Promise<void> {
	const { rows } = await database.read((client) =>
		client.query<{ name: string; bytes: string }>(
			`SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
			WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r' AND relname IN ('people', 'photos', 'embeddings')
			UNION ALL SELECT 'index of them', pg_relation_size('embeddings_nearest')`,
		),
	);
	console.log(rows.map(({ name, bytes }) => `${name} ${inBytes(Number(bytes), numPhotos)}`).join(", "));
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, ms: number]> {
	const startMs = performance.now();
	const result = await work();
	return [result, performance.now() - startMs];
}

function inSeconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

function inBytes(bytes: number, numPhotos: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB (${Math.round(bytes / numPhotos)} B a photo)`;
}
