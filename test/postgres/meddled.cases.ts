/** What is made of a database in which others had their hands, or that is not what it was, on the server that the test file has. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Gallery } from "../../src/gallery/gallery.ts";
import type { Person } from "../../src/gallery/person.ts";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import type { Database } from "../../src/postgres/connection/database.ts";
import { Readers } from "../../src/postgres/connection/readers.ts";
import { pullGallery } from "../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { verifyDatabase } from "../../src/postgres/verify-database.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { startApp } from "../web/start-app.ts";

/** What SQL, its drivers and its formats might take for something else. */
const ODD_NAMES = [
	"Robert'); DROP TABLE people;--",
	'"Quoted" \\ back\\slash',
	'{curly,"x",NULL}',
	"NULL",
	"$1 %s :name ?",
	"ナオミ 🧑‍🎤",
	"עברית\u200f",
	"two\nlines\tand a tab",
	"I\u0307stanbul ſtraße",
];

/** @param openSchema a database with a schema that no other test has */
export function describeMeddling(openSchema: (name: string) => Database): void {
	const { gallery, known, strangers } = createGalleryOfParts();
	const namedOddly = (person: Person, i: number): Person => {
		const odd = ODD_NAMES[i];
		return odd === undefined ? person : { ...person, name: odd, aliases: [odd], collections: [odd] };
	};

	describe("a gallery in a database", () => {
		it("has people whose names look like something else", async () => {
			const contents = gallery.contents();
			const photos = contents.photos.map((photo, row) => ({
				...photo,
				source: `${ODD_NAMES[row % ODD_NAMES.length]}/${row}`,
			}));
			const odd = Gallery.build({ ...contents, people: contents.people.map(namedOddly), photos });
			const database = openSchema("odd_names");
			await pushGallery(odd, database);
			expect((await pullGallery(database)).contents).toEqual(odd.contents());
			const asked = await readDatabaseGallery(database);
			for (const [number, name] of ODD_NAMES.entries()) {
				const found = await asked.findPeople(known[0]!, 3, "auto", { collections: [name] });
				expect(found.map(({ person }) => person)).toEqual([number]);
			}
			const after = await changeDatabaseGallery(database, "rename", ({ people }) => ({
				people: new Map(
					ODD_NAMES.map((name, i) => [20 + i, { ...people[20 + i]!, ...{ name, aliases: [name] } }]),
				),
			}));
			expect(after.people.slice(20, 20 + ODD_NAMES.length).map(({ name }) => name)).toEqual(ODD_NAMES);
			expect((await readDatabaseGallery(database)).people).toEqual(after.people);
		});

		it("is searched where it is whole while a replica has another generation of it", async () => {
			const [primary, replica] = [openSchema("ahead"), openSchema("behind")];
			const newcomer = (person: Person, i: number) =>
				i === 0 ? { ...person, collections: ["new"] } : person;
			const contents = gallery.contents();
			const now = Gallery.build({ ...contents, people: contents.people.map(newcomer) });
			await pushGallery(now, primary);
			await pushGallery(gallery.removing([0, 1, 2, 3]), replica);
			const asked = await readDatabaseGallery(primary, undefined, { readers: new Readers(primary, replica) });
			const alone = await readDatabaseGallery(primary);
			expect(await asked.findPeople(known[1]!, 7)).toEqual(await alone.findPeople(known[1]!, 7));
			// of whom the replica has not heard
			const found = await asked.findPeople(known[0]!, 7, "auto", { collections: ["new"] });
			expect(found.map(({ person }) => person)).toEqual([0]);
			expect(await asked.embeddingsOf([5])).toEqual(await alone.embeddingsOf([5]));
			expect(await asked.templatesOf([5])).toEqual(await alone.templatesOf([5]));
		});

		it("is read anew where a backup took its place, in which it is younger than what is served", async () => {
			const database = openSchema("restored");
			await pushGallery(gallery, database);
			const atBackup = await readDatabaseGallery(database);
			const removed = atBackup.rows().filter((row) => atBackup.personOf(row) === 0);
			const served = await changeDatabaseGallery(database, "remove", () => ({ removed }));
			expect(served.numPeople).toBe(59);
			// as a dump of then would have it: the same generation
			const { generation } = served.parts;
			await database.change((client) => client.query("DELETE FROM denied"));
			await pushGallery(gallery, database);
			await database.change((client) =>
				client.query("UPDATE gallery SET generation = $1, version = 1", [generation]),
			);
			const after = await readDatabaseGallery(database, undefined, { before: served });
			expect(after.people).toEqual(atBackup.people);
			expect(after.numPhotos).toBe(180);
		});

		it("is read anew where a replica took the primary's place that had not heard of all changes", async () => {
			const database = openSchema("promoted");
			await pushGallery(gallery, database);
			const { generation } = (await readDatabaseGallery(database)).parts;
			const remove = (number: number) =>
				changeDatabaseGallery(database, "remove", (before) => ({
					removed: before.rows().filter((row) => before.personOf(row) === number),
				}));
			const served = await remove(0);
			// as the replica has it: without that change
			await database.change((client) => client.query("DELETE FROM denied"));
			await pushGallery(gallery, database);
			await database.change((client) =>
				client.query(
					`UPDATE gallery SET generation = '${generation}', version = 1;
					DELETE FROM audit WHERE version = 2; UPDATE audit SET version = 1`,
				),
			);
			const same = await remove(1);
			expect(same.parts.version).toBe(served.parts.version);
			const later = await remove(2);
			for (const now of [same, later]) {
				expect(now.people[0]!.name).toBe("Person 0");
				expect(now.people.map(({ name }) => name)).not.toContain("Person 1");
			}
			const after = await readDatabaseGallery(database, undefined, { before: served });
			expect(after.people).toEqual(later.people);
		});

		it("answers nobody from another history of it, in which the same ids mean others", async () => {
			const database = openSchema("forked");
			await pushGallery(gallery, database);
			const { generation } = (await readDatabaseGallery(database)).parts;
			const add = (name: string, row: number) =>
				changeDatabaseGallery(database, "add", ({ people }) => ({
					newPeople: [{ name, wikipedia: undefined, collections: [] }],
					newPhotos: [{ ...gallery.photo(row), person: people.length, source: `${name}.jpg` }],
					newEmbeddings: strangers[row]!,
				}));
			const served = await add("Only Here", 0);
			// as a replica has it that took the primary's place without that change
			await pushGallery(gallery, database);
			await database.change((client) =>
				client.query(
					`UPDATE gallery SET generation = '${generation}', version = 1;
					DELETE FROM audit WHERE version = 2; UPDATE audit SET version = 1`,
				),
			);
			const now = await add("Only There", 1);
			expect(now.parts).toMatchObject({ generation, version: 2, personIds: served.parts.personIds });
			const last = { person: served.numPeople - 1, row: served.numPhotos - 1 };
			for (const ask of [
				() => served.findPeople(strangers[1]!, 3),
				() => served.findPeople(strangers[1]!, 3, "exact"),
				() => served.findPeople(strangers[1]!, 3, "auto", { collections: ["nobody's"] }),
				() => served.embeddingsOf([last.row]),
				() => served.templatesOf([last.person]),
			])
				await expect(ask()).rejects.toMatchObject({ code: "GALLERY_BUSY" });
			expect((await now.findPeople(strangers[1]!, 1))[0]).toMatchObject(last);
		});

		it("is searched where all of it is known while a replica has not heard of the last change", async () => {
			const [primary, replica] = [openSchema("heard"), openSchema("not_heard")];
			await pushGallery(gallery, replica);
			const { generation, versionMadeAt } = (await readDatabaseGallery(replica)).parts;
			await pushGallery(gallery, primary);
			await primary.change((client) =>
				client.query(
					`UPDATE gallery SET generation = '${generation}'; UPDATE audit SET at = to_timestamp(${versionMadeAt})`,
				),
			);
			const readers = new Readers(primary, replica);
			const before = await readDatabaseGallery(primary, undefined, { readers });
			const asked = vi.spyOn(primary, "read");
			expect(await before.findPeople(known[5]!, 3)).toHaveLength(3);
			expect(asked).not.toHaveBeenCalled();
			await changeDatabaseGallery(primary, "add", ({ people }) => ({
				newPeople: [{ name: "New One", wikipedia: undefined, collections: [] }],
				newPhotos: [{ ...gallery.photo(0), person: people.length, source: "new.jpg" }],
				newEmbeddings: strangers[0]!,
			}));
			const after = await readDatabaseGallery(primary, undefined, { before, readers });
			const [found] = await after.findPeople(strangers[0]!, 1);
			expect(after.person(found!.person).name).toBe("New One");
		});

		it.each([
			["photos", "DELETE FROM photos WHERE person IN (3, 4)"],
			["embeddings", "DELETE FROM embeddings WHERE person IN (3, 4)"],
			["everybody", "TRUNCATE people CASCADE"],
		])("whose %s were deleted by hand is told so, and pages stand", async (name, statement) => {
			const database = openSchema(`deleted_${name}`);
			await pushGallery(gallery, database);
			const before = await readDatabaseGallery(database);
			await database.change((client) => client.query(statement));
			for (const asked of [before, await readDatabaseGallery(database)]) {
				const app = await startApp({ askGallery: () => ({ gallery: asked, strangers: undefined }) });
				onTestFinished(() => app.close());
				for (const path of [
					"/",
					"/people",
					"/people/person-3",
					"/people/person-9",
					"/credits",
					"/lookalikes",
				]) {
					const { status } = await fetch(app.url + path);
					expect([path, [200, 404, 423].includes(status), status]).toEqual([path, true, status]);
				}
				const found = await asked.findPeople(known[9]!, 7);
				expect(found.map(({ person }) => person)).not.toContain(3);
			}
			const checks = await verifyDatabase(database, { isAnyLicenceFine: true });
			expect(checks.some(({ problems }) => problems.length > 0)).toBe(name !== "everybody");
			await pushGallery(gallery, database);
			expect((await pullGallery(database)).contents).toEqual(gallery.contents());
		});
	});
}
