import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readPhotoList, scanPhotoFolder } from "../../src/gallery/photo-list.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

async function listOf(csv: string) {
	const file = path.join(await temporaryFolder(), "gallery.csv");
	await writeFile(file, csv);
	return readPhotoList(file);
}

describe("readPhotoList", () => {
	it("makes one person of rows with the same article, whatever their names and collections", async () => {
		const { people, photos } = await listOf(
			'photo,name,wikipedia,collection\na.jpg,Adele,Adele,music\nb/c.jpg,"Adkins, Adele",adele,lists\nd.jpg,Bono,Bono,music\n',
		);
		expect(people).toEqual([
			{ name: "Adele", wikipedia: "Adele", collections: ["music", "lists"] },
			{ name: "Bono", wikipedia: "Bono", collections: ["music"] },
		]);
		expect(photos.map(({ source, person }) => [source, person])).toEqual([
			["a.jpg", 0],
			["b/c.jpg", 0],
			["d.jpg", 1],
		]);
	});

	it("takes paths from the list's folder", async () => {
		const { photos } = await listOf("photo,name\nx/y.jpg,Someone\n");
		expect(photos[0]?.file).toMatch(/celebrity-faces-.*\/x\/y\.jpg$/);
	});

	it("knows whose work a photo is where the list says so", async () => {
		const page = "https://commons.wikimedia.org/wiki/File:A.jpg";
		const { photos } = await listOf(`photo,name,author,licence,page\na.jpg,A,Ann,CC0,${page}\nb.jpg,B,,,\n`);
		expect(photos.map(({ credit }) => credit)).toEqual([{ author: "Ann", licence: "CC0", page }, undefined]);
	});

	it.each([
		[
			"a credit without a page",
			"photo,name,licence\na.jpg,A,CC0\n",
			"INVALID_GALLERY_LIST",
			/line 2: .*credit.*page/,
		],
		[
			"a row without a name",
			"photo,name\na.jpg,A\nb.jpg,\n",
			"INVALID_GALLERY_LIST",
			/line 3: expected a photo and a name/,
		],
		["a row with too many columns", "photo,name\na.jpg,A,B,C\n", "INVALID_GALLERY_LIST", /not a proper CSV/],
		["an open quote", 'photo,name\n"a.jpg,A\n', "INVALID_GALLERY_LIST", /not a proper CSV/],
		["other columns", "file,person\na.jpg,A\n", "INVALID_GALLERY_LIST", /line 2/],
		["no rows", "photo,name\n", "EMPTY_GALLERY", /found none/],
		["nothing", "", "EMPTY_GALLERY", /found none/],
	])("refuses %s", async (_what, csv, code, message) => {
		await expect(listOf(csv)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
	});

	it("says which file is missing", async () => {
		await expect(readPhotoList("/nowhere/gallery.csv")).rejects.toMatchObject({
			code: "FILE_NOT_FOUND",
			message: expect.stringContaining("/nowhere/gallery.csv"),
		});
	});
});

describe("scanPhotoFolder", () => {
	it("takes each sub-folder for a person and only pictures for photos", async () => {
		const folder = await temporaryFolder();
		for (const file of [
			"Grace_Kelly/1.JPG",
			"Grace_Kelly/more/2.png",
			"Bono/b.webp",
			"Bono/notes.txt",
			"loose.jpg",
		]) {
			await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
			await writeFile(path.join(folder, file), "");
		}
		const { people, photos } = await scanPhotoFolder(folder);
		expect(people.map(({ name }) => name)).toEqual(["Bono", "Grace Kelly"]);
		expect(photos.map(({ source }) => source)).toEqual([
			"Bono/b.webp",
			"Grace_Kelly/1.JPG",
			"Grace_Kelly/more/2.png",
		]);
	});

	it("refuses a folder without people", async () => {
		await expect(scanPhotoFolder(await temporaryFolder())).rejects.toMatchObject({ code: "EMPTY_GALLERY" });
	});
});
