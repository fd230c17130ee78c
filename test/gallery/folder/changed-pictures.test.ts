import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { ChangedPictures, isNoteOfChange } from "../../../src/gallery/folder/changed-pictures.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const LABEL = "localhost:5432/faces, schema film";
const showing = (...pictures: string[]) => ({
	rows: () => pictures.map((_, row) => row),
	picture: (row: number) => pictures[row],
});

/** A folder of pictures, portraits only. */
async function folderOf(...pictures: string[]): Promise<string> {
	const folder = path.join(await temporaryFolder(), "pictures");
	await mkdir(folder);
	for (const picture of pictures) await writeFile(path.join(folder, picture), "");
	return folder;
}

/** What a change leaves that is killed after it has noted, an hour ago or more. */
async function killed(folder: string, label: string, pictures: readonly string[]): Promise<void> {
	await new ChangedPictures(folder, label).note(pictures);
	for (const name of (await readdir(folder)).filter(isNoteOfChange))
		await utimes(path.join(folder, name), 0, 0);
}

it("takes away what a change brought or named and the gallery does not show, and nothing else", async () => {
	const folder = await folderOf("gone.webp", "gone.face.webp", "stays.webp", "others.webp");
	const pictures = new ChangedPictures(folder, LABEL);
	await pictures.note(["gone.webp", "stays.webp", "../escaped.webp", ".."]);
	await pictures.tidy(showing("stays.webp"));
	expect(await readdir(folder)).toEqual(["others.webp", "stays.webp"]);
});

it("takes away what another change of the same gallery left that was killed", async () => {
	const folder = await folderOf("gone.webp", "stays.webp");
	await killed(folder, LABEL, ["gone.webp", "stays.webp"]);
	await new ChangedPictures(folder, LABEL).tidy(showing("stays.webp"));
	expect(await readdir(folder)).toEqual(["stays.webp"]);
});

it("leaves what may still be under way, is another gallery's, or can't be read", async () => {
	const folder = await folderOf("theirs.webp", "under-way.webp");
	await killed(folder, `${LABEL}_too`, ["theirs.webp"]);
	const broken = `.change-${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}.json`;
	await writeFile(path.join(folder, broken), "{");
	await utimes(path.join(folder, broken), 0, 0);
	await new ChangedPictures(folder, LABEL).note(["under-way.webp"]);
	const before = await readdir(folder);
	await new ChangedPictures(folder, LABEL).tidy(showing());
	expect(await readdir(folder)).toEqual(before);
});

it("notes nothing where there is nothing to bring or to take away", async () => {
	const folder = path.join(await temporaryFolder(), "none");
	const pictures = new ChangedPictures(folder, LABEL);
	await pictures.note([]);
	expect(pictures.isNoted).toBe(false);
	await pictures.tidy(showing());
	await expect(readdir(folder)).rejects.toThrow("ENOENT");
});
