/** What is added to a gallery in a folder is appended to it, and counts once its manifest says so. */
import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readManifest } from "../../../src/gallery/folder/manifest.ts";
import {
	addToGallery,
	indexFileOf,
	readGallery,
	tidyGallery,
	withLockedGallery,
} from "../../../src/gallery/gallery-store.ts";
import { LiveGallery } from "../../../src/gallery/live-gallery.ts";
import { withPerson } from "../../../src/gallery/order/change-contents.ts";
import { verifyGallery } from "../../../src/gallery/verify/verify-gallery.ts";
import { addNewcomer, makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { startApp } from "../../web/start-app.ts";

const additionsOf = (place: string) => path.join(place, "generation-1", "additions.jsonl");

async function problemsOf(place: string): Promise<string[]> {
	return (await verifyGallery(place, { isAnyLicenceFine: false })).flatMap(({ problems }) => problems);
}

function namesIn(place: string): string[] {
	return readGallery(place)
		.people.map(({ name }) => name)
		.slice(20);
}

describe("what is added to a gallery", () => {
	it("is appended, and read as it was added", async () => {
		const place = await makeGalleryFolder(20);
		const index = await stat(indexFileOf(place));
		await addNewcomer(place, "Ann", { aliases: ["Annie"], fame: 2 });
		await addNewcomer(place, "Bob");
		expect((await stat(indexFileOf(place))).mtimeMs).toBe(index.mtimeMs);
		expect(readManifest(place)).toMatchObject({
			generation: 1,
			numPeople: 22,
			numPhotos: 42,
			numPictures: 42,
		});
		const gallery = readGallery(place);
		expect(gallery.person(20)).toEqual({ name: "Ann", collections: [], aliases: ["Annie"], fame: 2 });
		expect(gallery.photo(40)).toEqual({
			...gallery.photo(0),
			...{ person: 20 },
			...namedAs(gallery.photo(40)),
		});
		const found = gallery.index.search(gallery.index.embedding(41), 1, { strategy: "lsh" });
		expect(found).toEqual([expect.objectContaining({ row: 41, group: 21 })]);
		expect(await problemsOf(place)).toEqual([]);
	});

	it("has its credits listed beside those of the generation, and on the page of credits", async () => {
		const place = await makeGalleryFolder(20);
		await addNewcomer(place, "Ann");
		await addNewcomer(place, "Bob");
		const { credits, addedCredits } = readManifest(place) ?? {};
		const listed = JSON.parse(await readFile(path.join(place, credits?.path ?? ""), "utf8"));
		const added = await readFile(path.join(place, addedCredits?.path ?? ""), "utf8");
		const gallery = readGallery(place);
		const lines = added.trimEnd().split("\n");
		expect(lines.map((line) => JSON.parse(line))).toEqual([
			{ ...listed[0], person: "Ann", picture: gallery.picture(40) },
			{ ...listed[0], person: "Bob", picture: gallery.picture(41) },
		]);
		const app = await startApp({
			askGallery: () => ({ gallery, strangers: undefined }),
		});
		onTestFinished(() => app.close());
		const page = await (await fetch(`${app.url}/credits?q=ann`)).text();
		expect(page).toContain(`/${gallery.picture(40)}`);
		await writeFile(path.join(place, addedCredits?.path ?? ""), added.replace("Ann", "Amy"));
		expect(await problemsOf(place)).toContain(
			"generation-1/credits.jsonl does not list the credits of the photos that were added",
		);
	});

	it("is whole again after a killed addition once the gallery is tidied", async () => {
		const place = await makeGalleryFolder(20);
		const [added, credits] = [additionsOf(place), path.join(place, "generation-1", "credits.jsonl")];
		for (const state of ["nothing was added before", "somebody was"]) {
			if (state === "somebody was") await addNewcomer(place, "Ann");
			for (const file of [added, credits]) await appendFile(file, "Yorick");
			await tidyGallery(place, readGallery(place));
			expect(await problemsOf(place), state).toEqual([]);
			for (const file of [added, credits])
				expect(await readFile(file, "utf8").catch(() => ""), state).not.toContain("Yorick");
		}
		expect(namesIn(place)).toEqual(["Ann"]);
	});

	it("may be a fact of somebody who is there", async () => {
		const place = await makeGalleryFolder(3);
		const source = readGallery(place).source(5);
		await withLockedGallery(place, { purpose: "test" }, async (locked) => {
			const before = readGallery(place);
			const number = before.index.group(5);
			const people = withPerson(before.people, number, { portrait: source });
			await addToGallery(place, before, before.withPeople(people), locked);
		});
		expect(readManifest(place)).toMatchObject({ generation: 1, additions: expect.anything() });
		expect(readGallery(place).people.map(({ portrait }) => portrait)).toContain(source);
		expect(await problemsOf(place)).toEqual([]);
	});

	it("does not count before the manifest says so, and is written over", async () => {
		const place = await makeGalleryFolder(20);
		await addNewcomer(place, "Ann");
		const whole = await readFile(additionsOf(place));
		await appendFile(additionsOf(place), whole.subarray(0, 100));
		expect(namesIn(place)).toEqual(["Ann"]);
		expect(await problemsOf(place)).toEqual([]);
		await addNewcomer(place, "Bob");
		expect(namesIn(place)).toEqual(["Ann", "Bob"]);
		expect(await problemsOf(place)).toEqual([]);
	});

	it("is refused where it is damaged", async () => {
		const place = await makeGalleryFolder(20);
		await addNewcomer(place, "Ann");
		const whole = await readFile(additionsOf(place));
		for (const at of [0, 40, whole.length - 1]) {
			const damaged = Buffer.from(whole);
			damaged.writeUInt8((damaged[at] ?? 0) ^ 1, at);
			for (const bytes of [damaged, whole.subarray(0, at)]) {
				await writeFile(additionsOf(place), bytes);
				expect(() => readGallery(place)).toThrow(expect.objectContaining({ code: "INDEX_CORRUPT" }));
			}
		}
	});

	it("becomes part of the index once there is much of it", async () => {
		const place = await makeGalleryFolder(20);
		const names = Array.from({ length: 12 }, (_, i) => `Newcomer ${i}`);
		for (const name of names) await addNewcomer(place, name);
		expect(namesIn(place)).toEqual(names);
		expect(readManifest(place)?.generation).toBeGreaterThan(1);
		expect(await problemsOf(place)).toEqual([]);
	});

	it("is all there where several add at once", async () => {
		const place = await makeGalleryFolder(20);
		const names = ["Ann", "Bob", "Cy", "Di"];
		await Promise.all(names.map((name) => addNewcomer(place, name)));
		expect(
			readGallery(place)
				.people.slice(20)
				.map(({ name }) => name)
				.sort(),
		).toEqual(names);
		expect(await problemsOf(place)).toEqual([]);
	});
});

it("is taken over by whoever serves the gallery, who need not read the index again", async () => {
	const place = await makeGalleryFolder(20);
	await addNewcomer(place, "Ann");
	const onFailure = vi.fn();
	const options = { pipelineVersion: "made-1", onChange: vi.fn(), onFailure, intervalMs: 20 };
	const live = LiveGallery.open(place, options);
	onTestFinished(() => live.close());
	const first = live.current;
	await writeFile(indexFileOf(place), await readFile(indexFileOf(place)));
	await addNewcomer(place, "Bob");
	const index = await readFile(indexFileOf(place));
	await writeFile(indexFileOf(place), "not read");
	await vi.waitFor(() => expect(live.current.numPeople).toBe(22), { timeout: 60_000 });
	expect(live.current.index.search(live.current.index.embedding(41), 1)[0]).toMatchObject({ group: 21 });
	expect([first.numPeople, live.fileState]).toEqual([21, "served"]);
	await writeFile(indexFileOf(place), index);
	expect(await problemsOf(place)).toEqual([]);
});

/** What a photo has of its own. */
function namedAs({ source, picture }: { source: string; picture: string | undefined }): object {
	return { source, picture };
}
