/** What a push replaces, and what it leaves alone, on the server that the test file has. */
import { EventEmitter, once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Gallery } from "../../src/gallery/gallery.ts";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import { type Client, Database } from "../../src/postgres/connection/database.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import { pullGallery } from "../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { expectOwnSchema } from "../../src/postgres/take-place.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { startDatabaseProxy } from "../helpers/servers/database-proxy.ts";

/**
 * @param openSchema a database with a schema that no other test has
 * @param addressOf a schema's, for another process
 * @param canAskMeanwhile see describeExchange
 */
export function describeReplacing(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
	canAskMeanwhile: boolean,
): void {
	const { gallery } = createGalleryOfParts();

	describe("what is there when a gallery is pushed", () => {
		it("begins anew where what it brought before is no longer what it was", async () => {
			const database = openSchema("meddled_load");
			const stop = new AbortController();
			const onProgress = () => stop.abort(new Error("stopped"));
			const interrupted = pushGallery(gallery, database, { batchSize: 50, onProgress, signal: stop.signal });
			await expect(interrupted).rejects.toThrow("stopped");
			await database
				.inSchema(`${database.place.schema}_loading`)
				.change((client) => client.query("UPDATE photos SET source = 'other.jpg' WHERE id = 0"));
			await expect(pushGallery(gallery, database)).rejects.toMatchObject({ code: "INDEX_CORRUPT" });
			expect(await pushGallery(gallery, database)).toMatchObject({ numResumed: 0 });
			expect((await pullGallery(database)).contents).toEqual(gallery.contents());
		});

		it("stays where somebody else began to push another one to the same place, which goes on", async () => {
			const database = openSchema("two_pushes");
			const before = gallery.removing([0, 1, 2]);
			await pushGallery(before, database);
			const proxy = await startDatabaseProxy(addressOf(database));
			const slow = Database.at(proxy.address, { maxConnections: 4, timeoutMs: 60_000 });
			onTestFinished(async () => {
				await slow.close();
				await proxy.stop();
			});
			// all is loaded and verified, and nothing is locked
			const held = proxy.holdAt(/hnsw\.ef_search/);
			const first = pushGallery(gallery, slow).catch((error: unknown) => error);
			const release = await held;
			const other = gallery.removing([3, 4, 5]);
			const stop = new AbortController();
			const onProgress = () => stop.abort(new Error("stopped"));
			const second = pushGallery(other, database, { batchSize: 50, onProgress, signal: stop.signal });
			await expect(second).rejects.toThrow("stopped");
			release();
			expect(await first).toMatchObject({ code: "FILE_IN_USE" });
			expect((await pullGallery(database)).contents).toEqual(before.contents());
			expect(await pushGallery(other, database)).toMatchObject({ numResumed: 50 });
			expect((await pullGallery(database)).contents).toEqual(other.contents());
		});

		it("is one of those that are pushed at the same time, and whole", async () => {
			const database = openSchema("pushed_at_once");
			await pushGallery(gallery, database);
			const galleries = [[0], [1, 2], [1, 2]].map((rows) => gallery.removing(rows));
			const pushes = await Promise.allSettled(
				galleries.map((one) => pushGallery(one, database, { batchSize: 40 })),
			);
			for (const push of pushes)
				if (push.status === "rejected") expect(push.reason).toMatchObject({ code: "FILE_IN_USE" });
			const { contents } = await pullGallery(database);
			const isThere = (one: Gallery) => isDeepStrictEqual(one.contents(), contents);
			const made = galleries.filter((_, i) => pushes[i]!.status === "fulfilled");
			expect((made.length > 0 ? made : [gallery]).some(isThere)).toBe(true);
			// whatever is left of the others is in nobody's way
			await pushGallery(gallery, database);
			expect((await pullGallery(database)).contents).toEqual(gallery.contents());
		});

		it("takes the place of tables without a gallery", async () => {
			const database = openSchema("migrated");
			await database.createExtension();
			await migrate(database);
			await pushGallery(gallery, database);
			expect((await readDatabaseGallery(database)).parts.version).toBe(1);
		});

		it("is not begun by who does not own it, and could not replace it in the end", async () => {
			const database = openSchema("owned");
			const { schema } = database.place;
			await pushGallery(gallery, database);
			const role = `${schema}_owner`;
			await database.change((client) => client.query(`CREATE ROLE ${role}`));
			await expect(
				database.change(async (client) => {
					await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}; SET LOCAL ROLE ${role}`);
					const read = (use: (asRole: Client) => Promise<unknown>) => use(client);
					await expectOwnSchema({ place: database.place, read } as unknown as Database);
				}),
			).rejects.toMatchObject({
				code: "DATABASE_REFUSED",
				message: expect.stringContaining("Expected to own"),
			});
			await database.change((client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
		});

		it("takes nobody's tables along, neither from the gallery's schema nor from others", async () => {
			const database = openSchema("shared");
			const { schema } = database.place;
			await database.createExtension();
			const mine = `${schema}.people`;
			await database.change((client) =>
				client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${mine} (id integer)`),
			);
			await expect(pushGallery(gallery, database)).rejects.toMatchObject({
				code: "DATABASE_UNFIT",
				message: expect.stringContaining("it also holds e.g. people"),
			});
			await database.change((client) => client.query(`DROP TABLE ${mine}`));
			await pushGallery(gallery, database);
			const view = `${schema}_loading_names`;
			await database.change((client) =>
				client.query(`CREATE SCHEMA ${view}; CREATE VIEW ${view}.names AS SELECT name FROM ${mine}`),
			);
			await expect(pushGallery(gallery.removing([0]), database)).rejects.toMatchObject({
				code: "DATABASE_UNFIT",
				message: expect.stringContaining("depends on its tables"),
			});
			expect((await pullGallery(database)).contents).toEqual(gallery.contents());
			await database.change((client) => client.query(`DROP SCHEMA ${view} CASCADE`));
			expect(await pushGallery(gallery.removing([0]), database)).toMatchObject({ numResumed: 179 });
		});

		it("leaves out whom somebody removed there since, and photos that were", async () => {
			const database = openSchema("removed_since");
			await pushGallery(gallery, database);
			await changeDatabaseGallery(database, "remove", (before) => ({
				removed: [...before.rows().filter((row) => before.personOf(row) === 3), 30],
				denied: [before.person(3)],
			}));
			expect(await pushGallery(gallery, database)).toMatchObject({ numPhotos: 176, numKeptOut: 4 });
			const after = await readDatabaseGallery(database);
			expect(after.people.map(({ name }) => name)).not.toContain("Person 3");
			expect(after.rows().map((row) => after.source(row))).not.toContain(gallery.source(30));
		});

		it.skipIf(!canAskMeanwhile)("keeps out whom a change removes that is under way meanwhile", async () => {
			const database = openSchema("meanwhile");
			await pushGallery(gallery, database);
			const moments = new EventEmitter();
			const waits = once(moments, "waits");
			const begun = once(moments, "begun");
			const change = database.change(async (client) => {
				await client.query("SELECT FROM gallery FOR UPDATE");
				moments.emit("begun");
				await waits;
				await client.query("INSERT INTO denied (name, reason) VALUES ('Person 3', 'removed')");
			});
			await begun;
			const push = pushGallery(gallery, database, { onWait: () => moments.emit("waits") });
			await expect(push).rejects.toMatchObject({ code: "GALLERY_BUSY" });
			await change;
			expect(await pushGallery(gallery, database)).toMatchObject({ numResumed: 0, numKeptOut: 3 });
			const { contents, denied } = await pullGallery(database);
			expect(denied).toEqual([{ name: "Person 3", reason: "removed" }]);
			expect(contents.people.map(({ name }) => name)).not.toContain("Person 3");
		});

		it.each(["user", "order"])("is told that a schema can't be called %s", async (word) => {
			const odd = openSchema("odd").inSchema(word);
			await expect(migrate(odd)).rejects.toMatchObject({
				code: "INVALID_SETTING",
				message: expect.stringContaining(`word of SQL, as \`${word}\` is`),
			});
		});
	});
}
