import { execFile } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readPhotoFile } from "../../src/cli/photo-files.ts";
import { toCsvLine } from "../../src/cli/photos/csv.ts";
import { findPhotos } from "../../src/cli/photos/find-photos.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

async function folderOfPhotos(): Promise<string> {
	const folder = await temporaryFolder();
	await mkdir(path.join(folder, "holiday"));
	for (const name of ["b.JPG", "a.png", "notes.txt", "holiday/c.webp", "holiday/notes.txt", "[d].jpg"])
		await writeFile(path.join(folder, name), "");
	return folder;
}

describe("the photos that are named", () => {
	it("are files, those of folders, those of patterns, and the standard input", async () => {
		const folder = await folderOfPhotos();
		const named = await findPhotos([folder, "-", path.join(folder, "*.png"), "nowhere.jpg"]);
		const inFolder = ["[d].jpg", "a.png", "b.JPG", "holiday/c.webp"].map((name) => path.join(folder, name));
		expect(named).toEqual([...inFolder, "-", path.join(folder, "a.png"), "nowhere.jpg"]);
	});

	it("come from the standard input once, as it can be read once", async () => {
		await expect(findPhotos(["-", "a.jpg", "-"])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
	});

	it("are those of the folders that a pattern names, as where a shell resolves it", async () => {
		const folder = await folderOfPhotos();
		const inFolder = path.join(folder, "holiday", "c.webp");
		expect(await findPhotos([path.join(folder, "holi*")])).toEqual([inFolder]);
		expect(await findPhotos([path.join(folder, "{holiday,holiday/*.webp}")])).toEqual([inFolder]);
	});

	it("are told of where they are in a folder that may not be looked into", async () => {
		const folder = await folderOfPhotos();
		const closed = path.join(folder, "holiday");
		await chmod(folder, 0o755);
		await chmod(closed, 0);
		const script = `import { findPhotos } from "${builtModule("cli/photos/find-photos")}";
			console.log(JSON.stringify(await findPhotos(JSON.parse(process.argv[1]))));`;
		// root may look everywhere
		const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
		const names = [folder, path.join(folder, "**/*.webp")];
		const args = ["--input-type=module", "-e", script, JSON.stringify(names)];
		const { stdout } = await promisify(execFile)(process.execPath, args, user);
		const inFolder = ["[d].jpg", "a.png", "b.JPG", "holiday"].map((name) => path.join(folder, name));
		expect(JSON.parse(stdout)).toEqual([...inFolder, closed]);
		await chmod(closed, 0o755);
	});

	it("are called in UTF-8, as Node knows no other names of files", async () => {
		const hint = expect.stringContaining("UTF-8");
		await expect(readPhotoFile("caf\ufffd.jpg")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", hint });
	});

	it("may be called like patterns", async () => {
		const file = path.join(await folderOfPhotos(), "[d].jpg");
		expect(await findPhotos([file])).toEqual([file]);
	});

	it("are some, where a folder or pattern is named", async () => {
		const folder = await temporaryFolder();
		await symlink(folder, path.join(folder, "itself"));
		for (const name of [folder, path.join(folder, "*.jpg")])
			await expect(findPhotos([name])).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
	});
});

it("comma-separated values are quoted where they must be", () => {
	expect(toCsvLine(["a, b", 'the "c"', 1.5, ""])).toBe('"a, b","the ""c""",1.5,');
});
