/** The commands on photos, as a person runs them. */
import { execFile } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
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

describe("a photo whose name a terminal would obey", () => {
	const name = '-a\n"b",\u001b[31m\u202e.jpg';
	const folderOf = async (photo: (file: string) => Promise<void>) => {
		const folder = await temporaryFolder();
		await photo(path.join(folder, name));
		return folder;
	};

	it("is whole in JSON lines and CSV, and written out as text", async () => {
		const folder = await folderOf((file) => copyFile(samplePhotoFile(1), file));
		const photo = path.join(folder, name);
		const [line] = linesOf((await runCli(["detect", folder, "--json"])).stdout);
		expect(JSON.parse(line as string).photo).toBe(photo);
		const rows = parse((await runCli(["detect", folder, "--csv"])).stdout) as string[][];
		expect(rows.slice(1).map(([first]) => first)).toEqual(Array(SAMPLE_FACE_COUNTS[0]).fill(photo));
		const text = (await runCli(["detect", folder])).stdout;
		expect(linesOf(text)).toHaveLength(1 + SAMPLE_FACE_COUNTS[0]);
		expect(text).toContain('-a\\n"b",\\u001b[31m\\u202e.jpg: ');
	});

	it("is written out where it is told why it failed", async () => {
		const folder = await folderOf((file) => writeFile(file, "no photo"));
		const { code, stderr } = await runCli(["detect", folder]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/^\S+-a\\n"b",\\u001b\[31m\\u202e\.jpg: UNSUPPORTED_IMAGE: .+\n$/m);
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

it("boxes are in pixels of the file, also of one that is larger than what is looked at", async () => {
	const file = path.join(await temporaryFolder(), "large.jpg");
	const width = 3000;
	await sharp(samplePhotoFile(1)).resize({ width }).jpeg().toFile(file);
	const facesOf = async (command: string) => {
		const [line] = linesOf((await runCli([command, file, "--json"])).stdout);
		const answer = JSON.parse(line as string);
		return answer.faces ?? [answer];
	};
	const [embedded] = await facesOf("embed");
	const [matched] = await facesOf("match");
	const detected = await facesOf("detect");
	expect(embedded.box).toEqual(matched.box);
	expect(detected.map(({ box }: { box: unknown }) => box)).toContainEqual(embedded.box);
	// how far the embedding can be relied on, which fusing and scores depend on
	expect(embedded.clarity).toBe(matched.clarity);
	expect(embedded).toMatchObject({ clarity: expect.any(Number), issues: [] });
	const small = JSON.parse((await runCli(["embed", samplePhotoFile(1)])).stdout);
	const scale = width / ((await sharp(samplePhotoFile(1)).metadata()).width as number);
	expect(embedded.box.x / scale).toBeCloseTo(small.box.x, -1);
	expect(embedded.box.width / scale / small.box.width).toBeCloseTo(1, 1);
});

it("a command that is misspelt is guessed", async () => {
	const { code, stderr } = await runCli(["mach"]);
	expect(code).toBe(2);
	expect(stderr).toContain("Did you mean match?");
});
