/** Removing somebody takes name, embedding, landmarks and pictures out of every file, and keeps them out. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROCESS_MARK } from "../../../src/files/process-mark.ts";
import { BuildJournal, journalOf } from "../../../src/gallery/building/build-journal.ts";
import { faceNameOf } from "../../../src/gallery/folder/pictures.ts";
import type { GalleryContents } from "../../../src/gallery/gallery.ts";
import { denyListOf, readGallery } from "../../../src/gallery/gallery-store.ts";
import { DenyList, readDenyEntries } from "../../../src/gallery/people/deny-list.ts";
import { verifyGallery } from "../../../src/gallery/verify/verify-gallery.ts";
import { StagingFolder } from "../../../src/wikimedia/staging/staging-folder.ts";
import { findTraces } from "../../helpers/find-traces.ts";
import { addNewcomer, makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { runHere } from "../../helpers/processes/run-here.ts";

const NAMES = ["Zenobia Quux", "Yorick Plugh", "Xanthe Frobnitz"] as const;
/** The mark of a process of this machine that is there no more. */
const DEAD = PROCESS_MARK.replace(/^\d+/, "999999999");

/** Everybody with a name, an id and photos that no other bytes look like. */
function named(contents: GalleryContents): GalleryContents {
	return {
		...contents,
		people: contents.people.map((person, i) => ({
			...person,
			name: NAMES[i] as string,
			wikidata: `Q90000${i}`,
			names: { ru: `Имя ${i}` },
			aliases: [`Alias ${NAMES[i]}`],
		})),
		photos: contents.photos.map((photo, row) => ({
			...photo,
			source: `photos/Q90000${photo.person}/${row}.jpg`,
			landmarks: photo.landmarks.map((value, i) => value + Math.sin(row * 136 + i)),
		})),
	};
}

/** The first photo of a person. */
function rowOf(place: string, person: number): number {
	const gallery = readGallery(place);
	return gallery.rows().find((row) => gallery.index.group(row) === person) as number;
}

/** Bytes by which a person could be known again. */
async function tracesOf(place: string, person: number): Promise<Map<string, Buffer>> {
	const gallery = readGallery(place);
	const traces = new Map<string, Buffer>();
	const { name, wikidata = "", names, aliases } = gallery.person(person);
	for (const text of [name, ...name.split(" "), wikidata, names?.ru ?? "", ...(aliases ?? [])])
		traces.set(text, Buffer.from(text));
	for (const row of gallery.rows().filter((one) => gallery.index.group(one) === person)) {
		const embedding = Buffer.from(gallery.index.embedding(row).buffer);
		// parts of it too: of rows that lie elsewhere in a block
		traces.set(`embedding ${row}`, embedding.subarray(64, 128));
		traces.set(`embedding ${row} as text`, Buffer.from(embedding.toString("base64").slice(100, 140)));
		const { picture = "", source } = gallery.photo(row);
		for (const file of [picture, faceNameOf(picture)]) {
			traces.set(`picture ${file}`, (await readFile(path.join(place, "pictures", file))).subarray(-40));
			traces.set(file, Buffer.from(file));
		}
		traces.set(source, Buffer.from(source));
	}
	return traces;
}

/** What an interrupted build, killed processes and a fetch leave around a gallery. */
async function leaveTraces(place: string): Promise<void> {
	const gallery = readGallery(place);
	const run = path.join(path.dirname(place), "photos");
	await mkdir(run, { recursive: true });
	const journal = await BuildJournal.open(journalOf(place, "add"), "v");
	for (const row of gallery.rows()) {
		const { source, person, ...photo } = gallery.photo(row);
		await journal.add(
			{ file: path.join(place, source), source, person },
			{ ...photo, embedding: gallery.index.embedding(row) },
		);
	}
	// a photo that never came into the gallery
	const theirs = rowOf(place, 1);
	const stray = `photos/Q900001/more.jpg`;
	await journal.add(
		{ file: stray, source: stray, person: 1 },
		{ ...gallery.photo(theirs), embedding: gallery.index.embedding(theirs) },
	);
	await journal.close(false);
	const whole = await readFile(path.join(place, "generation-1", "gallery.index"));
	await mkdir(path.join(place, "generation-0"));
	await mkdir(path.join(place, "generation-7"));
	await writeFile(path.join(place, "generation-0", "gallery.index"), whole);
	await writeFile(path.join(place, "generation-7", `.gallery.index.${DEAD}.89abcdef.tmp`), whole);
	await writeFile(path.join(place, `.manifest.json.${DEAD}.89abcdef.tmp`), NAMES.join());
	const picture = gallery.picture(theirs) ?? "";
	await writeFile(
		path.join(place, "pictures", `.${picture}.${DEAD}.89abcdef.tmp`),
		await readFile(path.join(place, "pictures", picture)),
	);
	await writeFile(
		path.join(path.dirname(place), `.${path.basename(journalOf(place, "add"))}.${DEAD}.89abcdef.tmp`),
		NAMES.join(),
	);

	const staging = await StagingFolder.open(`${place}.staging`, "s");
	const people = await Promise.all(
		gallery.people.map(async ({ name, wikidata: id = "" }) => {
			const { photo } = await staging.keepPhoto(id, "x", Buffer.from(`the photo of ${name}`));
			const person = { id, name, names: { ru: name }, aliases: [`"${name}"\nII`], sitelinks: 50 };
			const credit = { licence: "CC0", page: "https://example.org/" };
			const finished = {
				candidate: id,
				id,
				images: [],
				person,
				photos: [{ photo, credit }],
				leftOut: [{ id, name, title: `File:${name}.jpg`, reason: "TOO_SMALL" as const }],
			};
			await staging.addFinished(finished);
			return finished;
		}),
	);
	await staging.finish(people, "film");
	await staging.close();
}

describe("gallery remove", () => {
	it("leaves no byte of a person anywhere, and all of the others", async () => {
		const place = await makeGalleryFolder(3, named);
		const around = path.dirname(place);
		await leaveTraces(place);
		const traces = await tracesOf(place, 1);
		const others = await tracesOf(place, 2);
		// the search finds what is there
		expect(new Set((await findTraces(around, traces)).map((found) => found.split(" in ")[0])).size).toBe(
			traces.size,
		);

		const ended = await runCli(["gallery", "remove", place, "--person", NAMES[1]]);
		expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Removed 2 photos/) });
		expect(await findTraces(around, traces)).toEqual([]);
		expect(new Set((await findTraces(around, others)).map((found) => found.split(" in ")[0])).size).toBe(
			others.size,
		);
		expect(
			(await verifyGallery(place, { isAnyLicenceFine: false })).flatMap(({ problems }) => problems),
		).toEqual([]);

		const denied = new DenyList(await readDenyEntries(denyListOf(place)));
		for (const key of [{ name: "zenobia quux" }, { name: "x", wikidata: "Q900000" }])
			expect(denied.reasonFor({ wikipedia: undefined, ...key })).toBeUndefined();
		for (const key of [{ name: "YORICK plugh" }, { name: "x", wikidata: "Q900001" }])
			expect(denied.reasonFor({ wikipedia: undefined, ...key })).toBe("removed");
	});

	it("leaves no byte of somebody who was added last, and keeps who was added with them", async () => {
		const place = await makeGalleryFolder(12);
		await addNewcomer(place, NAMES[1], {
			wikidata: "Q900001",
			names: { ru: "Имя" },
			aliases: [`Alias ${NAMES[1]}`],
		});
		const number = readGallery(place).people.length - 1;
		const traces = await tracesOf(place, number);
		expect(await findTraces(place, traces)).toContain(`${NAMES[1]} in generation-1/additions.jsonl`);
		expect((await runHere(["gallery", "remove", place, "--person", NAMES[1]])).code).toBe(0);
		expect(await findTraces(path.dirname(place), traces)).toEqual([]);
		expect(readGallery(place)).toMatchObject({ numPeople: 12, numPhotos: 24 });
		expect((await runHere(["gallery", "verify", place])).code).toBe(0);
	});

	it("finishes what a kill left undone, though the person is gone already", async () => {
		const place = await makeGalleryFolder(3, named);
		const traces = await tracesOf(place, 1);
		const old = await readFile(path.join(place, "generation-1", "gallery.index"));
		await runHere(["gallery", "remove", place, "--person", NAMES[1]]);
		await mkdir(path.join(place, "generation-1"));
		await writeFile(path.join(place, "generation-1", "gallery.index"), old);
		const again = await runHere(["gallery", "remove", place, "--person", NAMES[1]]);
		expect(again.stderr).toMatch(/^INVALID_ARGUMENT/);
		expect(await findTraces(path.dirname(place), traces)).toEqual([]);
	});

	it("keeps a photo out of later builds, and its person in", async () => {
		const place = await makeGalleryFolder(3, named);
		const source = readGallery(place).source(rowOf(place, 1));
		const ended = await runHere(["gallery", "remove", place, "--photo", source]);
		expect(ended.code).toBe(0);
		expect(readGallery(place)).toMatchObject({ numPeople: 3, numPhotos: 5 });
		const denied = new DenyList(await readDenyEntries(denyListOf(place)));
		expect(denied.reasonForPhoto(source)).toBe("removed");
		expect(denied.reasonForPhoto(`${source}.jpg`)).toBeUndefined();
		expect(denied.reasonFor({ name: NAMES[1], wikipedia: undefined })).toBeUndefined();
	});

	it("lets a photo that is gone stand for nobody", async () => {
		const place = await makeGalleryFolder(3, named);
		const source = readGallery(place).source(rowOf(place, 1));
		expect((await runHere(["gallery", "set-photo", place, NAMES[1], source])).code).toBe(0);
		expect((await runHere(["gallery", "remove", place, "--photo", source])).code).toBe(0);
		expect(await findTraces(place, new Map([[source, Buffer.from(source)]]))).toEqual([]);
		expect((await runHere(["gallery", "verify", place])).code).toBe(0);
	});

	it("leaves a gallery of nobody when the last one goes, which is whole and finds nobody", async () => {
		const place = await makeGalleryFolder(3, named);
		const ended = await runHere(["gallery", "remove", place, "--person", ...NAMES]);
		expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("0 people, 0 photos") });
		const verified = await runHere(["gallery", "verify", place]);
		expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("is whole.") });
		expect(await readdir(path.join(place, "pictures"))).toEqual([]);
		const gallery = readGallery(place);
		expect(gallery.index.search(new Float32Array(gallery.index.dimension).fill(1), 5)).toEqual([]);
		await writeFile(path.join(place, "stray.txt"), "");
		const stray = await runHere(["gallery", "verify", place, "--json"]);
		expect(stray.code).toBe(1);
		expect(JSON.parse(stray.stdout)).toMatchObject({ isWhole: false });
	});
});
