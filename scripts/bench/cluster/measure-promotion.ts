/**
 * A lost primary whose streaming replica takes its place, under two app servers that answer and a command line that
 * writes; then the old primary comes back with a history of its own, at an address that leads to both.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { Gallery } from "../../../src/gallery/gallery.ts";
import { changeDatabaseGallery } from "../../../src/postgres/change-gallery.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import type { DatabaseGallery } from "../../../src/postgres/database-gallery.ts";
import { pullGallery } from "../../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../../src/postgres/push-gallery.ts";
import { type Answer, ask, expect, Load, namesOf, startApp, tellStatuses, until } from "./app-servers.ts";
import { MovingAddress } from "./moving-address.ts";
import { killServer, restartServer } from "./servers.ts";

const NUM_CLIENTS = 2;
const SCHEMA = "promoted";
/** Answered, or told to come back: the gallery was changed just now, the database is away. */
const FINE: ReadonlySet<number> = new Set([200, 423, 503]);
const COMMAND = path.join(import.meta.dirname, "../../../dist/cli.js");

export interface PromotionParts {
	/** Of the servers, without a schema. */
	readonly primary: string;
	readonly replica: string;
	/** In which they run. */
	readonly tree: string;
	/** Of nginx, and of the app servers behind it. */
	readonly proxy: string;
	readonly appPorts: readonly string[];
	readonly gallery: Gallery;
	/** Two photos of two people. */
	readonly photos: readonly [Uint8Array, Uint8Array];
}

/** Leaves the primary and the replica as two servers that know nothing of one another. */
export async function measurePromotion(parts: PromotionParts): Promise<void> {
	console.log("## The primary is lost for good, and its streaming replica promoted");
	const { primary, replica, tree, proxy, appPorts, gallery, photos } = parts;
	const [old, promoted] = [primary, replica].map((url) => Database.at(`${url}?schema=${SCHEMA}`)) as [
		Database,
		Database,
	];
	const address = await MovingAddress.start(portOf(primary));
	const moving = new URL(`${primary}?schema=${SCHEMA}`);
	moving.port = String(address.port);
	await pushGallery(gallery, old);
	// what is acknowledged is then at the replica, too
	await setAll(primary, "synchronous_standby_names", "'*'");
	const apps = await Promise.all(appPorts.map((port) => startApp(port, moving.href)));
	const load = new Load(proxy);
	load.start(NUM_CLIENTS, { photo: photos[0], path: "/api/v1/match?k=1" });
	const pages = new Load(proxy);
	pages.start(1, { path: "/api/v1/people?limit=5" });
	const writer = new Writer(moving.href, gallery.person(0).name);
	const writing = writer.run();
	await load.awaitAnswers(2 * NUM_CLIENTS);
	await writer.awaitMade(2);

	const lostMs = performance.now();
	await killServer(tree, "primary");
	await withServer(replica, (client) => client.query("SELECT pg_promote()"));
	address.moveTo(portOf(replica));
	const promotedMs = performance.now();
	await until(async () => (await ask(proxy, { photo: photos[0], path: "/api/v1/match?k=1" })).status === 200);
	console.log(
		`promoted ${(promotedMs - lostMs).toFixed(0)} ms after the kill; the next photo is answered ${(performance.now() - promotedMs).toFixed(0)} ms later`,
	);
	await writer.awaitMade(2);
	await load.awaitAnswers(4 * NUM_CLIENTS);
	const [answers, shown] = [await load.stop(), await pages.stop()];
	writer.stop();
	await writing;
	console.log(
		`photos ${tellStatuses(answers)}; pages ${tellStatuses(shown)}; ${writer.made.length} renames made, ${writer.failures.length} told as failed${writer.failures.length > 0 ? ` (${writer.failures.join(", ")})` : ""}`,
	);
	expect(
		[...answers, ...shown].every(({ status }) => FINE.has(status)),
		"whoever asked was answered, or told to come back",
	);
	const { contents } = await pullGallery(promoted);
	const before = gallery.contents();
	expect(
		Buffer.from(contents.embeddings.buffer).equals(Buffer.from(before.embeddings.buffer)) &&
			contents.people.length === before.people.length,
		"everybody is at the promoted server, byte by byte",
	);
	expect(contents.people[0]!.name === writer.made.at(-1), "all that the writer was told is made is there");

	await stranger(parts, { old, promoted, address });
	await Promise.all([...apps.map((app) => app.stop()), old.close(), promoted.close()]);
	await address.stop();
}

/** The old primary comes back at the same address, and both are changed: the same ids mean two people. */
async function stranger(
	{ primary, tree, proxy, photos }: PromotionParts,
	{
		old,
		promoted,
		address,
	}: { readonly old: Database; readonly promoted: Database; readonly address: MovingAddress },
): Promise<void> {
	console.log("the old primary comes back with a change that the promoted one never heard of");
	const questions = photos.map((photo) => ({ photo, path: "/api/v1/match?k=1" }));
	const embeddings = await Promise.all(
		photos.map(async (photo) => {
			const { faces } = JSON.parse((await ask(proxy, { photo, path: "/api/v1/embed" })).text);
			return Float32Array.from(faces[0].embedding as number[]);
		}),
	);
	const usual = [];
	for (const question of questions) usual.push(namesOf(await ask(proxy, question))[0]);
	await restartServer(tree, "primary");
	await setAll(primary, "synchronous_standby_names", "''");
	const [oldNow, promotedNow] = [
		await changeDatabaseGallery(old, "add", adding("Only Old", embeddings[1]!)),
		await changeDatabaseGallery(promoted, "add", adding("Only Promoted", embeddings[0]!)),
	];
	console.log(
		`version ${oldNow.parts.version} and ${promotedNow.parts.version}; their ids ${oldNow.parts.personIds.at(-1)} and ${promotedNow.parts.personIds.at(-1)}`,
	);
	// what each photo may be answered with: by the one history, or by the other
	const right = [new Set(["Only Promoted", usual[0]]), new Set([usual[1], "Only Old"])];
	await until(async () => namesOf(await ask(proxy, questions[0]!))[0] === "Only Promoted");
	address.moveTo(portOf(primary), portOf(promoted.place.connectionString));
	const seen: [number, Answer][] = [];
	const endMs = performance.now() + 30_000;
	await Promise.all(
		questions.map(async (question, i) => {
			while (performance.now() < endMs) seen.push([i, await ask(proxy, question)]);
		}),
	);
	const answered = seen.filter(([, { status }]) => status === 200);
	console.log(`30 s at an address that leads to both: ${tellStatuses(seen.map(([, answer]) => answer))}`);
	const mixed = answered.filter(([i, answer]) => !right[i]!.has(namesOf(answer)[0]));
	expect(mixed.length === 0 && answered.length > 0, "nobody was answered with a mixture of the two");
	expect(
		seen.every(([, { status }]) => FINE.has(status)),
		"whoever asked was answered, or told to come back",
	);
	address.moveTo(portOf(promoted.place.connectionString));
	for (let i = 0; i < 4; i++)
		await until(async () => namesOf(await ask(proxy, questions[0]!))[0] === "Only Promoted");
	expect(true, "once it leads to one again, both app servers are right without a restart\n");
}

const adding = (name: string, embedding: Float32Array) => (before: DatabaseGallery) => ({
	newPeople: [{ name, wikipedia: undefined, collections: [] }],
	newPhotos: [
		{ ...before.photo(0), person: before.people.length, source: `${name}.jpg`, picture: undefined },
	],
	newEmbeddings: embedding,
});

/** Renames somebody by the command line again and again, each time after the last was made. */
class Writer {
	/** Names, as they were made. */
	readonly made: string[] = [];
	readonly failures: string[] = [];
	readonly #address: string;
	#name: string;
	#isOver = false;

	constructor(address: string, name: string) {
		this.#address = address;
		this.#name = name;
	}

	async run(): Promise<void> {
		for (let number = 1; !this.#isOver; ) {
			const name = `Renamed ${number}`;
			const command = spawn(
				process.execPath,
				[COMMAND, "gallery", "rename", this.#address, this.#name, name],
				{
					stdio: ["ignore", "ignore", "pipe"],
				},
			);
			const ended = once(command, "exit");
			const said = await text(command.stderr);
			const [code] = await ended;
			// of one that failed nobody knows, until the next finds no such name
			if (code !== 0 && !said.includes(`"${this.#name}"`)) {
				this.failures.push(said.split("\n")[0]!.slice(0, 60));
				continue;
			}
			this.made.push(name);
			this.#name = name;
			number++;
		}
	}

	/** Until so many more are made. */
	async awaitMade(numMore: number): Promise<void> {
		const wanted = this.made.length + numMore;
		await until(() => this.made.length >= wanted);
	}

	stop(): void {
		this.#isOver = true;
	}
}

function portOf(address: string): number {
	return Number(new URL(address).port);
}

async function setAll(address: string, setting: string, value: string): Promise<void> {
	await withServer(address, async (client) => {
		await client.query(`ALTER SYSTEM SET ${setting} = ${value}`);
		await client.query("SELECT pg_reload_conf()");
	});
}

/** Says something to a server outside of a transaction. */
async function withServer(
	address: string,
	use: (client: Awaited<ReturnType<Database["connectAlone"]>>) => Promise<unknown>,
): Promise<void> {
	const server = Database.at(address);
	const client = await server.connectAlone();
	await use(client).finally(() => client.end());
	await server.close();
}
