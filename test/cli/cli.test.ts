import { execFile } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readPhotoFile } from "../../src/cli/photo-files.ts";
import { VERSION } from "../../src/config/config.ts";
import { CLI_FILE } from "../helpers/processes/built-cli.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { runHere } from "../helpers/processes/run-here.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const run = promisify(execFile);

describe("celebrity-faces", () => {
	it("lists its commands and exit codes", async () => {
		const { code, stdout } = await runHere(["--help"]);
		expect(code).toBe(0);
		for (const word of ["serve", "match", "embed", "gallery", "evaluate", "models", "Exit codes"])
			expect(stdout).toContain(word);
	});

	it("says its version", async () => {
		expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
	});

	it.each([
		["no command", []],
		["an unknown command", ["mach"]],
		["an unknown option", ["match", "--fast", "a.jpg"]],
		["a missing argument", ["match"]],
		["a number that is none", ["match", "-k", "many", "a.jpg"]],
		["a fame that there is not", ["gallery", "build", ".", "-o", "x.gallery", "--least-fame", "9"]],
		["neither photos nor a list", ["embed"]],
		["a build without a target", ["gallery", "build", "."]],
	])("exits with 2 on %s", async (_what, args) => {
		expect((await runHere(args)).code).toBe(2);
	});

	it.each([
		[
			"a gallery that is not there",
			["gallery", "info", "nowhere.gallery"],
			/^FILE_NOT_FOUND: .*nowhere\.gallery/,
		],
		[
			"a source that is not there",
			["gallery", "build", "nowhere", "-o", "x.gallery"],
			/^FILE_NOT_FOUND: .*nowhere/,
		],
	])("exits with 1 and one line on %s", async (_what, args, line) => {
		const { code, stderr } = await runHere(args);
		expect(code).toBe(1);
		expect(stderr).toMatch(line);
		expect(stderr.trimEnd()).not.toContain("\n");
	});

	it("exits with 1 and one line on a wrong setting", async () => {
		const { code, stdout, stderr } = await runCli(["match", "--engine", "gpu", "a.jpg"]);
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(stderr).toMatch(/^INVALID_SETTING: .*FACE_ENGINE="gpu".*\n$/);
	});

	it("takes --fuse or --all-faces, not both", async () => {
		const { code, stderr } = await runHere(["match", "--fuse", "--all-faces", "a.jpg"]);
		expect(code).toBe(2);
		expect(stderr).toContain("--all-faces");
	});

	it("ends quietly when whoever reads its output has seen enough", async () => {
		const list = `"${process.execPath}" "${CLI_FILE}" gallery list data/starter.gallery`;
		const all = await run("sh", ["-c", list], { maxBuffer: 1e8 });
		// more than a pipe holds, or it would end before it notices
		expect(all.stdout.length).toBeGreaterThan(65_536);
		const { stdout, stderr } = await run("sh", ["-c", `${list} | head -c 10`]);
		expect(stdout).toHaveLength(10);
		expect(stderr).toBe("");
	});

	it("does not wait for a gallery or a photo that is no file", async () => {
		const fifo = path.join(await temporaryFolder(), "fifo");
		await run("mkfifo", [fifo]);
		expect(await runCli(["gallery", "info", fifo])).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/^FILE_NOT_FOUND: /),
		});
		for (const file of [fifo, "/dev/zero", path.dirname(fifo)])
			await expect(readPhotoFile(file)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
	});

	it("reads no photo of more than 500 MB", async () => {
		const file = path.join(await temporaryFolder(), "large.jpg");
		await writeFile(file, "");
		await truncate(file, 501e6);
		await expect(readPhotoFile(file)).rejects.toMatchObject({ code: "PHOTO_TOO_LARGE" });
	});

	it("refuses a file that is no gallery", async () => {
		const file = path.join(await temporaryFolder(), "a.gallery");
		await writeFile(file, "not a gallery".repeat(100));
		expect(await runHere(["gallery", "info", file])).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/^INVALID_INDEX_FILE: /),
		});
	});
});
