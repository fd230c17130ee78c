import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { SAMPLE_FACE_COUNTS, samplePhotoFile } from "../../helpers/sample-photos.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

function parseLines(
	text: string,
): { photo: string; row?: number; embedding?: number[]; error?: { code: string } }[] {
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

it("prints the embedding of the main face of each photo, and says which photos have none", async () => {
	const broken = path.join(await temporaryFolder(), "broken.jpg");
	await writeFile(broken, "no photo");
	const { code, stdout } = await runCli(["embed", samplePhotoFile(1), broken, samplePhotoFile(2)]);
	expect(code).toBe(1);
	const lines = parseLines(stdout);
	expect(lines.map(({ photo }) => photo)).toEqual([samplePhotoFile(1), broken, samplePhotoFile(2)]);
	expect(lines[1]?.error?.code).toBe("UNSUPPORTED_IMAGE");
	expect(lines[0]?.embedding).toHaveLength(128);
	expect(Math.hypot(...(lines[2]?.embedding ?? []))).toBeCloseTo(1, 5);
});

it("writes all faces of a list of photos as a NumPy matrix whose rows the lines name", async () => {
	const folder = await temporaryFolder();
	const [list, matrix] = [path.join(folder, "photos.txt"), path.join(folder, "faces.npy")];
	await writeFile(list, `${samplePhotoFile(5)}\n\n${path.relative(folder, samplePhotoFile(6))}\n`);
	const { code, stdout } = await runCli(["embed", "--list", list, "--npy", matrix, "--all-faces"]);
	expect(code).toBe(0);
	const numFaces = SAMPLE_FACE_COUNTS[4] + SAMPLE_FACE_COUNTS[5];
	expect(parseLines(stdout).map(({ row }) => row)).toEqual([...Array(numFaces).keys()]);
	const bytes = await readFile(matrix);
	expect(bytes.toString("latin1", 10, 90)).toContain(`'shape': (${numFaces}, 128)`);
	expect(bytes.length).toBe(10 + bytes.readUInt16LE(8) + numFaces * 128 * 4);
});

it("goes on with the lines of an older version, which had the photo as `path`, and of a run that was ended in the middle of one", async () => {
	const lines = path.join(await temporaryFolder(), "faces.jsonl");
	const photos = [1, 2, 3].map(samplePhotoFile);
	const older = `${JSON.stringify({ path: photos[0], box: {}, score: 1, embedding: [] })}\n`;
	await writeFile(lines, older);
	expect(await runCli(["embed", ...photos.slice(0, 2), "--resume", lines])).toMatchObject({ code: 0 });
	const first = await readFile(lines, "utf8");
	expect(first.startsWith(older)).toBe(true);
	expect(parseLines(first.slice(older.length)).map(({ photo }) => photo)).toEqual([photos[1]]);
	await writeFile(lines, `${first}{"photo":"${photos[2]}","bo`);
	expect(await runCli(["embed", ...photos, "--resume", lines])).toMatchObject({ code: 0 });
	const text = await readFile(lines, "utf8");
	expect(text.startsWith(first)).toBe(true);
	expect(parseLines(text.slice(first.length)).map(({ photo }) => photo)).toEqual([photos[2]]);
});
