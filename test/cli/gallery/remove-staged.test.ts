/** Removing somebody, or a photo, takes it out of what was fetched for the gallery too. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeFileAtomically } from "../../../src/files/atomic-file.ts";
import { denyListOf, readGallery } from "../../../src/gallery/gallery-store.ts";
import { DenyList, readDenyEntries } from "../../../src/gallery/people/deny-list.ts";
import { StagingFolder } from "../../../src/wikimedia/staging/staging-folder.ts";
import { findTraces } from "../../helpers/find-traces.ts";
import { makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { runHere } from "../../helpers/processes/run-here.ts";

const NAMES = ["Zenobia Quux", "Yorick Plugh", "Xanthe Frobnitz"] as const;

/** Three people with two photos each, which lie in its staging folder. */
async function makeFetchedGallery(): Promise<string> {
	const place = await makeGalleryFolder(NAMES.length, (contents) => ({
		...contents,
		people: contents.people.map((person, i) => ({
			...person,
			name: NAMES[i] as string,
			wikidata: `Q90000${i}`,
		})),
		photos: contents.photos.map((photo, row) => ({
			...photo,
			source: `photos/Q90000${photo.person}/${row}.jpg`,
		})),
	}));
	await stagePhotosOf(place);
	return place;
}

async function stagePhotosOf(place: string): Promise<void> {
	const gallery = readGallery(place);
	const staging = await StagingFolder.open(`${place}.staging`, "s");
	const people = await Promise.all(
		gallery.people.map(async ({ name, wikidata: id = "" }, person) => {
			const sources = gallery
				.rows()
				.filter((row) => gallery.index.group(row) === person)
				.map((row) => gallery.source(row));
			for (const source of sources)
				await writeFileAtomically(staging.fileOf(source), Buffer.from(`bytes of ${source}`));
			const finished = {
				candidate: id,
				id,
				images: [],
				person: { id, name, names: {}, aliases: [], sitelinks: 50 },
				photos: sources.map((photo) => ({
					photo,
					credit: { licence: "CC0", page: "https://example.org/" },
				})),
				leftOut: [],
			};
			await staging.addFinished(finished);
			return finished;
		}),
	);
	await staging.finish(people, "film");
	await staging.close();
}

describe("gallery remove, of a gallery that was fetched", () => {
	it("takes a photo out of all files, and not its person", async () => {
		const place = await makeFetchedGallery();
		const gallery = readGallery(place);
		const [gone, kept] = gallery
			.rows()
			.filter((row) => gallery.index.group(row) === 1)
			.map((row) => gallery.source(row)) as [string, string];
		expect((await runHere(["gallery", "remove", place, "--photo", gone])).code).toBe(0);
		expect(await findTraces(path.dirname(place), new Map([[gone, Buffer.from(gone)]]))).toEqual([]);
		const staging = await StagingFolder.open(`${place}.staging`, "s");
		onTestFinished(() => staging.close());
		expect(staging.findFinished("Q900001")?.photos.map(({ photo }) => photo)).toEqual([kept]);
		expect(await readFile(staging.fileOf(kept), "utf8")).toBe(`bytes of ${kept}`);
		expect(await readFile(staging.listFile, "utf8")).toContain(kept);
	});

	it("leaves nothing of what was fetched under the id of somebody who was merged with the one who goes", async () => {
		const place = await makeFetchedGallery();
		expect((await runHere(["gallery", "merge", place, NAMES[0], NAMES[1]])).code).toBe(0);
		expect((await runHere(["gallery", "remove", place, "--person", NAMES[1]])).code).toBe(0);
		const traces = [...NAMES.slice(0, 2), "Q900000", "Q900001"];
		expect(
			await findTraces(path.dirname(place), new Map(traces.map((text) => [text, Buffer.from(text)]))),
		).toEqual([]);
		const denied = new DenyList(await readDenyEntries(denyListOf(place)));
		for (const wikidata of ["Q900000", "Q900001"])
			expect(denied.reasonFor({ name: "x", wikipedia: undefined, wikidata })).toBe("removed");
		expect(denied.reasonFor({ name: "x", wikipedia: undefined, wikidata: "Q900002" })).toBeUndefined();
	});
});
