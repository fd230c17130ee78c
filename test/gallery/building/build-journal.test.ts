import { readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
	BuildJournal,
	journalOf,
	type PhotoResult,
	purgeJournals,
} from "../../../src/gallery/building/build-journal.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const embedded: PhotoResult = {
	embedding: Float32Array.of(0.6, -0.8),
	box: { x: 1, y: 2, width: 3, height: 4 },
	landmarks: Float32Array.of(5.5, 6.25),
	picture: undefined,
};
const rejected: PhotoResult = { step: "detect", code: "NO_FACE_FOUND", message: "none" };

async function twoPhotos() {
	const folder = await temporaryFolder();
	const photos = ["a.jpg", "b.jpg"].map((source) => ({ file: path.join(folder, source), source, person: 0 }));
	for (const { file } of photos) await writeFile(file, "pixels");
	return { photos, file: path.join(folder, "journal") };
}

describe("BuildJournal", () => {
	it("remembers what became of each photo across runs", async () => {
		const { photos, file } = await twoPhotos();
		const [a, b] = photos as [(typeof photos)[0], (typeof photos)[0]];
		const first = await BuildJournal.open(file, "v1");
		await first.add(a, embedded);
		await first.add(b, rejected);
		await first.close(false);

		const second = await BuildJournal.open(file, "v1");
		expect(await second.find(a)).toEqual(embedded);
		expect(await second.find(b)).toEqual(rejected);
		await second.close(false);
	});

	it("forgets a photo that changed since", async () => {
		const { photos, file } = await twoPhotos();
		const [a] = photos as [(typeof photos)[0]];
		const journal = await BuildJournal.open(file, "v1");
		await journal.add(a, embedded);
		await journal.close(false);
		await writeFile(a.file, "other pixels");
		const reopened = await BuildJournal.open(file, "v1");
		expect(await reopened.find(a)).toBeUndefined();
		await reopened.close(false);
	});

	it("loses only the last photo, and no later one, when it was cut at any byte of its line", async () => {
		const { photos, file } = await twoPhotos();
		const [a, b] = photos as [(typeof photos)[0], (typeof photos)[0]];
		const whole = await BuildJournal.open(file, "v1");
		await whole.add(a, embedded);
		const { length: lengthOfA } = await readFile(file);
		await whole.add(b, rejected);
		await whole.close(false);
		const text = await readFile(file);
		for (let length = lengthOfA; length < text.length - 1; length += 7) {
			await writeFile(file, text);
			await truncate(file, length);
			const resumed = await BuildJournal.open(file, "v1");
			expect(await resumed.find(a)).toEqual(embedded);
			expect(await resumed.find(b)).toBeUndefined();
			await resumed.add(b, rejected);
			await resumed.close(false);
			const again = await BuildJournal.open(file, "v1");
			expect(await again.find(b)).toEqual(rejected);
			await again.close(false);
		}
	});

	it("starts anew where it was cut within its first line", async () => {
		const { file } = await twoPhotos();
		await writeFile(file, '{"settin');
		await (await BuildJournal.open(file, "v1")).close(false);
		expect(await readFile(file, "utf8")).toBe('{"settings":"v1"}\n');
	});

	it.each(["name,photo\nAnn,a.jpg\n", '{"settings":"v1","more":1}\n', "{}\n"])(
		"leaves another file of its name as it is",
		async (text) => {
			const { file } = await twoPhotos();
			await writeFile(file, text);
			await expect(BuildJournal.open(file, "v1")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
			expect(await readFile(file, "utf8")).toBe(text);
		},
	);

	it("is another one for another run, and all are purged of whatever is not in the gallery", async () => {
		const { photos, file } = await twoPhotos();
		const [a, b] = photos as [(typeof photos)[0], (typeof photos)[0]];
		const runs = [journalOf(file, "first"), journalOf(`${file}/`, "second")];
		expect(new Set(runs).size).toBe(2);
		for (const run of runs) {
			const journal = await BuildJournal.open(run, "v1");
			await journal.add(a, rejected);
			await journal.add(b, rejected);
			await journal.close(false);
		}
		await purgeJournals(file, [b.source]);
		for (const run of runs) {
			const journal = await BuildJournal.open(run, "v1");
			expect([await journal.find(a), await journal.find(b)]).toEqual([undefined, rejected]);
			await journal.close(true);
		}
	});

	it("refuses to mix two pipeline versions", async () => {
		const { file } = await twoPhotos();
		await (await BuildJournal.open(file, "v1")).close(false);
		await expect(BuildJournal.open(file, "v2")).rejects.toMatchObject({ code: "PIPELINE_MISMATCH" });
	});

	it("goes away when the build is done", async () => {
		const { file } = await twoPhotos();
		await (await BuildJournal.open(file, "v1")).close(true);
		await expect(readFile(file)).rejects.toThrow(/ENOENT/);
	});
});
