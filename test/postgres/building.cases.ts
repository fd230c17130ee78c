/** `gallery build --to`: several machines embed one list, on the server that the test file has. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { scanPhotoFolder } from "../../src/gallery/building/photo-list.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { SharedWork } from "../../src/postgres/building/shared-work.ts";
import { Database } from "../../src/postgres/connection/database.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { readSamplePhoto } from "../helpers/sample-photos.ts";
import { startDatabaseProxy } from "../helpers/servers/database-proxy.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const REJECTED = { step: "detect", code: "NO_FACE_FOUND", message: "No face was found." };

/** @param openSchema a database with a schema that no other test has @param addressOf a schema's, for another process */
export function describeBuilding(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
): void {
	describe("a list that several machines embed", () => {
		const list = (names: readonly string[]) => ({
			people: [{ name: "Somebody", wikipedia: undefined, collections: [] }],
			photos: names.map((source) => ({ source, file: `/anywhere/${source}`, person: 0 })),
			emptyFolders: [],
			spellings: [],
		});

		it("gives each photo to one of them, and what one leaves to the others", async () => {
			const database = openSchema("sharing");
			await database.createExtension();
			await SharedWork.startAnew(database);
			const photos = list(["a.jpg", "b.jpg", "c.jpg"]);
			const [one, other] = [
				await SharedWork.join(database, photos, "made-1"),
				await SharedWork.join(database, photos, "made-1"),
			];
			expect(await one.take(2)).toEqual({ kind: "photos", photos: [0, 1] });
			expect(await other.take(2)).toEqual({ kind: "photos", photos: [2] });
			expect(await other.take(2)).toEqual({ kind: "wait" });
			await one.note(0, REJECTED);
			await one.leave();
			expect(await other.take(2)).toEqual({ kind: "photos", photos: [1] });
			await other.note(1, REJECTED);
			await other.note(2, REJECTED);
			expect(await one.take(2)).toEqual({ kind: "finish" });
			expect(await other.take(2)).toEqual({ kind: "wait" });
			expect([...(await one.results()).values()]).toEqual([REJECTED, REJECTED, REJECTED]);
			await one.remove();
			expect(await other.take(2)).toEqual({ kind: "made" });
		});

		it("is gone on with where the database was lost as it was told what is done, or asked what is left", async () => {
			const database = openSchema("sharing_lost");
			await database.createExtension();
			await SharedWork.startAnew(database);
			const proxy = await startDatabaseProxy(addressOf(database));
			const lossy = Database.at(proxy.address, { maxConnections: 2, timeoutMs: 60_000 });
			onTestFinished(async () => {
				await lossy.close();
				await proxy.stop();
			});
			const work = await SharedWork.join(lossy, list(["a.jpg", "b.jpg", "c.jpg"]), "made-1");
			expect(await work.take(1)).toEqual({ kind: "photos", photos: [0] });
			await Promise.all([
				proxy.cutAt({ questions: [/UPDATE work SET result/, /COMMIT/], isHeard: true }),
				work.note(0, REJECTED),
			]);
			expect(await work.numLeft()).toBe(2);
			const [, standing] = await Promise.all([
				proxy.cutAt({ questions: [/FOR UPDATE SKIP LOCKED/, /COMMIT/], isHeard: true }),
				work.take(1),
			]);
			// what was taken and not heard of is nobody's for a minute, however long this one goes on
			expect(standing).toEqual({ kind: "photos", photos: [2] });
			await inBuilding(database, "UPDATE work SET taken_until = now() - interval '1 s'");
			await work.sayAlive();
			const other = await SharedWork.join(database, list(["a.jpg", "b.jpg", "c.jpg"]), "made-1");
			expect(await other.take(3)).toEqual({ kind: "photos", photos: [1] });
			await SharedWork.startAnew(database);
		});

		it("is begun once by three that begin at the same moment", async () => {
			const database = openSchema("joined_at_once");
			await database.createExtension();
			await SharedWork.startAnew(database);
			const photos = list(["a.jpg", "b.jpg", "c.jpg"]);
			// each with connections of its own, which know nothing of the others
			const machines = [1, 2, 3].map(() => Database.at(addressOf(database), { timeoutMs: 60_000 }));
			onTestFinished(async () => {
				await Promise.all(machines.map((machine) => machine.close()));
			});
			const works = await Promise.all(machines.map((one) => SharedWork.join(one, photos, "made-1")));
			const taken = await Promise.all(works.map((work) => work.take(1)));
			expect(taken.flatMap((one) => (one.kind === "photos" ? one.photos : [])).toSorted()).toEqual([0, 1, 2]);
			await SharedWork.startAnew(database);
		});

		it("refuses another list and another model", async () => {
			const database = openSchema("other_list");
			await database.createExtension();
			await SharedWork.startAnew(database);
			await SharedWork.join(database, list(["a.jpg"]), "made-1");
			for (const [names, model] of [[["b.jpg"], "made-1"] as const, [["a.jpg"], "made-2"] as const])
				await expect(SharedWork.join(database, list(names), model)).rejects.toMatchObject({
					code: "GALLERY_BUSY",
				});
			await SharedWork.startAnew(database);
			await SharedWork.join(database, list(["b.jpg"]), "made-2");
			await SharedWork.startAnew(database);
		});

		it("is left alone by whoever still works on the one before, whose places mean other photos", async () => {
			const database = openSchema("anew");
			await database.createExtension();
			const before = await SharedWork.join(database, list(["a.jpg", "b.jpg"]), "made-1");
			expect(await before.take(1)).toEqual({ kind: "photos", photos: [0] });
			await SharedWork.startAnew(database);
			const now = await SharedWork.join(database, list(["c.jpg"]), "made-1");
			for (const goOn of [() => before.note(0, REJECTED), () => before.take(1), () => before.remove()])
				await expect(goOn()).rejects.toMatchObject({ code: "GALLERY_BUSY" });
			expect(await now.numLeft()).toBe(1);
			expect(await now.take(1)).toEqual({ kind: "photos", photos: [0] });
			await now.remove();
		});

		it("is gone on with after a kill, each photo embedded once", async () => {
			const folder = await layOut();
			const { photos } = await scanPhotoFolder(folder);
			const database = openSchema("killed");
			const command = ["gallery", "build", folder, "--to", addressOf(database), "--force"];
			let kill = () => {};
			const killed = runCli([...command, "--anew"], (child) => {
				kill = () => child.kill("SIGKILL");
			});
			const before = await lookUntilOneIsDone(database, kill);
			await killed;
			expect(before.length).toBeGreaterThan(0);
			expect(before.length).toBeLessThan(photos.length);
			// a minute goes by
			await inBuilding(database, "UPDATE work SET taken_until = now() - interval '1 s' WHERE result IS NULL");

			const { code, stdout, stderr } = await runCli(command);
			expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
			expect(stdout).toContain(`Embedded ${photos.length - before.length} photos of ${photos.length} here.`);
			const made = await readDatabaseGallery(database, embeddingModel("face-api").pipelineVersion);
			expect(made.numPhotos).toBeGreaterThan(0);
			const kept = before.filter(({ result }) => "embedding" in result).map(({ source }) => source);
			expect(made.rows().map((row) => made.source(row))).toEqual(expect.arrayContaining(kept));
			expect(await SharedWork.isUnderWay(database)).toBe(false);
		}, 300_000);
	});
}

/** Photos of two people, more than a machine takes at a time. */
async function layOut(): Promise<string> {
	const folder = await temporaryFolder();
	for (const [person, number] of [
		["First Person", 1],
		["Second Person", 6],
	] as const) {
		await mkdir(path.join(folder, person));
		const photo = await sharp(await readSamplePhoto(number))
			.resize({ width: 900 })
			.jpeg()
			.toBuffer();
		for (let copy = 0; copy < 9; copy++) await writeFile(path.join(folder, person, `${copy}.jpg`), photo);
	}
	return folder;
}

interface Done {
	readonly source: string;
	readonly result: object;
}

/** Waits in line with whoever notes something, so that it sees the first that is done, and kills before the rest is. */
async function lookUntilOneIsDone(database: Database, kill: () => void): Promise<readonly Done[]> {
	for (;;) {
		const done = await inBuilding(
			database,
			"LOCK TABLE work; SELECT source, result FROM work WHERE result IS NOT NULL",
			kill,
		);
		if (done.length > 0) return done;
		// a photo takes longer
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** @param whileLocked run where something was found, before anybody else goes on */
async function inBuilding(
	database: Database,
	statements: string,
	whileLocked = () => {},
): Promise<readonly Done[]> {
	const building = database.inSchema(`${database.place.schema}_building`);
	return building
		.change(async (client) => {
			const results = [await client.query<Done>(statements)].flat();
			const { rows } = results.at(-1)!;
			if (rows.length > 0) whileLocked();
			return rows;
		})
		.catch((error: { code?: string }) => {
			// nobody has begun yet
			if (error.code === "FILE_NOT_FOUND" || error.code === "DATABASE_UNFIT") return [];
			throw error;
		});
}
