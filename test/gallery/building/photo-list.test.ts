import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { joinLists, readPhotoList, scanPhotoFolder } from "../../../src/gallery/building/photo-list.ts";
import { readPeopleFacts } from "../../../src/gallery/people/people-facts.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function listOf(csv: string) {
	const file = path.join(await temporaryFolder(), "gallery.csv");
	await writeFile(file, csv);
	return readPhotoList(file);
}

describe("readPhotoList", () => {
	it("makes one person of rows of one collection with the same article, whatever the names, case and accents", async () => {
		const { people, photos } = await listOf(
			'photo,name,wikipedia,collection\na.jpg,Beyonce,Beyonce,music\nb/c.jpg,"Knowles",BEYONCÉ,music\nd.jpg,Bono,Bono,music\n',
		);
		expect(people).toEqual([
			{ name: "Beyonce", wikipedia: "Beyonce", collections: ["music"] },
			{ name: "Bono", wikipedia: "Bono", collections: ["music"] },
		]);
		expect(photos.map(({ source, person }) => [source, person])).toEqual([
			["a.jpg", 0],
			["b/c.jpg", 0],
			["d.jpg", 1],
		]);
	});

	it("leaves the same name in two collections to the faces, but a Wikidata id is one person's", async () => {
		const { people } = await listOf(
			"photo,name,collection,wikidata\na.jpg,Ann,x,\nb.jpg,Ann,y,\nc.jpg,Bob,x,Q1\nd.jpg,Robert,y,Q1\n",
		);
		expect(people.map(({ name, collections }) => [name, collections])).toEqual([
			["Ann", ["x"]],
			["Ann", ["y"]],
			["Bob", ["x", "y"]],
		]);
	});

	it("reads what is known of people, and believes the facts before the list", async () => {
		const folder = await temporaryFolder();
		await writeFile(
			path.join(folder, "list.csv"),
			"photo,name,wikipedia,sitelinks,born,name:ru,known_for:ru\na.jpg,Al Green,Al Green,120,1947,Эл Грин,политик\nb.jpg,Bob,Bob,,,,\n",
		);
		await writeFile(
			path.join(folder, "facts.csv"),
			"listed,name,wikipedia,fame,known_for\nal green,Al Green of Texas,-,1,politician\n",
		);
		const facts = await readPeopleFacts(path.join(folder, "facts.csv"));
		const { people } = await readPhotoList(path.join(folder, "list.csv"), facts);
		expect(people).toEqual([
			{
				name: "Al Green of Texas",
				wikipedia: undefined,
				collections: [],
				names: { ru: "Эл Грин" },
				knownFor: "politician",
				knownForIn: { ru: "политик" },
				birthYear: 1947,
				fame: 1,
			},
			{ name: "Bob", wikipedia: "Bob", collections: [] },
		]);
	});

	it.each([
		["semicolons", "Photo;Name;name:pt-BR\r\na, b.jpg;Ann;Ana\r\n"],
		["tabs", "photo\tname\tname:pt-BR\na, b.jpg\tAnn\tAna\n"],
		["commas", '\ufeff"photo",name,name:pt-BR\n"a, b.jpg",Ann,Ana\n'],
	])("reads what a spreadsheet writes with %s", async (_what, csv) => {
		const { people, photos } = await listOf(csv);
		expect(people).toMatchObject([{ name: "Ann", names: { "pt-BR": "Ana" } }]);
		expect(photos.map(({ source }) => source)).toEqual(["a, b.jpg"]);
	});

	it("says whom it takes for one person though the names are spelt otherwise", async () => {
		const { people, spellings } = await listOf(
			"photo,name,wikipedia\na.jpg,José,\nb.jpg,Jose,\nc.jpg,JOSE\u0301,\nd.jpg,Knowles,Beyonce\ne.jpg,Beyonce,Beyonce\n",
		);
		expect(people).toHaveLength(2);
		expect(spellings).toEqual([["José", "Jose"]]);
	});

	it("takes absolute paths as they are", async () => {
		const { photos } = await listOf("photo,name\n/photos/a.jpg,Someone\n");
		expect(photos[0]).toMatchObject({ file: "/photos/a.jpg", source: "/photos/a.jpg" });
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
		[
			"other columns",
			"file,person\na.jpg,A\n",
			"INVALID_GALLERY_LIST",
			/expected the column "photo" and "name" but the first line names "file", "person"/,
		],
		["a column twice", "photo,name,Name\na.jpg,A,B\n", "INVALID_GALLERY_LIST", /each column once/],
		["no rows", "photo,name\n", "EMPTY_GALLERY", /found none/],
		[
			"a fame that is none",
			"photo,name,fame\na.jpg,A,4\n",
			"INVALID_GALLERY_LIST",
			/line 2: expected fame from 0 to 3/,
		],
		[
			"an id of Wikidata that is none",
			"photo,name,wikidata\na.jpg,A,q42\n",
			"INVALID_GALLERY_LIST",
			/line 2: expected wikidata to be an id like Q42 but received "q42"/,
		],
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

	it("follows links to photos and folders, in circles too, and takes nothing that is hidden", async () => {
		const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
		await mkdir(path.join(folder, "Ann"));
		for (const file of [path.join(elsewhere, "1.jpg"), path.join(folder, "Ann", "._1.jpg")])
			await writeFile(file, "");
		await symlink(path.join(elsewhere, "1.jpg"), path.join(folder, "Ann", "linked.jpg"));
		await symlink(elsewhere, path.join(folder, "Bob"));
		await symlink(folder, path.join(folder, "Ann", "round"));
		const { photos, emptyFolders } = await scanPhotoFolder(folder);
		expect(photos.map(({ source }) => source)).toEqual(["Ann/linked.jpg", "Bob/1.jpg"]);
		expect(emptyFolders).toEqual([]);
	});

	it("takes a photo once for each person, however many ways lead there", async () => {
		const folder = await temporaryFolder();
		const names = Array.from({ length: 12 }, (_, i) => `P${10 + i}`);
		for (const name of names) {
			await mkdir(path.join(folder, name));
			await writeFile(path.join(folder, name, `${name}.jpg`), "");
			for (const other of names) await symlink(path.join(folder, other), path.join(folder, name, other));
		}
		const { photos } = await scanPhotoFolder(folder);
		expect(photos).toHaveLength(names.length ** 2);
		expect(
			photos.filter(({ person }) => person === 0).map(({ file }) => path.basename(file, ".jpg")),
		).toEqual(names);
	});

	it("names the folders that hold no photo", async () => {
		const folder = await temporaryFolder();
		for (const name of ["Ann", "Zoe", "Bob"]) await mkdir(path.join(folder, name));
		await writeFile(path.join(folder, "Ann", "1.jpg"), "");
		await writeFile(path.join(folder, "Bob", "notes.txt"), "");
		await symlink(path.join(folder, "Bob"), path.join(folder, "Liz"));
		expect((await scanPhotoFolder(folder)).emptyFolders).toEqual(["Bob", "Liz", "Zoe"]);
	});

	it("leaves out of names what a terminal would obey, and refuses a folder that names nobody", async () => {
		const folder = await temporaryFolder();
		await mkdir(path.join(folder, "Ann\n\u001b[31m_Lee"));
		await writeFile(path.join(folder, "Ann\n\u001b[31m_Lee", "1.jpg"), "");
		expect((await scanPhotoFolder(folder)).people).toMatchObject([{ name: "Ann [31m Lee" }]);
		await mkdir(path.join(folder, "_"));
		await writeFile(path.join(folder, "_", "1.jpg"), "");
		await expect(scanPhotoFolder(folder)).rejects.toMatchObject({
			code: "INVALID_GALLERY_LIST",
			message: expect.stringContaining('"_/1.jpg"'),
		});
	});

	it("refuses a folder without people", async () => {
		await expect(scanPhotoFolder(await temporaryFolder())).rejects.toMatchObject({ code: "EMPTY_GALLERY" });
	});
});

describe("joinLists", () => {
	const listOf = (name: string, file: string) => ({
		people: [{ name, wikipedia: undefined, collections: [] }],
		photos: [{ file, source: "Ann/1.jpg", person: 0 }],
		emptyFolders: [],
		spellings: [],
	});

	it("tells photos of the same name in two folders apart", () => {
		const { people, photos } = joinLists([
			["/x/a", listOf("Ann", "/x/a/Ann/1.jpg")],
			["/x/b", listOf("Ann", "/x/b/Ann/1.jpg")],
		]);
		expect(people).toHaveLength(2);
		expect(photos).toEqual([
			{ file: "/x/a/Ann/1.jpg", source: "Ann/1.jpg", person: 0 },
			{ file: "/x/b/Ann/1.jpg", source: "b/Ann/1.jpg", person: 1 },
		]);
	});

	it("takes a photo once that is listed again, and its person into both collections", () => {
		const inCollection = (collection: string, name = "Ann") => {
			const list = listOf(name, "/x/Ann/1.jpg");
			return [
				"/x",
				{ ...list, people: list.people.map((person) => ({ ...person, collections: [collection] })) },
			] as const;
		};
		const { people, photos } = joinLists([inCollection("film"), inCollection("film"), inCollection("sport")]);
		expect(photos).toEqual([{ file: "/x/Ann/1.jpg", source: "Ann/1.jpg", person: 0 }]);
		expect(people[0]?.collections).toEqual(["film", "sport"]);
		expect(() => joinLists([inCollection("film"), inCollection("film", "Bob")])).toThrow(
			expect.objectContaining({
				code: "INVALID_GALLERY_LIST",
				message: "Expected one person for Ann/1.jpg but it is listed for Ann and for Bob.",
			}),
		);
	});

	it("takes more photos than a call takes arguments", () => {
		const photos = Array.from({ length: 200_000 }, (_, i) => ({
			file: `/x/${i}`,
			source: `${i}`,
			person: 0,
		}));
		expect(joinLists([["/x", { ...listOf("Ann", ""), photos }]]).photos).toHaveLength(200_000);
	});

	it("says which two it can't tell apart", () => {
		const lists = ["/a/x", "/b/x", "/c/x"].map(
			(origin) => [origin, listOf("Ann", `${origin}/Ann/1.jpg`)] as const,
		);
		expect(() => joinLists(lists)).toThrow(
			expect.objectContaining({
				code: "INVALID_GALLERY_LIST",
				message: expect.stringContaining("/c/x/Ann/1.jpg"),
			}),
		);
	});
});
