/**
 * The gallery in a database, over the real wire protocol: on PostgreSQL in WebAssembly, or on the server at DATABASE_URL.
 * One file (*.cases.ts are part of it), as starting the database takes longer than all that is asked of it.
 */
import { inspect } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { DenyList } from "../../src/gallery/people/deny-list.ts";
import type { ReadableGallery } from "../../src/gallery/readable-gallery.ts";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import { Database } from "../../src/postgres/connection/database.ts";
import type { DatabaseGallery } from "../../src/postgres/database-gallery.ts";
import { readDenied } from "../../src/postgres/denied.ts";
import { LiveDatabaseGallery } from "../../src/postgres/live-database-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { createGalleryOfParts, describeReadableGallery } from "../gallery/readable-gallery.cases.ts";
import { type PgliteServer, startPglite } from "../helpers/servers/pglite-server.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { photoForm, startApp } from "../web/start-app.ts";
import { describeAdministering } from "./administering.cases.ts";
import { describeBuilding } from "./building.cases.ts";
import { describeExchange } from "./exchange.cases.ts";
import { describeLooking } from "./looking.cases.ts";
import { describeLosing } from "./lost.cases.ts";
import { describeMeddling } from "./meddled.cases.ts";
import { describePulling } from "./pulling.cases.ts";
import { describeReplacing } from "./replacing.cases.ts";

const { DATABASE_URL } = process.env;
let server: PgliteServer | undefined;
let address: string;
const opened: Database[] = [];

function sumOf(vectors: readonly Float32Array[]): Float32Array {
	const [first, ...others] = vectors as [Float32Array, ...Float32Array[]];
	return first.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value));
}

function toUnit(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}

/** A database with a schema that no other test has. */
function openSchema(name: string): Database {
	const url = new URL(address);
	url.searchParams.set("schema", `test_${process.pid}_${name}`);
	const database = Database.at(url.href, { maxConnections: 4, timeoutMs: 60_000 });
	opened.push(database);
	return database;
}

/** As another process would open it; to be closed by whoever asked. */
function openSchemaOf({ place }: Pick<Database, "place">): Database {
	return Database.at(addressOf({ place }), { maxConnections: 2, timeoutMs: 60_000 });
}

function addressOf({ place }: Pick<Database, "place">): string {
	const url = new URL(address);
	url.searchParams.set("schema", place.schema);
	return url.href;
}

beforeAll(async () => {
	server = DATABASE_URL === undefined ? await startPglite() : undefined;
	address = DATABASE_URL ?? `postgres://postgres@127.0.0.1:${server!.port}/postgres`;
});

afterAll(async () => {
	for (const database of opened) {
		await database
			.change(async (client) => {
				for (const end of ["", "_loading", "_building"])
					await client.query(`DROP SCHEMA IF EXISTS ${database.place.schema}${end} CASCADE`);
			})
			.finally(() => database.close());
	}
	await server?.stop();
});

describeReadableGallery("a gallery in a database", async (gallery) => {
	const database = openSchema("cases");
	await pushGallery(gallery, database);
	return readDatabaseGallery(database, "made-1");
});

it("A visitor's embedding is in no statement's text, which a server logs where it fails", async () => {
	const { gallery, strangers } = createGalleryOfParts();
	const database = openSchema("private");
	await pushGallery(gallery, database);
	const asked = await readDatabaseGallery(database);
	const query = vi.spyOn(pg.Client.prototype, "query");
	onTestFinished(() => query.mockRestore());
	await asked.findPeople(strangers[0]!, 3);
	const texts = query.mock.calls.map(([statement]) => String(statement)).join("\n");
	expect(texts).toContain("FROM embeddings");
	for (const number of strangers[0]!) expect(texts).not.toContain(String(number));
});

describe("changeDatabaseGallery", () => {
	const { gallery, strangers } = createGalleryOfParts();
	let database: Database;
	beforeAll(async () => {
		database = openSchema("change");
		await pushGallery(gallery, database);
	});
	const contentsOf = (asked: ReadableGallery) => ({
		people: asked.people,
		photos: asked.rows().map((row) => asked.photo(row)),
	});
	/** What was read of it bit by bit is what is there. */
	const expectSame = async (after: DatabaseGallery) => {
		expect(contentsOf(after)).toEqual(contentsOf(await readDatabaseGallery(database)));
		const rows = after.rows().slice(-3);
		const [template] = await after.templatesOf([after.personOf(rows[2]!)]);
		const own = after.rows().filter((row) => after.personOf(row) === after.personOf(rows[2]!));
		const mean = toUnit(sumOf(await after.embeddingsOf(own)));
		expect(Math.max(...mean.map((value, i) => Math.abs(value - template![i]!)))).toBeLessThan(1e-6);
	};

	it("adds photos of people who are there and of new ones, who are then found", async () => {
		const photo = gallery.photo(0);
		const added = (person: number, source: string) => ({ ...photo, person, source });
		const after = await changeDatabaseGallery(database, "add", ({ people }) => ({
			people: new Map([[3, { ...people[3]!, knownFor: "tests" }]]),
			newPeople: [{ name: "New One", wikipedia: undefined, collections: ["film"] }],
			newPhotos: [added(people.length, "new.jpg"), added(3, "further.jpg")],
			newEmbeddings: Float32Array.from([...strangers[0]!, ...strangers[1]!]),
		}));
		expect([after.numPeople, after.numPhotos]).toEqual([61, 182]);
		expect(after.person(3).knownFor).toBe("tests");
		const [found] = await after.findPeople(strangers[0]!, 1);
		expect(after.person(found!.person).name).toBe("New One");
		expect(after.source(found!.row)).toBe("new.jpg");
		await expectSame(after);
	});

	it("removes people with all their photos, keeps them out, and never gives their ids again", async () => {
		const before = await readDatabaseGallery(database);
		const number = before.people.findIndex(({ name }) => name === "New One");
		const removed = before.rows().filter((row) => before.personOf(row) === number);
		const denied = [before.person(number)];
		const after = await changeDatabaseGallery(database, "remove", () => ({ removed, denied }));
		expect([after.numPeople, after.numPhotos]).toEqual([60, 181]);
		await expectSame(after);
		const list = new DenyList(await database.read(readDenied));
		expect(list.reasonFor(denied[0]!)).toBe("removed");
		expect(list.reasonForPhoto("new.jpg")).toBe("removed");
		expect(inspect(await database.read(readDenied))).not.toContain("New One");
		const again = await changeDatabaseGallery(database, "add", ({ people }) => ({
			newPeople: [{ name: "Another", wikipedia: undefined, collections: [] }],
			newPhotos: [{ ...gallery.photo(0), person: people.length, source: "another.jpg" }],
			newEmbeddings: strangers[2]!,
		}));
		const lastId = ({ parts }: DatabaseGallery) => parts.personIds.at(-1)!;
		expect(lastId(again)).toBeGreaterThan(lastId(before));
	});

	it("makes one person of two", async () => {
		const before = await readDatabaseGallery(database);
		const rows = before.rows().filter((row) => before.personOf(row) === 20);
		const moved = new Map(rows.map((row) => [row, 21]));
		const after = await changeDatabaseGallery(database, "merge", () => ({ moved }));
		expect(after.numPeople).toBe(before.numPeople - 1);
		const names = rows.map((row) => after.person(after.personOf(row)).name);
		expect(new Set(names)).toEqual(new Set(["Person 21"]));
		await expectSame(after);
	});

	it("thinks again where somebody else was faster, and is heard by whoever serves the gallery", async () => {
		const live = await LiveDatabaseGallery.open(openSchemaOf(database), {
			pipelineVersion: "made-1",
			onChange: () => {},
			onFailure: () => {},
			intervalMs: 200,
		});
		const rename = (name: string) => (before: DatabaseGallery) => ({
			people: new Map([
				[30, { ...before.person(30), aliases: [...(before.person(30).aliases ?? []), name] }],
			]),
		});
		let tries = 0;
		await changeDatabaseGallery(database, "rename", async (before) => {
			if (tries++ === 0) await changeDatabaseGallery(database, "rename", rename("first"));
			return rename("second")(before);
		});
		expect(tries).toBe(2);
		await expect.poll(() => live.current.person(30).aliases).toEqual(["first", "second"]);
		await live.close();
	});
});

describe("LiveDatabaseGallery", () => {
	const { gallery, known } = createGalleryOfParts();
	const follow = async (database: Database) => {
		const failures: unknown[] = [];
		const changes: number[] = [];
		let numReturns = 0;
		const live = await LiveDatabaseGallery.open(openSchemaOf(database), {
			pipelineVersion: "made-1",
			onChange: ({ numPhotos }) => changes.push(numPhotos),
			onFailure: (error) => failures.push(error),
			onReturn: () => {
				numReturns++;
			},
			intervalMs: 200,
		});
		return { live, failures, changes, numReturns: () => numReturns };
	};

	it("takes over a gallery that is pushed while it is served, and keeps what somebody asks", async () => {
		const database = openSchema("live");
		await pushGallery(gallery, database);
		const { live, changes } = await follow(database);
		const before = live.current;
		await pushGallery(gallery.removing([0, 1]), database);
		await expect.poll(() => live.current.numPhotos).toBe(178);
		expect(changes).toEqual([178]);
		expect(before.numPhotos).toBe(180);
		await live.close();
	});

	// a server of our own can be stopped; another's is not ours to stop
	it.skipIf(DATABASE_URL !== undefined)("survives a database that goes away and comes back", async () => {
		const database = openSchema("gone");
		await pushGallery(gallery, database);
		const { live, failures, numReturns } = await follow(database);
		expect(live.isReachable).toBe(true);
		await server!.goAway();
		await expect.poll(() => live.isReachable).toBe(false);
		const asked = live.current.findPeople(known[0]!, 7);
		await expect(asked).rejects.toMatchObject({
			code: "DATABASE_UNAVAILABLE",
			message: "The gallery's database does not answer at the moment.",
		});
		expect(live.current.numPeople).toBe(60);
		await server!.comeBack();
		await expect.poll(() => live.isReachable).toBe(true);
		expect(await live.current.findPeople(known[0]!, 7)).toHaveLength(7);
		expect([failures.length, numReturns()]).toEqual([1, 1]);
		await live.close();
	});
});

describe("the pages", () => {
	it("about people are those of the gallery in the database", async () => {
		const { gallery } = createGalleryOfParts();
		const database = openSchema("pages");
		await pushGallery(gallery, database);
		const served = { gallery: await readDatabaseGallery(database), strangers: undefined };
		const apps = await Promise.all([
			startApp({ askGallery: () => served }),
			startApp({ askGallery: () => ({ gallery, strangers: undefined }) }),
		]);
		for (const path of [
			"/people?q=renee",
			"/people/person-12",
			"/credits",
			"/lookalikes",
			"/api/v1/people/person-12?k=3",
			"/api/v1/people?q=person&limit=5",
		]) {
			const [answer, expected] = await Promise.all(apps.map(({ url }) => fetch(url + path)));
			expect([path, answer!.status]).toEqual([path, 200]);
			expect(await shownIn(answer!)).toEqual(await shownIn(expected!));
		}
		await Promise.all(apps.map((app) => app.close()));
	});

	it("name the search that the database makes", async () => {
		const { gallery } = createGalleryOfParts();
		const database = openSchema("named");
		await pushGallery(gallery, database);
		const { indexName } = await readDatabaseGallery(database);
		const app = await startApp({ findLookalikes: async () => fakeAnswer({ exact: true, indexName }) });
		onTestFinished(() => app.close());
		const form = photoForm({ exact: "true" });
		const html = await (await fetch(`${app.url}/match`, { method: "POST", body: form })).text();
		expect(html).toContain("HNSW");
		expect(html).not.toMatch(/\bLSH\b/);
	});

	/** Without what differs from one server and request to the next, and the last digits of cosines. */
	const shownIn = async (response: Response) =>
		(await response.text())
			.replaceAll(/127\.0\.0\.1:\d+/g, "host")
			.replaceAll(/nonce(="|-)[^"']+/g, "nonce")
			.replaceAll(/(0\.\d{4})\d+/g, "$1");
});

describeExchange(openSchema, DATABASE_URL !== undefined);
describeReplacing(openSchema, addressOf, DATABASE_URL !== undefined);
describeBuilding(openSchema, addressOf);
describeLooking(openSchema, addressOf);
describePulling(openSchema, addressOf);
describeAdministering(openSchema, addressOf);
describeLosing(openSchema, addressOf);
describeMeddling(openSchema);
