import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { runHere } from "../helpers/processes/run-here.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const run = promisify(execFile);

/** What bash offers at the end of a line. */
async function complete(line: string): Promise<string[]> {
	const file = path.join(await temporaryFolder(), "completion");
	await writeFile(file, (await runHere(["completion", "bash"])).stdout);
	const words = line.split(" ");
	const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _celebrity_faces; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const { stdout } = await run("bash", ["-c", script, file, ...words]);
	return stdout.split("\n").filter((word) => word !== "");
}

describe("completions", () => {
	it("of bash offer commands, commands of commands, and options", async () => {
		expect(await complete("celebrity-faces mat")).toEqual(["match"]);
		expect(await complete("celebrity-faces gallery bu")).toEqual(["build"]);
		expect(await complete("celebrity-faces match me.jpg --all")).toEqual(["--all-faces"]);
		expect(await complete("celebrity-faces gallery build photos --pic")).toEqual(["--pictures"]);
	});

	it("of fish and zsh name all commands, and others are refused", async () => {
		const fish = (await runHere(["completion", "fish"])).stdout;
		for (const command of ["match", "gallery", "verify", "completion"])
			expect(fish).toMatch(new RegExp(`^complete -c celebrity-faces -f .* -a ${command} -d '.+'$`, "m"));
		const zsh = (await runHere(["completion", "zsh"])).stdout;
		expect(zsh).toMatch(/^autoload -U \+X bashcompinit/);
		// a letter behind a slice's second colon is a modifier there, and a variable called path is $PATH
		expect(zsh).not.toMatch(/:\d+:[A-Za-z]|\blocal .*\bpath\b/);
		expect((await runHere(["completion", "tcsh"])).code).toBe(2);
	});
});

it("the manual page has every command with its options", async () => {
	const { stdout } = await runHere(["man"]);
	expect(stdout).toMatch(/^\.TH CELEBRITY-FACES 1/);
	expect(stdout).toContain(".SS celebrity\\-faces match [options] <photo...>");
	expect(stdout).toContain(".B \\-\\-all\\-faces");
	expect(stdout).toContain(".SH EXIT STATUS");
});
