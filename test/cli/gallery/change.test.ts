/** Renaming, choosing a photo and merging: the gallery stays whole, and what was replaced is gone. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { indexFileOf, readGallery } from "../../../src/gallery/gallery-store.ts";
import { verifyGallery } from "../../../src/gallery/verify/verify-gallery.ts";
import { makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { runHere } from "../../helpers/processes/run-here.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

describe("gallery rename, set-photo and merge", () => {
	it("change what they are told to, and nothing else", async () => {
		const place = await makeGalleryFolder(4);
		const before = readGallery(place).contents();
		const rename = ["gallery", "rename", place, "person 2", "Zoë Example", "--wikipedia", "Zoë (actor)"];
		expect(await runHere(rename)).toMatchObject({
			code: 0,
			stdout: expect.stringContaining("4 people, 8 photos"),
		});
		const source = before.photos.findLast(({ person }) => person === 2)?.source as string;
		expect((await runHere(["gallery", "set-photo", place, "Zoe (actor)", source])).code).toBe(0);
		const other = before.photos.find(({ person }) => person === 1)?.source as string;
		expect(await runHere(["gallery", "set-photo", place, "zoe example", other])).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("somebody else's"),
		});
		const renamed = readGallery(place).contents();
		expect(renamed).toEqual({
			...before,
			people: before.people.map((person, i) =>
				i === 2 ? { ...person, name: "Zoë Example", wikipedia: "Zoë (actor)", portrait: source } : person,
			),
		});
		expect((await readFile(indexFileOf(place))).includes("Person 2")).toBe(false);

		expect((await runHere(["gallery", "merge", place, "Person 3", "Zoë Example"])).code).toBe(0);
		const merged = readGallery(place);
		expect([merged.numPeople, merged.numPhotos]).toEqual([3, 8]);
		expect(merged.people.map(({ name }) => name)).toEqual(["Person 0", "Person 1", "Zoë Example"]);
		const again = await runHere(["gallery", "merge", place, "Zoë Example", "Zoë Example"]);
		expect(again.stderr).toMatch(/^INVALID_ARGUMENT: Expected two people/);
		const checks = await verifyGallery(place, { isAnyLicenceFine: false });
		expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
	});

	it("call nobody like somebody else, unless an article tells them apart", async () => {
		const place = await makeGalleryFolder(3);
		const rename = ["gallery", "rename", place, "Person 1", "person 2"];
		expect(await runHere(rename)).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/nobody else has but "person 2" is in the gallery\..*gallery merge/s),
		});
		expect((await runHere([...rename, "--wikipedia", "Person 2 (singer)"])).code).toBe(0);
		expect((await runHere(["gallery", "rename", place, "Person 2 (singer)", "Person 1"])).code).toBe(0);
	});

	it("take names and facts from a table, and leave whom it does not name", async () => {
		const place = await makeGalleryFolder(3);
		const csv = path.join(await temporaryFolder(), "people.csv");
		await writeFile(
			csv,
			"listed,name,wikipedia,fame,known_for,born,name:ru\nPERSON 1,Zoë Example,Zoë (actor),2,actor,1970,Зоя\n",
		);
		const describe = ["gallery", "describe", place, csv];
		expect((await runHere(describe)).stdout).toMatch(/^Told more of 1 person\./);
		expect(readGallery(place).people[1]).toEqual({
			...readGallery(place).people[1],
			...{ name: "Zoë Example", wikipedia: "Zoë (actor)", fame: 2, knownFor: "actor", birthYear: 1970 },
			names: { ru: "Зоя" },
		});
		const list = ["gallery", "list", place, "--search"];
		expect((await runHere([...list, "зоя"])).stdout).toMatch(/^Zoë Example\t/);
		expect(await runHere([...list, "xyzzy", "--json"])).toMatchObject({
			...{ code: 0, stdout: "", stderr: `Nobody in ${place} has "xyzzy".\n` },
		});
		// found by the new name too; what has a dash goes away
		await writeFile(csv, "listed,name,wikipedia,known_for\nPerson 1,Zoë Example,-,-\n");
		expect((await runHere(describe)).stdout).toMatch(/^Told more of 1 person\./);
		const [first, zoe, last] = readGallery(place).people;
		expect([first?.name, zoe?.name, last?.name]).toEqual(["Person 0", "Zoë Example", "Person 2"]);
		expect([zoe?.knownFor, zoe?.wikipedia, zoe?.names]).toEqual([undefined, undefined, { ru: "Зоя" }]);
		await writeFile(csv, "name\nPerson 1\n");
		expect(await runHere(describe)).toMatchObject({ code: 1, stderr: expect.stringContaining('"listed"') });
	});

	it("audit shows photos whatever their names, and says where it found nothing", async () => {
		const pipelineVersion = "face-api-dlib-chip-3";
		const place = await makeGalleryFolder(2, (contents) => ({
			...contents,
			pipelineVersion,
			photos: contents.photos.map((photo, i) => ({
				...photo,
				source: `what? #1/50%/${i}.jpg`,
			})),
		}));
		const sheet = path.join(await temporaryFolder(), "sheet.html");
		const audit = ["gallery", "audit", place, "--sheet", sheet];
		const audited = await runHere([...audit, "--photos", path.dirname(place)]);
		expect(audited.stderr).toBe("");
		expect(audited.stdout).toContain(`\nWrote ${sheet}\n`);
		const [, address] = /<img[^>]* src="([^"]+)"/.exec(await readFile(sheet, "utf8")) as RegExpExecArray;
		expect(fileURLToPath(new URL(address as string, pathToFileURL(sheet)))).toBe(
			path.join(path.dirname(place), "what? #1/50%/0.jpg"),
		);
		const large = { x: 0, y: 0, width: 200, height: 200 };
		const good = await makeGalleryFolder(2, ({ photos, ...made }) => ({
			...{ ...made, pipelineVersion },
			photos: photos.map((photo) => ({ ...photo, box: large })),
		}));
		const clean = await runHere(["gallery", "audit", good]);
		expect(clean.stdout).toBe("Nothing to look at.\n");
	});

	it("count one photo and one person in the singular", async () => {
		const place = await makeGalleryFolder(2);
		const { photos } = readGallery(place).contents();
		const removeOne = ["gallery", "remove", place, "--photo", photos[0]!.source];
		expect((await runHere(removeOne)).stdout).toBe(
			`Removed 1 photo, kept out of all that is built, added or fetched for this gallery later.\n${place}: 2 people, 3 photos\n`,
		);
		const removeTwo = ["gallery", "remove", place, "--person", "Person 1"];
		expect((await runHere(removeTwo)).stdout).toBe(
			`Removed 2 photos, kept out of all that is built, added or fetched for this gallery later.\n${place}: 1 person, 1 photo\n`,
		);
		const npy = path.join(await temporaryFolder(), "one.npy");
		expect((await runHere(["gallery", "export", place, npy])).stdout).toMatch(/^Wrote 1 embedding by /);
		const imported = await runHere(["gallery", "import", npy, "-o", `${npy}.gallery`]);
		expect(imported.stdout).toBe(`${npy}.gallery: 1 person, 1 photo by made-1\n`);
	});
});
