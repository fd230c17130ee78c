/** Changes that the API asks for, made in a database, on the server that the test file has. */
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { AuditLog } from "../../src/administration/audit-log.ts";
import { applyToDatabase } from "../../src/administration/change-database.ts";
import { GalleryAdministration } from "../../src/administration/gallery-administration.ts";
import { readConfig } from "../../src/config/config.ts";
import { PeopleDirectory } from "../../src/gallery/browse/people-directory.ts";
import { pictureNameOf } from "../../src/gallery/folder/pictures.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import { personKey } from "../../src/gallery/person.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { openForChanges } from "../../src/open-gallery.ts";
import type { GalleryChange, UploadedPhotos } from "../../src/pipeline/change/gallery-change.ts";
import { Database } from "../../src/postgres/connection/database.ts";
import { expectWriter } from "../../src/postgres/expect-writer.ts";
import { LiveDatabaseGallery } from "../../src/postgres/live-database-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { startDatabaseProxy } from "../helpers/servers/database-proxy.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** @param openSchema a database with a schema that no other test has @param addressOf a schema's, for another process */
export function describeAdministering(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
): void {
	const { gallery: made, strangers } = createGalleryOfParts();
	// of a model of which it is known how alike two photos of one person are
	const { pipelineVersion } = embeddingModel("face-api");
	const gallery = Gallery.build({ ...made.contents(), pipelineVersion });
	const pictures = { portrait: Uint8Array.of(1, 2), face: Uint8Array.of(3) };
	const somebody = { name: "New One", wikipedia: undefined, collections: [] };

	/** What adds somebody with a picture to the database of that name. */
	async function prepare(name: string) {
		const database = openSchema(name);
		await pushGallery(gallery, database);
		const picturesFolder = path.join(await temporaryFolder(), "pictures");
		const apply = (change: GalleryChange) =>
			applyToDatabase({
				...{ place: addressOf(database), change, picturesFolder, denyLists: [], purpose: "test" },
				patienceMs: 60_000,
				asker: { key: "office", requestId: "request-1" },
			});
		const { person: _, ...face } = gallery.photo(0);
		const result = { ...face, picture: pictureNameOf(pictures), embedding: strangers[0]! };
		const uploaded = {
			photos: [{ source: "upload/1", result }],
			pictures: [pictures],
		} as unknown as UploadedPhotos;
		return { database, picturesFolder, apply, uploaded };
	}

	describe("a change that the API asks for", () => {
		it("is made as in a file: added with a picture, renamed, removed for good, and noted with who asked", async () => {
			const { database, picturesFolder, apply, uploaded } = await prepare("administered");
			const added = await apply({ kind: "add-person", person: somebody, uploaded });
			expect(added).toMatchObject({ numPhotos: 1, numPassedOver: 0, refused: [], version: 2 });
			expect(await readdir(picturesFolder)).toHaveLength(2);
			expect(await apply({ kind: "add-person", person: somebody, uploaded })).toMatchObject({
				numPhotos: 0,
				numPassedOver: 1,
			});
			const known = { key: personKey(somebody), sources: ["upload/1"] };
			await apply({ kind: "rename-person", person: known, changes: { name: "Other One" } });
			const after = await readDatabaseGallery(database);
			expect(after.people.map(({ name }) => name)).toContain("Other One");
			await expect(apply({ kind: "remove-person", person: known })).rejects.toMatchObject({
				code: "NOT_FOUND",
			});
			const renamed = { ...somebody, name: "Other One" };
			const removed = { key: personKey(renamed), sources: known.sources };
			expect(await apply({ kind: "remove-person", person: removed })).toMatchObject({ numPhotos: 1 });
			expect(await readdir(picturesFolder)).toEqual([]);
			await expect(apply({ kind: "add-person", person: renamed, uploaded })).rejects.toMatchObject({
				code: "KEPT_OUT",
			});
			const { rows } = await database.read((client) =>
				client.query("SELECT operation, details ->> 'key' AS key FROM audit ORDER BY version"),
			);
			expect(rows).toEqual([
				{ operation: "push", key: null },
				...["add-person", "rename-person", "remove-person"].map((operation) => ({
					operation,
					key: "office",
				})),
			]);
		});

		it("leaves no picture of somebody whom the database did not take", async () => {
			const { database, picturesFolder, apply, uploaded } = await prepare("refusing");
			const add = () => apply({ kind: "add-person", person: somebody, uploaded });
			await database.change((client) =>
				client.query("ALTER TABLE photos ADD CONSTRAINT refusing CHECK (source <> 'upload/1')"),
			);
			await expect(add()).rejects.toThrow();
			expect(await readdir(picturesFolder)).toEqual([]);
			await database.change((client) => client.query("ALTER TABLE photos DROP CONSTRAINT refusing"));
			await add();
			expect(await readdir(picturesFolder)).toHaveLength(2);
		});

		it("has its pictures taken away by the command line, too, which tells of those that are nobody's", async () => {
			const { database, picturesFolder, apply, uploaded } = await prepare("pictured");
			await apply({ kind: "add-person", person: somebody, uploaded });
			await writeFile(path.join(picturesFolder, "stray.webp"), "");
			const env = { GALLERY_PICTURES: picturesFolder };
			const verified = await runCli(
				["gallery", "verify", addressOf(database), "--any-licence", "--json"],
				undefined,
				env,
			);
			expect(verified.stdout).toContain("pictures/stray.webp belongs to no photo");
			const remove = ["gallery", "remove", addressOf(database), "--person", somebody.name];
			expect(await runCli(remove, undefined, env)).toMatchObject({ code: 0, stderr: "" });
			expect(await readdir(picturesFolder)).toEqual(["stray.webp"]);
		});

		it("made twice at once adds somebody once, with the photos of both", async () => {
			const database = openSchema("at_once");
			await pushGallery(gallery, database);
			const { person: _, picture: __, ...face } = gallery.photo(0);
			const add = (number: number) => {
				const result = { ...face, embedding: strangers[0]! };
				const photos = [{ source: `upload/${number}`, result }];
				const uploaded = { photos, pictures: [] } as unknown as UploadedPhotos;
				return applyToDatabase({
					change: { kind: "add-person", person: somebody, uploaded },
					...{ place: addressOf(database), denyLists: [], purpose: "test", patienceMs: 60_000 },
				});
			};
			const all = await Promise.all([1, 2, 3].map(add));
			expect(all.map(({ numPhotos }) => numPhotos)).toEqual([1, 1, 1]);
			expect(new Set(all.map(({ version }) => version)).size).toBe(3);
			const after = await readDatabaseGallery(database);
			expect(after.people.filter(({ name }) => name === somebody.name)).toHaveLength(1);
			expect([after.numPeople, after.numPhotos]).toEqual([gallery.numPeople + 1, gallery.numPhotos + 3]);
		});

		it("keeps whom it removes out of what a command has embedded meanwhile", async () => {
			const database = openSchema("removed_meanwhile");
			await pushGallery(gallery, database);
			const folder = await temporaryFolder();
			for (const [name, photo] of [
				["Person 3", 1],
				["Somebody Else", 6],
			] as const) {
				await mkdir(path.join(folder, name));
				await cp(samplePhotoFile(photo), path.join(folder, name, "a.jpg"));
			}
			const proxy = await startDatabaseProxy(addressOf(database));
			onTestFinished(() => proxy.stop());
			// all is embedded and thought out, and its transaction not begun
			const held = proxy.holdAt(/lock_timeout = 60000/);
			const adding = runCli(["gallery", "add", proxy.address, folder], undefined, {
				DATABASE_TIMEOUT_S: "77",
			});
			const release = await held;
			const before = await readDatabaseGallery(database);
			const number = before.people.findIndex(({ name }) => name === "Person 3");
			const person = {
				key: personKey(before.person(number)),
				sources: before.rows().flatMap((row) => (before.personOf(row) === number ? before.source(row) : [])),
			};
			await applyToDatabase({
				change: { kind: "remove-person", person },
				...{ place: addressOf(database), denyLists: [], purpose: "test", patienceMs: 60_000 },
			});
			release();
			expect(await adding).toMatchObject({ code: 0 });
			const names = (await readDatabaseGallery(database)).people.map(({ name }) => name);
			expect([names.includes("Somebody Else"), names.includes("Person 3")]).toEqual([true, false]);
		});

		it("waits for the database as long as DATABASE_TIMEOUT_S says, and so does a command", async () => {
			const database = openSchema("patient");
			await pushGallery(gallery, database);
			const proxy = await startDatabaseProxy(addressOf(database));
			const live = await LiveDatabaseGallery.open(Database.at(proxy.address, { timeoutMs: 76_000 }), {
				...{ pipelineVersion, onChange: () => {}, onFailure: () => {} },
			});
			onTestFinished(async () => {
				await live.close();
				await proxy.stop();
			});
			const env = { DATABASE_TIMEOUT_S: "77" };
			const { code, stderr } = await runCli(["gallery", "info", proxy.address], undefined, env);
			expect([code, stderr]).toEqual([0, ""]);
			expect(proxy.asked()).toContain("lock_timeout = 77000");
			const settings = { GALLERY: proxy.address, DATABASE_WRITER: proxy.address, DATABASE_TIMEOUT_S: "78" };
			const changes = await openForChanges(readConfig(settings, {}), live);
			expect(proxy.asked()).toContain("lock_timeout = 78000");
			const auditLog = path.join(await temporaryFolder(), "changes.jsonl");
			const administration = new GalleryAdministration({
				...{ ...changes, live, denyLists: [], log: new AuditLog(auditLog), decodeOptions: {} },
				...{ environment: process.env, onUnnoted: () => {} },
				tools: () => {
					throw new Error("No photo is looked at.");
				},
			});
			const asked = proxy.asked().length;
			const entry = PeopleDirectory.of(live.current).entries[0]!;
			await administration.removePerson(entry, { key: "office", requestId: "request-1" });
			expect(proxy.asked().slice(asked)).toContain("lock_timeout = 78000");
		});

		it("is refused before anybody asks where the writer's gallery is another one", async () => {
			const database = openSchema("writer");
			await pushGallery(gallery, database);
			const { generation } = (await readDatabaseGallery(database)).parts;
			await expectWriter(addressOf(database), generation);
			await pushGallery(gallery.removing([0]), database);
			await expect(expectWriter(addressOf(database), generation)).rejects.toMatchObject({
				code: "INVALID_SETTING",
				message: expect.stringContaining("it names another one"),
			});
		});
	});
}
