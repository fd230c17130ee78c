import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER, VERSION } from "../../src/config.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

interface Ended {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
	return new Promise((resolve) => {
		const command = ["--import", "tsx", path.join(PROJECT_FOLDER, "src", "cli.ts"), ...args];
		execFile(process.execPath, command, { cwd: PROJECT_FOLDER }, (error, stdout, stderr) => {
			resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
		});
	});
}

describe("celebrity-faces", () => {
	it("lists its commands and exit codes", async () => {
		const { code, stdout } = await run("--help");
		expect(code).toBe(0);
		for (const word of ["serve", "match", "embed", "gallery", "evaluate", "Exit codes"])
			expect(stdout).toContain(word);
	});

	it("says its version", async () => {
		expect(await run("--version")).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
	});

	it.each([
		["no command", []],
		["an unknown command", ["mach"]],
		["an unknown option", ["match", "--fast", "a.jpg"]],
		["a missing argument", ["match"]],
		["a number that is none", ["match", "-k", "many", "a.jpg"]],
		["neither photos nor a list", ["embed"]],
		["a build without a target", ["gallery", "build", "."]],
	])("exits with 2 on %s", async (_what, args) => {
		expect((await run(...args)).code).toBe(2);
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
		["a wrong setting", ["match", "--engine", "gpu", "a.jpg"], /^INVALID_SETTING: .*FACE_ENGINE="gpu"/],
	])("exits with 1 and one line on %s", async (_what, args, line) => {
		const { code, stderr } = await run(...args);
		expect(code).toBe(1);
		expect(stderr).toMatch(line);
		expect(stderr.trimEnd()).not.toContain("\n");
	});

	it("refuses a file that is no gallery", async () => {
		const file = path.join(await temporaryFolder(), "a.gallery");
		await writeFile(file, "not a gallery".repeat(100));
		expect(await run("gallery", "info", file)).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/^INVALID_INDEX_FILE: /),
		});
	});
});
