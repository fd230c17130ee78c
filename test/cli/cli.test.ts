import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/config.ts";
import { runCli } from "../helpers/run-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

describe("celebrity-faces", () => {
	it("lists its commands and exit codes", async () => {
		const { code, stdout } = await runCli(["--help"]);
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
		["neither photos nor a list", ["embed"]],
		["a build without a target", ["gallery", "build", "."]],
	])("exits with 2 on %s", async (_what, args) => {
		expect((await runCli(args)).code).toBe(2);
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
		const { code, stderr } = await runCli(args);
		expect(code).toBe(1);
		expect(stderr).toMatch(line);
		expect(stderr.trimEnd()).not.toContain("\n");
	});

	it("refuses a file that is no gallery", async () => {
		const file = path.join(await temporaryFolder(), "a.gallery");
		await writeFile(file, "not a gallery".repeat(100));
		expect(await runCli(["gallery", "info", file])).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/^INVALID_INDEX_FILE: /),
		});
	});
});
