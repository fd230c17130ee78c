/** What is made of a database that is lost in the middle of something, on the server that the test file has. */
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import { Database } from "../../src/postgres/connection/database.ts";
import { LiveDatabaseGallery } from "../../src/postgres/live-database-gallery.ts";
import { pullGallery } from "../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { startDatabaseProxy } from "../helpers/servers/database-proxy.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** Of a part, in photos: 180 come in several. */
const BATCH_SIZE = 50;

/** @param openSchema a database with a schema that no other test has @param addressOf a schema's, for another process */
export function describeLosing(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
): void {
	const { gallery, strangers } = createGalleryOfParts();

	/** The same gallery's database by a way that can be cut. */
	const byProxy = async (name: string) => {
		const database = openSchema(name);
		const proxy = await startDatabaseProxy(addressOf(database));
		const lossy = Database.at(proxy.address, { maxConnections: 4, timeoutMs: 60_000 });
		onTestFinished(async () => {
			await lossy.close();
			await proxy.stop();
		});
		return { database, proxy, lossy };
	};
	const contentsIn = async (database: Database) => (await pullGallery(database)).contents;

	describe("a database that is lost", () => {
		it.each([
			["loaded", /COPY embeddings/],
			["indexed", /USING hnsw/],
			["calibrated", /INSERT INTO calibration/],
			["put_in_place", /ALTER SCHEMA/],
		])("while a gallery is %s leaves the one before, and the same push goes on", async (name, question) => {
			const { database, proxy, lossy } = await byProxy(`lost_${name}`);
			const before = gallery.removing([0, 1, 2]);
			await pushGallery(before, database);
			const cut = proxy.cutAt({ questions: [question] });
			await expect(pushGallery(gallery, lossy, { batchSize: BATCH_SIZE })).rejects.toMatchObject({
				code: "DATABASE_UNAVAILABLE",
			});
			await cut;
			expect(await contentsIn(database)).toEqual(before.contents());
			const { numResumed } = await pushGallery(gallery, lossy, { batchSize: BATCH_SIZE });
			expect(numResumed).toBe(name === "loaded" ? 0 : gallery.numPhotos);
			expect(await contentsIn(database)).toEqual(gallery.contents());
		});

		it("while a gallery is pulled is asked again, for what has not come yet", async () => {
			const { database, proxy, lossy } = await byProxy("lost_pulled");
			await pushGallery(gallery, database);
			const cut = proxy.cutAt({ questions: [/FROM embeddings WHERE photo >= 100/] });
			const partsFolder = path.join(await temporaryFolder(), "copy.gallery.pulling");
			const { contents, numResumed } = await pullGallery(lossy, { batchSize: BATCH_SIZE, partsFolder });
			await cut;
			expect([numResumed, contents]).toEqual([100, gallery.contents()]);
		});

		it("without a word while a server reads what was changed is given up, and read the next time", async () => {
			const { database, proxy } = await byProxy("lost_silent");
			await pushGallery(gallery, database);
			const failures: unknown[] = [];
			const served = Database.at(proxy.address, { timeoutMs: 60_000 });
			const live = await LiveDatabaseGallery.open(served, {
				...{ pipelineVersion: "made-1", onChange: () => {}, intervalMs: 600_000 },
				onFailure: (error) => failures.push(error),
			});
			onTestFinished(() => live.close());
			await changeDatabaseGallery(database, "remove", () => ({ removed: [0, 1, 2] }));
			await live.refresh();
			// whoever opens it waits for a busy machine, and the test not for long
			Object.assign(served, { timeoutMs: 1000 });
			const held = proxy.holdAt(/COPY \(SELECT id, name/);
			await changeDatabaseGallery(database, "remove", () => ({ removed: [0, 1, 2] }));
			// it may have heard of the change by itself
			await Promise.all([held, live.refresh()]);
			await expect.poll(() => failures).toMatchObject([{ code: "DATABASE_UNAVAILABLE" }]);
			Object.assign(served, { timeoutMs: 60_000 });
			await live.refresh();
			expect([live.isReachable, live.current.numPhotos]).toEqual([true, 174]);
		});

		/** The last that is said of a change, and the end of its transaction. */
		const questions = [/NOTIFY/, /COMMIT/];
		const somebody = {
			...{ newPeople: [{ name: "New One", wikipedia: undefined, collections: [] }] },
			newEmbeddings: strangers[0]!,
		};
		const add = (database: Database) =>
			changeDatabaseGallery(database, "add", ({ people }) => ({
				...somebody,
				newPhotos: [{ ...gallery.photo(0), person: people.length, source: "new.jpg" }],
			}));
		const changesIn = (database: Database) =>
			database.read(async (client) => {
				const { rows } = await client.query("SELECT operation FROM audit ORDER BY version");
				return rows.map(({ operation }) => operation);
			});

		it.each([false, true])("as it is told to make a change has it made once (heard: %s)", async (isHeard) => {
			const { database, proxy, lossy } = await byProxy(`lost_change_${isHeard}`);
			await pushGallery(gallery, database);
			const cut = proxy.cutAt({ questions, isHeard });
			const after = await add(lossy);
			await cut;
			expect(after.numPhotos).toBe(gallery.numPhotos + 1);
			expect((await contentsIn(database)).people.at(-1)).toMatchObject({ name: "New One" });
			expect(await changesIn(database)).toEqual(["push", "add"]);
		});

		it("for good says that nobody knows whether a change was made", async () => {
			const { database, proxy, lossy } = await byProxy("lost_for_good");
			await pushGallery(gallery, database);
			const cut = proxy.cutAt({ questions, isHeard: true, isForGood: true });
			await expect(add(lossy)).rejects.toMatchObject({
				code: "CHANGE_INTERRUPTED",
				hint: expect.stringContaining("as a whole or not at all"),
			});
			await cut;
			expect(await changesIn(database)).toEqual(["push", "add"]);
		});
	});
}
