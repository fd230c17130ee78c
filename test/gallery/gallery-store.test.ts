import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { readGallery } from "../../src/gallery/gallery-store.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const STARTER = path.join(PROJECT_FOLDER, "data", "starter.gallery");

describe("readGallery", () => {
	it("reads what encoding gives back byte by byte", async () => {
		const gallery = readGallery(STARTER);
		expect((await readFile(STARTER)).equals(gallery.encode())).toBe(true);
	});

	it.each([
		["missing", "/nowhere/a.gallery"],
		["a folder", os.tmpdir()],
	])("names the file that is %s and says how to make one", (_what, file) => {
		expect(() => readGallery(file)).toThrow(
			expect.objectContaining({
				code: "FILE_NOT_FOUND",
				message: expect.stringContaining(file),
				hint: expect.stringContaining("gallery build"),
			}),
		);
	});

	it("refuses a file that was cut by a byte", async () => {
		const file = path.join(await temporaryFolder(), "cut.gallery");
		await writeFile(file, (await readFile(STARTER)).subarray(0, -1));
		expect(() => readGallery(file)).toThrow(expect.objectContaining({ code: "INDEX_CORRUPT" }));
	});
});
