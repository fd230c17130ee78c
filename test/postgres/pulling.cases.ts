/** `gallery pull` that is interrupted, on the server that the test file has. */
import { existsSync } from "node:fs";
import { readdir, truncate } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readGallery } from "../../src/gallery/gallery-store.ts";
import { changeDatabaseGallery } from "../../src/postgres/change-gallery.ts";
import type { Database } from "../../src/postgres/connection/database.ts";
import { pullGallery } from "../../src/postgres/pull-gallery.ts";
import { pushGallery } from "../../src/postgres/push-gallery.ts";
import { createGalleryOfParts } from "../gallery/readable-gallery.cases.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** Ids of a part: 60 people and 180 photos come in many. */
const BATCH_SIZE = 25;

/** @param openSchema a database with a schema that no other test has @param addressOf a schema's, for another process */
export function describePulling(
	openSchema: (name: string) => Database,
	addressOf: (database: Database) => string,
): void {
	const { gallery } = createGalleryOfParts();

	/** A database with a gallery, and a pull of it that was cut off with 50 embeddings. */
	const interrupt = async (name: string) => {
		const database = openSchema(name);
		await pushGallery(gallery, database);
		const partsFolder = path.join(await temporaryFolder(), "copy.gallery.pulling");
		const stop = new AbortController();
		const onProgress = (done: number) => {
			if (done >= 2 * BATCH_SIZE) stop.abort(new Error("stopped"));
		};
		const options = { partsFolder, batchSize: BATCH_SIZE };
		const pulled = pullGallery(database, { ...options, onProgress, signal: stop.signal });
		await expect(pulled).rejects.toThrow("stopped");
		return { database, options };
	};
	/** Tables and ids that are copied from here on. */
	const watchCopies = () => {
		const query = vi.spyOn(pg.Client.prototype, "query");
		onTestFinished(() => query.mockRestore());
		return () =>
			query.mock.calls.flatMap(([asked]) => {
				const { text } = asked as { text?: string };
				return (
					/FROM (\w+) WHERE \w+ >= (\d+)/
						.exec(text ?? "")
						?.slice(1)
						.join(" ") ?? []
				);
			});
	};

	describe("a pull that was interrupted", () => {
		it("goes on where it was, and transfers nothing twice", async () => {
			const { database, options } = await interrupt("pull_resumed");
			const copies = watchCopies();
			const pulled = await pullGallery(database, options);
			expect(pulled.contents).toEqual(gallery.contents());
			expect(pulled.numResumed).toBe(2 * BATCH_SIZE);
			expect(copies()).toEqual([50, 75, 100, 125, 150, 175].map((from) => `embeddings ${from}`));
			await pulled.forgetParts();
			expect(existsSync(options.partsFolder)).toBe(false);
		});

		it("begins anew, and says so, where the gallery was changed since", async () => {
			const { database, options } = await interrupt("pull_changed");
			const after = await changeDatabaseGallery(database, "remove", () => ({ removed: [0, 1, 2] }));
			const onBegunAnew = vi.fn();
			const pulled = await pullGallery(database, { ...options, onBegunAnew });
			expect(onBegunAnew).toHaveBeenCalledOnce();
			expect([pulled.numResumed, pulled.contents.photos.length]).toEqual([0, after.numPhotos]);
			expect(pulled.contents.people.map(({ name }) => name)).toEqual(after.people.map(({ name }) => name));
		});

		it("refuses a part that is no longer what was kept, and begins anew the next time", async () => {
			const { database, options } = await interrupt("pull_damaged");
			const [part] = (await readdir(options.partsFolder)).filter((name) => name.startsWith("embeddings"));
			await truncate(path.join(options.partsFolder, part!), 1000);
			await expect(pullGallery(database, options)).rejects.toMatchObject({ code: "INDEX_CORRUPT" });
			const { contents, numResumed } = await pullGallery(database, options);
			expect([numResumed, contents]).toEqual([0, gallery.contents()]);
		});

		it("by a kill makes the same gallery in the end", async () => {
			const database = openSchema("pull_killed");
			await pushGallery(gallery, database);
			const file = path.join(await temporaryFolder(), "copy.gallery");
			const command = ["gallery", "pull", addressOf(database), file];
			const killed = runCli(command, (child) => {
				const timer = setInterval(() => {
					if (existsSync(path.join(`${file}.pulling`, "people-0-20000.part"))) child.kill("SIGKILL");
				}, 1);
				child.once("exit", () => clearInterval(timer));
			});
			await killed;
			const { code, stderr, stdout } = await runCli([...command, "--force"]);
			expect([code, stdout]).toEqual([0, expect.stringContaining("counts and checksums are right")]);
			expect(stderr).not.toContain("anew");
			expect(readGallery(file).contents()).toEqual(gallery.contents());
			expect(existsSync(`${file}.pulling`)).toBe(false);
		}, 120_000);
	});
}
