/** The kinds of galleries that are changed over HTTP: in a file, and in a database. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { withFileLock } from "../../../src/files/file-lock.ts";
import { changingFileOf, picturesFolderOf, readGallery } from "../../../src/gallery/gallery-store.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import { readDatabaseGallery } from "../../../src/postgres/read-gallery.ts";
import { runCli } from "../processes/run-cli.ts";
import type { AdministeredGallery } from "../servers/administered-server.ts";
import { startPglite } from "../servers/pglite-server.ts";

/** @param ann a photo of Ann */
export async function createFileGallery(folder: string, ann: Buffer): Promise<AdministeredGallery> {
	const people = path.join(folder, "people");
	await mkdir(path.join(people, "Ann"), { recursive: true });
	await writeFile(path.join(people, "Ann", "1.jpg"), ann);
	const place = path.join(folder, "my.gallery");
	await runCli(["gallery", "build", people, "-o", place, "--pictures"]);
	return {
		place,
		settings: {},
		auditLog: `${place}.changes.jsonl`,
		addFlags: ["--pictures"],
		read: async () => readGallery(place),
		hold: (use) => withFileLock(changingFileOf(place), { purpose: "test" }, use),
		kept: () => readFiles(folder),
		close: async () => {},
	};
}

/** On the server of DATABASE_URL, where that is set. @param ann a photo of Ann */
export async function createDatabaseGallery(folder: string, ann: Buffer): Promise<AdministeredGallery> {
	const file = await createFileGallery(folder, ann);
	const pglite = process.env.DATABASE_URL === undefined ? await startPglite() : undefined;
	const url = new URL(process.env.DATABASE_URL ?? `postgres://postgres@127.0.0.1:${pglite!.port}/postgres`);
	url.searchParams.set("schema", `test_${process.pid}_administered`);
	const place = url.href;
	const database = Database.at(place, { timeoutMs: 600_000 });
	await runCli(["gallery", "push", file.place, place]);
	const auditLog = path.join(folder, "my.gallery.database-changes.jsonl");
	return {
		place,
		settings: {
			...{ DATABASE_WRITER: place, DATABASE_TIMEOUT_S: "600", AUDIT_LOG: auditLog },
			GALLERY_PICTURES: picturesFolderOf(file.place),
		},
		auditLog,
		addFlags: [],
		read: () => readDatabaseGallery(database),
		hold: (use) =>
			// one session, which all connections share, can't wait for itself
			pglite
				? pglite.refuseLocks(use)
				: database.change(
						async (client) => {
							await client.query("SELECT FROM gallery FOR UPDATE");
							await use();
						},
						{ timeoutMs: 0 },
					),
		kept: async () => new Map([...(await readFiles(folder)), ...(await readTables(database))]),
		close: async () => {
			await database.change((client) => client.query(`DROP SCHEMA ${database.place.schema} CASCADE`));
			await database.close();
			await pglite?.stop();
		},
	};
}

async function readFiles(folder: string): Promise<Map<string, string>> {
	const names = await readdir(folder, { recursive: true });
	const files = new Map<string, string>();
	for (const name of names.filter((name) => name.startsWith("my.gallery"))) {
		const file = path.join(folder, name);
		if ((await stat(file)).isFile()) files.set(file, (await readFile(file)).toString("latin1"));
	}
	return files;
}

async function readTables(database: Database): Promise<Map<string, string>> {
	return database.read(async (client) => {
		const { rows: tables } = await client.query<{ name: string }>(
			"SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1",
			[database.place.schema],
		);
		const texts = new Map<string, string>();
		for (const { name } of tables) {
			const { rows } = await client.query<{ row: string }>(`SELECT ${name}::text AS row FROM ${name}`);
			texts.set(name, rows.map(({ row }) => row).join("\n"));
		}
		return texts;
	});
}
