import path from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../helpers/run-cli.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";

it("answers photos of one person as one, and names those that do not count", async () => {
	const faceless = path.resolve("docs/search-bench.svg");
	const photos = [samplePhotoFile(1), "nowhere.jpg", samplePhotoFile(1), faceless];
	const { code, stdout } = await runCli(["match", "--fuse", "--json", "-k", "1", ...photos]);
	expect(code).toBe(1);
	const lines = stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(lines.slice(0, 2)).toMatchObject([
		{ photo: "nowhere.jpg", error: { code: "FILE_NOT_FOUND" } },
		{ photo: faceless, error: { code: "UNSUPPORTED_IMAGE" } },
	]);
	expect(lines[2].fused).toEqual({ numPhotos: 3, numUsed: 2 });
});

it("says of each photo why it does not count where none does", async () => {
	const photos = ["nowhere.jpg", path.resolve("docs/search-bench.svg")];
	const { code, stdout, stderr } = await runCli(["match", "--fuse", ...photos]);
	expect(code).toBe(1);
	expect(stdout).toBe("");
	for (const line of [/^nowhere\.jpg: FILE_NOT_FOUND/m, /svg: UNSUPPORTED_IMAGE/])
		expect(stderr).toMatch(line);
});
