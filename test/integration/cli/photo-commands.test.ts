/** The commands on photos, as a person runs them. */
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI_FILE } from "../../helpers/processes/built-cli.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { SAMPLE_FACE_COUNTS, samplePhotoFile } from "../../helpers/sample-photos.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const linesOf = (text: string) => text.trimEnd().split("\n");

/** What a terminal would obey. */
const HOSTILE = '-a\n"b",\u001b[31m\u202e';
const WRITTEN_OUT = '-a\\n"b",\\u001b[31m\\u202e';

describe("detect, of a folder's photos whatever their names", () => {
	let folder: string;
	let photo: string;
	let broken: string;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
		photo = path.join(folder, `${HOSTILE}.jpg`);
		broken = path.join(folder, `${HOSTILE} broken.jpg`);
		await copyFile(samplePhotoFile(1), photo);
		await writeFile(broken, "no photo");
	});
	afterAll(() => rm(folder, { recursive: true }));

	it("prints the faces as JSON lines by `photo`, and fails for those that have none", async () => {
		const { code, stdout } = await runCli(["detect", folder, "--json"]);
		expect(code).toBe(1);
		const lines = linesOf(stdout).map((line) => JSON.parse(line));
		expect(lines).toMatchObject([
			{ photo: broken, error: { code: "UNSUPPORTED_IMAGE" } },
			{ photo, faces: Array(SAMPLE_FACE_COUNTS[0]).fill({}) },
		]);
	});

	it("prints CSV with a heading, and a line for what failed", async () => {
		const { code, stdout } = await runCli(["detect", folder, "--csv"]);
		expect(code).toBe(1);
		const [heading, ...rows] = parse(stdout) as string[][];
		// each has as many columns as the heading, or it would not be read
		expect(heading?.[0]).toBe("photo");
		const found = Array(SAMPLE_FACE_COUNTS[0]).fill([photo, ""]);
		expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([[broken, "UNSUPPORTED_IMAGE"], ...found]);
	});

	it("writes them out as text, also where it is told why one failed", async () => {
		const { code, stdout, stderr } = await runCli(["detect", folder]);
		expect(code).toBe(1);
		expect(linesOf(stdout)).toHaveLength(1 + SAMPLE_FACE_COUNTS[0]);
		expect(stdout).toContain(`${WRITTEN_OUT}.jpg: `);
		expect(linesOf(stderr).at(-1)).toContain(`${WRITTEN_OUT} broken.jpg: UNSUPPORTED_IMAGE: `);
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
	const facesOf = async (command: string, ...photos: string[]) => {
		const lines = linesOf((await runCli([command, ...photos, "--json"])).stdout).map((line) =>
			JSON.parse(line),
		);
		return lines.flatMap((answer) => answer.faces ?? [answer]);
	};
	const [embedded, small] = await facesOf("embed", file, samplePhotoFile(1));
	const [matched] = await facesOf("match", file);
	const detected = await facesOf("detect", file);
	expect(embedded.box).toEqual(matched.box);
	expect(detected.map(({ box }: { box: unknown }) => box)).toContainEqual(embedded.box);
	// how far the embedding can be relied on, which fusing and scores depend on
	expect(embedded.clarity).toBe(matched.clarity);
	expect(embedded).toMatchObject({ clarity: expect.any(Number), issues: [] });
	const scale = width / ((await sharp(samplePhotoFile(1)).metadata()).width as number);
	expect(embedded.box.x / scale).toBeCloseTo(small.box.x, -1);
	expect(embedded.box.width / scale / small.box.width).toBeCloseTo(1, 1);
});

it("a command that is misspelt is guessed", async () => {
	const { code, stderr } = await runCli(["mach"]);
	expect(code).toBe(2);
	expect(stderr).toContain("Did you mean match?");
});
