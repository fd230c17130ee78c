/** What `gallery info`, `verify`, `export` and `compact` say of a gallery in a database, and how an older pgvector does. */
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readNpy } from "../../src/files/npy.ts";
import type { Database } from "../../src/postgres/connection/database.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { verifyDatabase } from "../../src/postgres/verify-database.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { runHere } from "../helpers/processes/run-here.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** @param openSchema a database with a schema that no other test has @param addressOf a schema's, for another process */
export function describeLooking(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
): void {
	const { gallery, strangers } = createGalleryOfParts();

	describe("looking into a gallery in a database", () => {
		it("says what it holds, that it is whole, and gives its embeddings away", async () => {
			const database = openSchema("look");
			await pushGallery(gallery, database);
			const address = addressOf(database);
			const info = await runHere(["gallery", "info", address, "--json"]);
			expect(JSON.parse(info.stdout)).toMatchObject({ people: 60, photos: 180, pipelineVersion: "made-1" });
			const verified = await runHere(["gallery", "verify", address, "--any-licence"]);
			expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("is whole")]);
			const npy = path.join(await temporaryFolder(), "faces.npy");
			expect((await runHere(["gallery", "export", address, npy])).stdout).toContain(
				"180 embeddings by made-1",
			);
			const { values } = await readNpy(npy);
			expect(values).toEqual(gallery.contents().embeddings);
			const compacted = await runHere(["gallery", "compact", address]);
			expect([compacted.code, compacted.stderr]).toEqual([1, expect.stringContaining("REINDEX")]);
		});

		it("tells what is not whole", async () => {
			const database = openSchema("broken");
			await pushGallery(gallery, database);
			await database.change((client) =>
				client.query(
					`DELETE FROM embeddings WHERE photo IN (1, 2); UPDATE embeddings SET person = person + 1 WHERE photo = 0;
					DROP INDEX embeddings_nearest`,
				),
			);
			const checks = await verifyDatabase(database, { isAnyLicenceFine: true });
			const problems = checks.flatMap(({ problems: all }) => all);
			expect(problems).toEqual([
				"2 photos have no embedding",
				"1 embeddings are of another person than their photo",
				"there is none on this server: each search compares all photos",
			]);
		});
	});

	describe("an older pgvector", () => {
		const pretend = async (database: Database, version: readonly [number, number, number]) => {
			await database.createExtension();
			const { schema } = await database.extension();
			vi.spyOn(database, "extension").mockResolvedValue({ schema, version });
			vi.spyOn(database, "inSchema").mockImplementation((name) => {
				const other = Object.getPrototypeOf(database).inSchema.call(database, name) as Database;
				vi.spyOn(other, "extension").mockResolvedValue({ schema, version });
				return other;
			});
		};

		it("as 0.6 has an index of float32, and searches exactly what a filter leaves too few of", async () => {
			const database = openSchema("old");
			await pretend(database, [0, 6, 0]);
			await pushGallery(gallery, database);
			const asked = await readDatabaseGallery(database);
			const { rows } = await database.read((client) =>
				client.query<{ indexdef: string }>(
					"SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname = 'embeddings_nearest'",
					[database.place.schema],
				),
			);
			expect(rows[0]!.indexdef).toContain("vector_cosine_ops");
			expect(rows[0]!.indexdef).not.toContain("halfvec");
			const [collection] = gallery.people.flatMap(({ collections }) => collections);
			for (const collections of [[], [collection!]]) {
				const found = await asked.findPeople(strangers[0]!, 7, "lsh", { collections });
				const right = gallery.findPeople(strangers[0]!, 7, "exact", { collections });
				expect(found.map(({ person }) => person)).toEqual(right.map(({ person }) => person));
			}
		});

		it("as 0.4 is refused, with what to do", async () => {
			const database = openSchema("too_old");
			await pretend(database, [0, 4, 4]);
			await expect(pushGallery(gallery, database)).rejects.toMatchObject({
				code: "DATABASE_UNFIT",
				message: "Expected pgvector 0.5 or newer but the database has 0.4.4.",
				hint: expect.stringContaining("ALTER EXTENSION vector UPDATE"),
			});
		});
	});
}
