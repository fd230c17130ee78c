/**
 * `npm run postgres:cluster -- npm run bench:cluster`: two app servers behind nginx on one database, one of them killed under load; a streaming
 * replica that is killed; one that takes the lost primary's place; a table sharded over two servers. The first of the two brings
 * the servers, all on this machine, and takes them down again. Exits with 1 where something was lost. `-- --seconds 20 --only apps` measures a
 * part (apps, replica, promotion, shards).
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { changeDatabaseGallery } from "../../../src/postgres/change-gallery.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import { pullGallery } from "../../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../../src/postgres/push-gallery.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import type { MeasuredServer } from "../load/measured-server.ts";
import {
	type Answer,
	ask,
	expect,
	kill,
	Load,
	namesOf,
	startApp,
	tellStatuses,
	until,
} from "./app-servers.ts";
import { measurePromotion } from "./measure-promotion.ts";
import { measureShards } from "./measure-shards.ts";
import { killServer, restartServer } from "./servers.ts";

const NUM_CLIENTS = 4;
const SCHEMA = "cluster";
const SEED = 1;

const { values } = parseArgs({
	options: { seconds: { type: "string", default: "20" }, only: { type: "string" } },
});
const seconds = Number(values.seconds);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const environment = (name: string): string => {
	const value = process.env[name];
	if (value) return value;
	console.error(`Expected ${name}. scripts/postgres/cluster.sh sets it.`);
	process.exit(1);
};
const proxy = environment("PROXY_PORT");
const tree = environment("SERVERS_TREE");
const appPorts = environment("APP_PORTS").split(" ") as [string, string];
const [address, replicaAddress] = [environment("DATABASE_URL"), environment("REPLICA_URL")].map(
	(url) => `${url}?schema=${SCHEMA}`,
) as [string, string];
const demo = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);
const [photo, otherPhoto] = (await Promise.all(
	["sample1.jpg", "sample6.jpg"].map((file) => readFile(path.join(demo, file))),
)) as [Buffer, Buffer];
const MATCH = { photo, path: "/api/v1/match?k=1" };

console.log(
	`${tellRun(describeRun("bench:cluster", SEED))} ${availableParallelism()} cores, load average ${tellLoad()}.\n`,
);
const database = Database.at(address);
const gallery = readGallery("data/starter.gallery");
const parts: Readonly<Record<string, () => Promise<void>>> = {
	apps: measureApps,
	replica: measureReplica,
	promotion: () =>
		measurePromotion({
			...{ primary: environment("DATABASE_URL"), replica: environment("REPLICA_URL"), tree },
			...{ proxy, appPorts, gallery, photos: [photo, otherPhoto] },
		}),
	shards: () => measureShards(environment("DATABASE_URL"), environment("SHARD_PORTS").split(" "), SEED),
};
try {
	await pushGallery(gallery, database);
	for (const [name, measure] of Object.entries(parts))
		if (values.only === undefined || values.only === name) await measure();
} finally {
	await database.close();
}
console.log(`Load average at the end ${tellLoad()}.`);

async function measureApps(): Promise<void> {
	console.log(`## Two app servers behind nginx, ${NUM_CLIENTS} clients with a photo`);
	const apps = [await startApp(appPorts[0], address)];
	console.log(`one app server: ${await measureRate()}`);
	apps.push(await startApp(appPorts[1], address));
	console.log(`two app servers: ${await measureRate()}`);
	await killUnderLoad(apps as [MeasuredServer, MeasuredServer]);
}

/** One app server is killed while photos are answered, pages are shown and somebody is renamed. */
async function killUnderLoad([first, second]: [MeasuredServer, MeasuredServer]): Promise<void> {
	const photos = new Load(proxy);
	const pages = new Load(proxy);
	photos.start(NUM_CLIENTS, MATCH);
	pages.start(2, { path: "/api/v1/people?limit=5" });
	await photos.awaitAnswers(2 * NUM_CLIENTS);
	const rename = changeDatabaseGallery(database, "rename", (before) => ({
		people: new Map([[0, { ...before.person(0), aliases: ["Renamed while a server was killed"] }]]),
	}));
	await kill(second);
	await rename;
	await photos.awaitAnswers(4 * NUM_CLIENTS);
	const [withPhoto, pagesSeen] = [await photos.stop(), await pages.stop()];
	console.log(`one killed under load: photos ${tellStatuses(withPhoto)}; pages ${tellStatuses(pagesSeen)}`);
	const failed = withPhoto.filter(({ status }) => status !== 200);
	expect(
		failed.length <= NUM_CLIENTS && failed.every(({ askedPorts }) => askedPorts.includes(appPorts[1])),
		"no photo failed but those that the killed server had",
	);
	expect(
		pagesSeen.every(({ status }) => status === 200),
		"no page failed: nginx asked the other server",
	);
	const { contents } = await pullGallery(database);
	const [before, now] = [gallery.contents(), contents].map(({ people, embeddings }) => ({
		numPeople: people.length,
		embeddings: Buffer.from(embeddings.buffer),
	})) as [{ numPeople: number; embeddings: Buffer }, { numPeople: number; embeddings: Buffer }];
	expect(
		before.numPeople === now.numPeople && before.embeddings.equals(now.embeddings),
		"everybody is still there, byte by byte",
	);
	expect(contents.people[0]!.aliases?.length === 1, "the change that was made meanwhile is made");

	const again = await startApp(appPorts[1], address);
	let numAsked = 0;
	await until(async () => {
		numAsked++;
		return (await ask(proxy, { path: "/api/v1/version" })).askedPorts.includes(appPorts[1]);
	});
	console.log(`started again, it is asked by nginx after ${numAsked} requests; nobody told nginx\n`);
	await Promise.all([first.stop(), again.stop()]);
}

async function measureReplica(): Promise<void> {
	console.log("## A streaming replica, asked by both app servers");
	const apps = await Promise.all(
		appPorts.map((port) => startApp(port, address, { DATABASE_REPLICA: replicaAddress })),
	);
	const replica = Database.at(replicaAddress);
	const before = [await numSearched(database), await numSearched(replica)];
	const first = namesOf(await ask(proxy, MATCH))[0];
	await until(async () => (await numSearched(replica)) > before[1]!);
	expect((await numSearched(database)) === before[0], "the replica searched, the primary did not");

	const [embedding] = JSON.parse((await ask(proxy, { photo, path: "/api/v1/embed" })).text).faces;
	const startMs = performance.now();
	await changeDatabaseGallery(database, "add", (before) => ({
		newPeople: [{ name: "Just Added", wikipedia: undefined, collections: [] }],
		newPhotos: [
			{ ...before.photo(0), person: before.people.length, source: "just-added.jpg", picture: undefined },
		],
		newEmbeddings: Float32Array.from(embedding.embedding as number[]),
	}));
	const changedMs = performance.now();
	await until(async () => namesOf(await ask(proxy, MATCH))[0] === "Just Added");
	console.log(
		`somebody added in ${(changedMs - startMs).toFixed(0)} ms is found at the replica, instead of ${first}, ${(performance.now() - changedMs).toFixed(0)} ms later`,
	);

	const load = new Load(proxy);
	load.start(NUM_CLIENTS, MATCH);
	await load.awaitAnswers(2 * NUM_CLIENTS);
	await killServer(tree, "replica");
	const numBefore = load.answers.length;
	await load.awaitAnswers(5 * NUM_CLIENTS);
	const answers = await load.stop();
	const slowest = (some: readonly Answer[]) => Math.max(...some.map(({ ms }) => ms)).toFixed(0);
	console.log(
		`replica killed under load: ${tellStatuses(answers)}; the slowest answer before ${slowest(answers.slice(0, numBefore))} ms, after ${slowest(answers.slice(numBefore))} ms\n`,
	);
	expect(
		answers.every(({ status }) => status === 200),
		"nobody noticed: the primary answers",
	);
	await replica.close();
	await Promise.all(apps.map((app) => app.stop()));
	await restartServer(tree, "replica");
}

/** How often the photos' table was searched there, as the server counts it. */
async function numSearched(server: Database): Promise<number> {
	const { rows } = await server.read((client) =>
		client.query<{ num: string }>(
			`SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS num
			FROM pg_stat_user_tables WHERE schemaname = '${SCHEMA}' AND relname = 'embeddings'`,
		),
	);
	return Number(rows[0]?.num ?? 0);
}

async function measureRate(): Promise<string> {
	await ask(proxy, MATCH);
	const load = new Load(proxy);
	const startMs = performance.now();
	load.start(NUM_CLIENTS, MATCH);
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
	const answers = await load.stop();
	const perSecond = (1000 * answers.length) / (performance.now() - startMs);
	const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
	const quantile = (share: number) =>
		times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(0);
	return `${perSecond.toFixed(1)} answers/s in ${seconds} s, p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms (${tellStatuses(answers)})`;
}

function tellLoad(): string {
	return loadavg()[0]!.toFixed(1);
}
