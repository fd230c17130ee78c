/** Between files and the database: what migrations, push and pull must do, on the server that the test file has. */
import { describe, expect, it } from "vitest";
import { createFaceLike, DIMENSION } from "../../scripts/bench/search/data-sets.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import { measureByAsking, withFreshScale } from "../../src/gallery/matching/measure-gallery.ts";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import { type Database, isAtLeast } from "../../src/postgres/connection/database.ts";
import { expectVersion, migrate } from "../../src/postgres/migrate.ts";
import { calibrate } from "../../src/postgres/nearest/calibrate.ts";
import { pullGallery } from "../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { madeContents } from "../helpers/galleries/face-like-gallery.ts";

/**
 * @param openSchema a database with a schema that no other test has
 * @param canAskMeanwhile whether one connection can ask while another works; PostgreSQL in WebAssembly has one for all
 */
export function describeExchange(openSchema: (name: string) => Database, canAskMeanwhile: boolean): void {
	describe("migrate", () => {
		it("makes the tables, does nothing the second time, and takes them away again", async () => {
			const database = openSchema("migrations");
			await database.createExtension();
			const tables = () =>
				database.read(async (client) => {
					const { rows } = await client.query(
						"SELECT table_name FROM information_schema.tables WHERE table_schema = $1 ORDER BY table_name",
						[database.place.schema],
					);
					return rows.map(({ table_name }) => table_name);
				});
			expect(await migrate(database)).toEqual([1, 2]);
			expect(await tables()).toContain("embeddings");
			expect(await migrate(database)).toEqual([]);
			expect(await migrate(database, 0)).toEqual([2, 1]);
			expect(await tables()).toEqual(["schema_version"]);
		});

		it("goes back to the first version and forward again with all that is there, and says where it is needed", async () => {
			const database = openSchema("migrated_back");
			const { gallery } = createGalleryOfParts();
			await pushGallery(gallery, database);
			expect(await migrate(database, 1)).toEqual([2]);
			await expect(readDatabaseGallery(database)).rejects.toMatchObject({
				code: "DATABASE_UNFIT",
				hint: expect.stringContaining("gallery migrate"),
			});
			// a push makes tables of its own, whatever those before were
			await pushGallery(gallery.removing([0]), database);
			await migrate(database, 1);
			expect(await migrate(database)).toEqual([2]);
			expect((await pullGallery(database)).contents).toEqual(gallery.removing([0]).contents());
		});
	});

	describe("pushGallery", () => {
		const { gallery } = createGalleryOfParts();

		it("is undone by pullGallery, checksums compared on both ways", async () => {
			const database = openSchema("roundtrip");
			const denied = [{ fingerprint: "salt:digest", reason: "removed" }];
			const pushed = await pushGallery(gallery, database, { batchSize: 50, denied });
			expect(pushed).toEqual({ numPeople: 60, numPhotos: 180, numResumed: 0, numKeptOut: 0 });
			const pulled = await pullGallery(database);
			expect(pulled.contents).toEqual(gallery.contents());
			expect(pulled.denied).toEqual(denied);
			expect(Gallery.build(pulled.contents).numPeople).toBe(60);
		});

		it("tells how far the index is, up to its end", async () => {
			const told: string[] = [];
			const onIndexing = (done: number, total: number) => told.push(done === total ? "all" : "some");
			await pushGallery(gallery, openSchema("indexing"), { onIndexing });
			expect(told.at(-1)).toBe("all");
		});

		it.skipIf(!canAskMeanwhile)("ends an index that is being made, and makes it the next time", async () => {
			const large = createFaceLike(20_000, 10_000, 1, 1);
			const made = Gallery.build(madeContents({ ...large, dimension: DIMENSION }));
			const database = openSchema("ended");
			const stop = new AbortController();
			const onIndexing = () => stop.abort(new Error("stopped"));
			await expect(pushGallery(made, database, { onIndexing, signal: stop.signal })).rejects.toThrow(
				"stopped",
			);
			await expect(readDatabaseGallery(database)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
			expect(await pushGallery(made, database)).toMatchObject({ numResumed: 20_000 });
		});

		it("goes on where it was interrupted, and shows nothing of it before it is whole", async () => {
			const database = openSchema("resume");
			const stop = new AbortController();
			const onProgress = (done: number) => {
				if (done >= 100) stop.abort(new Error("stopped"));
			};
			const interrupted = pushGallery(gallery, database, { batchSize: 50, onProgress, signal: stop.signal });
			await expect(interrupted).rejects.toThrow("stopped");
			await expect(readDatabaseGallery(database)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
			const resumed = await pushGallery(gallery, database, { batchSize: 50 });
			expect(resumed.numResumed).toBe(100);
			expect((await pullGallery(database)).contents).toEqual(gallery.contents());
		});

		it("takes the place of the gallery before, whose deny list and history go on", async () => {
			const database = openSchema("replace");
			await pushGallery(gallery, database, { denied: [{ name: "Nobody", reason: "asked" }] });
			const before = await readDatabaseGallery(database);
			const smaller = gallery.regrouped(gallery.people, (row) =>
				row < 30 ? gallery.personOf(row) : undefined,
			);
			await pushGallery(smaller, database);
			const after = await readDatabaseGallery(database, undefined, { before });
			expect([before.numPhotos, after.numPhotos]).toEqual([180, 30]);
			expect((await pullGallery(database)).denied).toEqual([{ name: "Nobody", reason: "asked" }]);
			const { rows } = await database.read((client) => client.query("SELECT version, operation FROM audit"));
			expect(rows).toEqual([
				{ version: "1", operation: "push" },
				{ version: "2", operation: "push" },
			]);
		});

		it("leaves nobody with people of the gallery before, whose ids mean others now", async () => {
			const database = openSchema("generation");
			await pushGallery(gallery, database);
			const before = await readDatabaseGallery(database);
			await pushGallery(gallery.removing([0, 1, 2]), database);
			const [query] = await (await readDatabaseGallery(database)).embeddingsOf([0]);
			for (const ask of [
				() => before.findPeople(query!, 3),
				() => before.findPeople(query!, 3, "exact"),
				() => before.embeddingsOf([5]),
				() => before.templatesOf([5]),
			])
				await expect(ask()).rejects.toMatchObject({ code: "GALLERY_BUSY" });
		});

		it("measures recall anew once a fifth of the photos came or went, and tells the servers", async () => {
			const database = openSchema("recalibrated");
			await pushGallery(gallery, database);
			const operations = async () => {
				const { rows } = await database.read((client) =>
					client.query<{ operation: string }>("SELECT operation FROM audit ORDER BY version"),
				);
				return rows.map(({ operation }) => operation);
			};
			const remove = (rows: readonly number[]) =>
				changeDatabaseGallery(database, "remove", () => ({ removed: rows }));
			await remove(Array.from({ length: 20 }, (_, row) => row));
			expect(await operations()).toEqual(["push", "remove"]);
			const after = await remove(Array.from({ length: 20 }, (_, row) => row));
			expect(await operations()).toEqual(["push", "remove", "remove", "calibrate"]);
			expect(after.parts.version).toBe(4);
			await remove([0]);
			expect((await operations()).at(-1)).toBe("remove");
		});

		it("measures the score's scale anew then, as it is measured of the same people in a file", async () => {
			const database = openSchema("rescaled");
			const pushed = withFreshScale(gallery, undefined);
			await pushGallery(pushed, database);
			const removed = Array.from({ length: 60 }, (_, row) => row);
			const { scale } = await changeDatabaseGallery(database, "remove", () => ({ removed }));
			const expected = withFreshScale(pushed.removing(removed), undefined).scale!;
			expect(scale).toMatchObject({ numPhotos: 120, numStrangers: 0, photoWeight: expected.photoWeight });
			for (const mark of ["floor", "fair", "strong", "twin"] as const) {
				expect(scale!.scale[mark]).toBeCloseTo(expected.scale[mark], 5);
				expect(scale!.scale[mark]).not.toBeCloseTo(pushed.scale!.scale[mark], 4);
			}
			const after = await readDatabaseGallery(database);
			expect(after.scale).toEqual(scale);
			// as one is measured that is too large to be fetched for it
			const { scale: asked } = await measureByAsking(after, undefined);
			for (const mark of ["floor", "fair", "strong", "twin"] as const)
				expect(asked[mark]).toBeCloseTo(expected.scale[mark], 5);
		});

		it("measures recall on several machines at once", async () => {
			const database = openSchema("measured_at_once");
			await pushGallery(gallery, database);
			const all = await Promise.all([1, 2, 3, 4].map(() => calibrate(database, gallery.pipelineVersion)));
			expect((await readDatabaseGallery(database)).parts.calibration).toHaveLength(all[0]!.length);
		});

		it("hands on who may read, lets them change nothing, and tells whoever may not look so", async () => {
			const database = openSchema("rights");
			const { schema } = database.place;
			const role = `${schema}_web`;
			const mayOf = (right: string) =>
				database.read(async (client) => {
					const { rows } = await client.query("SELECT has_table_privilege($1, 'people', $2) AS may", [
						role,
						right,
					]);
					return rows[0].may;
				});
			await pushGallery(gallery, database);
			await database.change((client) =>
				client.query(
					`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA ${schema} TO ${role};
					GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
				),
			);
			await pushGallery(gallery.removing([0]), database);
			expect([await mayOf("SELECT"), await mayOf("INSERT")]).toEqual([true, false]);
			await database.change((client) => client.query(`REVOKE USAGE ON SCHEMA ${schema} FROM ${role}`));
			const asRole = database.change(async (client) => {
				await client.query(`SET LOCAL ROLE ${role}`);
				await expectVersion(client, schema);
			});
			await expect(asRole).rejects.toMatchObject({ code: "DATABASE_REFUSED" });
			await database.change((client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
		});

		it("refuses a gallery of another pipeline, and knows a schema without one", async () => {
			const database = openSchema("pipeline");
			await expect(readDatabaseGallery(database)).rejects.toMatchObject({
				code: "FILE_NOT_FOUND",
				message: expect.stringContaining("there is no gallery in it"),
			});
			await pushGallery(gallery, database);
			await expect(readDatabaseGallery(database, "other-2")).rejects.toMatchObject({
				code: "PIPELINE_MISMATCH",
				message: "Expected embeddings by other-2 in the database but they are by made-1.",
			});
		});

		it("asks nobody for the recall of a gallery of which a search compares all photos", async () => {
			const database = openSchema("few");
			await pushGallery(gallery.removing(gallery.rows().slice(50)), database);
			const asked = await readDatabaseGallery(database);
			expect(asked.parts.calibration).toEqual([{ efSearch: 40, recall: 1, numQueries: 0 }]);
			const [query] = await asked.embeddingsOf([20]);
			expect(await asked.findPeople(query!, 7, "lsh")).toEqual(await asked.findPeople(query!, 7, "exact"));
		});

		it("has measured the index that it made, and made it of half precision where pgvector has that", async () => {
			const database = openSchema("calibration");
			await pushGallery(gallery, database);
			const { calibration } = (await readDatabaseGallery(database)).parts;
			expect(calibration.at(-1)).toMatchObject({ recall: 1, numQueries: expect.any(Number) });
			expect(await calibrate(database, gallery.pipelineVersion)).toHaveLength(calibration.length);
			const { rows } = await database.read((client) =>
				client.query(
					"SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND indexname = 'embeddings_nearest'",
					[database.place.schema],
				),
			);
			const hasHalfPrecision = isAtLeast(await database.extension(), 0, 7);
			expect(rows[0].indexdef).toContain(hasHalfPrecision ? "::halfvec(" : "::vector(");
		});
	});
}
