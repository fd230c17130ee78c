/** Embeddings out of a gallery and into one again, and what others bring. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importEmbeddings } from "../../../src/gallery/exchange/import-embeddings.ts";
import { readLines } from "../../../src/gallery/exchange/photo-lines.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { DenyList } from "../../../src/gallery/people/deny-list.ts";
import { makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { runHere } from "../../helpers/processes/run-here.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function* linesOf(...lines: object[]): AsyncGenerator<string> {
	for (const line of lines) yield JSON.stringify(line);
}

const matrix = { numRows: 2, numColumns: 2, values: Float32Array.of(1, 0, 0.6, 0.8) };
const options = { name: "x", pipelineVersion: "v", rules: {} };

describe("gallery export and import", () => {
	it("give the same gallery back, but for its pictures", async () => {
		const place = await makeGalleryFolder(5, (contents) => ({
			...contents,
			settings: { title: "Ours" },
			people: contents.people.map((person, i) => ({
				...person,
				// namesakes are two people all the same
				name: i < 2 ? "Ann" : person.name,
				fame: 2,
				names: { ru: "Имя" },
			})),
		}));
		const folder = await temporaryFolder();
		const [npy, back] = [path.join(folder, "faces.npy"), path.join(folder, "back.gallery")];
		expect(await runHere(["gallery", "export", place, npy])).toMatchObject({ code: 0, stderr: "" });
		expect(await runHere(["gallery", "import", npy, "-o", back])).toMatchObject({ code: 0 });
		const [before, after] = [place, back].map((file) => readGallery(file).contents());
		expect(after).toEqual({
			...before,
			photos: before?.photos.map((photo) => ({ ...photo, picture: undefined, landmarks: expect.anything() })),
			scale: expect.anything(),
		});
		expect(
			Buffer.from(after?.embeddings.buffer ?? []).equals(Buffer.from(before?.embeddings.buffer ?? [])),
		).toBe(true);
		expect(await readByNumpy(npy)).toMatch(/^(float32 \(10, 128\) True|no numpy)$/);
		// not over a gallery that is there
		const again = await runHere(["gallery", "import", npy, "-o", back]);
		expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("--force") });
	});

	it("calls the gallery what it is told to, and people without what a terminal would obey", async () => {
		const folder = await temporaryFolder();
		const [npy, back] = [path.join(folder, "faces.npy"), path.join(folder, "back.gallery")];
		await runHere(["gallery", "export", await makeGalleryFolder(2), npy]);
		expect(await runHere(["gallery", "import", npy, "-o", back, "--name", "Ours"])).toMatchObject({
			code: 0,
		});
		expect(readGallery(back).name).toBe("Ours");
		const { people } = await readLines(linesOf({ name: "\u001b[31mAnn\u202e\n" }), "a.jsonl");
		expect(people.map(({ name }) => name)).toEqual(["[31mAnn"]);
	});

	it("takes what others bring: a name a line is enough", async () => {
		const lines = await readLines(
			linesOf({ name: "Ann", celeba: 17 }, { name: "Bob", wikidata: "Q1" }),
			"a.jsonl",
		);
		const contents = importEmbeddings(matrix, lines, options);
		expect(contents).toMatchObject({
			pipelineVersion: "v",
			dimension: 2,
			people: [{ name: "Ann" }, { name: "Bob" }],
		});
		expect(contents.photos.map(({ source }) => source)).toEqual(["row 0", "row 1"]);
		expect(contents.photos[0]?.landmarks).toHaveLength(136);
	});

	it("lets no photo stand for somebody that is not theirs, or is left out", async () => {
		const lines = await readLines(
			linesOf(
				{ name: "Ann", source: "a.jpg", portrait: "b.jpg" },
				{ name: "Bob", source: "b.jpg", portrait: "b.jpg" },
			),
			"a.jsonl",
		);
		const { people } = importEmbeddings(matrix, lines, options);
		expect(people.map(({ portrait }) => portrait)).toEqual([undefined, "b.jpg"]);
	});

	it("refuses a photo that is there twice", async () => {
		const lines = linesOf({ name: "Ann", source: "a.jpg" }, { name: "Bob", source: "a.jpg" });
		await expect(readLines(lines, "a.jsonl")).rejects.toMatchObject({
			code: "INVALID_GALLERY_LIST",
			message: "a.jsonl, line 2: expected another source than in line 1.",
		});
	});

	it("leaves out whom the deny list keeps out, with their embeddings", async () => {
		const denied = new DenyList([{ name: "Ann", reason: "asked" }]);
		const lines = await readLines(linesOf({ name: "Ann" }, { name: "Bob" }), "a.jsonl");
		const contents = importEmbeddings(matrix, lines, { ...options, rules: { denied } });
		expect(contents.embeddings).toEqual(Float32Array.of(0.6, 0.8).map(Math.fround));
	});

	it.each([
		["two", { ...matrix, numRows: 1 }, options, "INVALID_GALLERY_LIST"],
		["not unit length", { ...matrix, values: Float32Array.of(1, 0, 3, 4) }, options, "INVALID_VECTOR"],
		["no numbers", { ...matrix, values: Float32Array.of(1, 0, Number.NaN, 0) }, options, "INVALID_VECTOR"],
		["of an unknown pipeline", matrix, { ...options, pipelineVersion: undefined }, "INVALID_ARGUMENT"],
		["of nobody who may be in it", matrix, { ...options, rules: { leastFame: 3 } }, "EMPTY_GALLERY"],
	])("refuses embeddings that are %s", async (_what, given, how, code) => {
		const lines = await readLines(linesOf({ name: "Ann" }, { name: "Bob" }), "a.jsonl");
		expect(() => importEmbeddings(given, lines, how)).toThrow(expect.objectContaining({ code }));
	});

	it("refuses another pipeline than the lines name", async () => {
		const header = { format: "celebrity-faces embeddings", version: 1, pipelineVersion: "w" };
		const lines = await readLines(linesOf(header, { name: "Ann" }, { name: "Bob" }), "a.jsonl");
		expect(() => importEmbeddings(matrix, lines, options)).toThrow(
			expect.objectContaining({ code: "PIPELINE_MISMATCH" }),
		);
		expect(importEmbeddings(matrix, lines, { ...options, pipelineVersion: undefined }).pipelineVersion).toBe(
			"w",
		);
	});

	it.each([
		["{", "a.jsonl, line 1: expected a JSON object"],
		['{"photo":1}', "a.jsonl, line 1: name: "],
		['{"name":" \\u200b"}', "a.jsonl, line 1: expected a name"],
		['{"name":"A","landmarks":[1,2]}', "landmarks: "],
		['{"name":"A","credit":{"licence":"CC0","page":"javascript:1"}}', "credit: page: "],
		['{"format":"celebrity-faces embeddings","version":9}', "line 1: version: "],
	])("names the line that is wrong: %s", async (line, problem) => {
		async function* one() {
			yield line;
		}
		await expect(readLines(one(), "a.jsonl")).rejects.toMatchObject({
			code: "INVALID_GALLERY_LIST",
			message: expect.stringContaining(problem),
		});
	});
});

/** What NumPy itself says of the file, where there is one. */
async function readByNumpy(npy: string): Promise<string> {
	const program = path.join(await temporaryFolder(), "look.py");
	await writeFile(
		program,
		`import sys
try:
    import numpy
except ImportError:
    print("no numpy"); sys.exit()
a = numpy.load(sys.argv[1])
print(a.dtype, a.shape, bool(abs(numpy.linalg.norm(a, axis=1) - 1).max() < 1e-6))
`,
	);
	try {
		return execFileSync("python3", [program, npy], { encoding: "utf8" }).trim();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return "no numpy";
		throw error;
	}
}
