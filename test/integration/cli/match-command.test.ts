import path from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";

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

it("shows the index's own answer beside the exact one, each with its own time", async () => {
	const { code, stdout } = await runCli(["match", "--exact", "-k", "3", samplePhotoFile(1)]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/The two searches: [0-3] of 3 people agree/);
	const [, exactMs, lshMs] = /exact, ([\d.]+) ms +index \(LSH\), ([\d.]+) ms/.exec(stdout) ?? [];
	expect(Number(exactMs)).toBeGreaterThan(0);
	expect(Number(lshMs)).toBeGreaterThan(0);
	expect(lshMs).not.toBe(exactMs);
	// beside each other: two cosines in a row
	expect(stdout.match(/^ +\d .*0\.\d{4} .*0\.\d{4} /gm)).toHaveLength(3);
});
