import { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addModelsCommands } from "../../src/cli/models.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

afterEach(() => vi.restoreAllMocks());

/** Runs `models ...` as the program would, and gives back what it printed. */
async function run(...args: string[]): Promise<string> {
	const printed = vi.spyOn(console, "log").mockReturnValue();
	vi.spyOn(process.stderr, "write").mockReturnValue(true);
	const program = new Command().exitOverride();
	addModelsCommands(program);
	await program.parseAsync(["models", ...args], { from: "user" });
	return printed.mock.calls.flat().join("\n");
}

describe("models", () => {
	it("lists what can be fetched, from where, and that it is not there", async () => {
		const listed = await run("list", "--folder", await temporaryFolder());
		expect(listed.match(/not fetched/g)).toHaveLength(2);
		for (const word of ["facenet:", "facenet512:", "facenet_weights.h5", "facenet512_weights.h5", "MIT"])
			expect(listed).toContain(word);
	});

	it.each([
		["an unknown model", ["fetch", "vgg-face"]],
		["no model", ["fetch"]],
		["a checksum that is none", ["fetch", "facenet", "--sha256", "abc"]],
	])("counts %s as wrong usage", async (_, args) => {
		await expect(run(...args)).rejects.toMatchObject({ name: "CommanderError" });
	});

	it("hands on that a local file is not there", async () => {
		const folder = await temporaryFolder();
		const fetching = run("fetch", "facenet", "--from", "nowhere.h5", "--folder", folder);
		await expect(fetching).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
	});
});
