/** The commands on photos, as a person runs them. */
import { execFile } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { CLI_FILE } from "../../helpers/processes/built-cli.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { SAMPLE_FACE_COUNTS, samplePhotoFile } from "../../helpers/sample-photos.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const linesOf = (text: string) => text.trimEnd().split("\n");

async function folderWithBroken(): Promise<string> {
	const folder = await temporaryFolder();
	await copyFile(samplePhotoFile(1), path.join(folder, "a.jpg"));
	await writeFile(path.join(folder, "broken.jpg"), "no photo");
	return folder;
}

describe("detect", () => {
	it("prints the faces of a folder's photos as JSON lines by `photo`, and fails for those that have none", async () => {
		const folder = await folderWithBroken();
		const { code, stdout } = await runCli(["detect", folder, "--json"]);
		expect(code).toBe(1);
		const [first, second] = linesOf(stdout).map((line) => JSON.parse(line));
		expect(first.photo).toBe(path.join(folder, "a.jpg"));
		expect(first.faces).toHaveLength(SAMPLE_FACE_COUNTS[0]);
		expect(second).toMatchObject({
			photo: path.join(folder, "broken.jpg"),
			error: { code: "UNSUPPORTED_IMAGE" },
		});
	});

	it("prints CSV with a heading, and a line for what failed", async () => {
		const { stdout } = await runCli(["detect", await folderWithBroken(), "--csv"]);
		const [heading, ...lines] = linesOf(stdout);
		const numColumns = heading?.split(",").length;
		expect(lines).toHaveLength(SAMPLE_FACE_COUNTS[0] + 1);
		expect(lines.every((line) => line.split(",").length === numColumns)).toBe(true);
		expect(lines.at(-1)).toMatch(/,UNSUPPORTED_IMAGE$/);
	});
});

describe("match", () => {
	it("reads the standard input and prints CSV", async () => {
		const command = `"${process.execPath}" "${CLI_FILE}" match - --csv -k 2 < "${samplePhotoFile(1)}"`;
		const { stdout } = await promisify(execFile)("bash", ["-c", command]);
		const lines = linesOf(stdout);
		expect(lines[0]).toBe("photo,face,rank,name,resemblance,words,similarity,error");
		expect(lines.slice(1).map((line) => line.split(",").slice(0, 3))).toEqual([
			["-", "0", "1"],
			["-", "0", "2"],
		]);
	});
});

describe("verify", () => {
	it("tells a person's photo and its copy from photos of two people", async () => {
		const same = JSON.parse(
			(await runCli(["verify", samplePhotoFile(1), samplePhotoFile(1), "--json"])).stdout,
		);
		expect(same).toMatchObject({ isSamePerson: true, photo: [samplePhotoFile(1), samplePhotoFile(1)] });
		expect(same.similarity).toBeCloseTo(1, 5);
		const { stdout } = await runCli(["verify", samplePhotoFile(1), samplePhotoFile(4)]);
		expect(stdout).toMatch(/^Two people\.\n {2}.+ {2}cosine 0\.\d{4}/);
	});
});

it("a command that is misspelt is guessed", async () => {
	const { code, stderr } = await runCli(["mach"]);
	expect(code).toBe(2);
	expect(stderr).toContain("Did you mean match?");
});
