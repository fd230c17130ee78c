/**
 * FaceNet's whole path on generated weights: a weight file is downloaded, checked and converted by the command, an
 * engine loads the result, and what it computes equals the reference; then a gallery is built and asked with it.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { addModelsCommands } from "../../../src/cli/models.ts";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { embedChips } from "../../../src/faces/embed-faces.ts";
import type { EngineName, FaceEngine } from "../../../src/faces/face-engine.ts";
import { BuildJournal } from "../../../src/gallery/building/build-journal.ts";
import { scanPhotoFolder } from "../../../src/gallery/building/photo-list.ts";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { convertedFile, type FacenetName } from "../../../src/nets/facenet/facenet-store.ts";
import { buildGallery } from "../../../src/pipeline/build-gallery.ts";
import { findLookalikes } from "../../../src/pipeline/find-lookalikes.ts";
import { inputBytes } from "../../helpers/facenet/facenet-generator.ts";
import { golden } from "../../helpers/facenet/facenet-golden.ts";
import { writeKerasFile } from "../../helpers/facenet/keras-weight-file.ts";
import { readSamplePhoto } from "../../helpers/sample-photos.ts";
import { cutAfter, serveFile } from "../../helpers/servers/file-server.ts";
import { largestDifference } from "../../helpers/vectors.ts";

let folder: string;
const weightFile = (name: FacenetName) => path.join(folder, `${name}-source.h5`);

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	await writeKerasFile(weightFile("facenet"), 128, "deepface");
	await writeKerasFile(weightFile("facenet512"), 512, "canonical");
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs a command as the program would, and gives back what it printed. */
async function run(...args: string[]): Promise<string> {
	const printed = vi.spyOn(console, "log").mockReturnValue();
	vi.spyOn(console, "error").mockReturnValue();
	vi.spyOn(process.stderr, "write").mockReturnValue(true);
	const program = new Command().exitOverride();
	addModelsCommands(program);
	await program.parseAsync(["models", ...args, "--folder", folder], { from: "user" });
	return printed.mock.calls.flat().join("\n");
}

async function checksum(name: FacenetName): Promise<string> {
	return createHash("sha256")
		.update(await readFile(weightFile(name)))
		.digest("hex");
}

describe("models fetch", () => {
	it("downloads, goes on after a cut, checks and converts; a second time there is nothing to do", async () => {
		const bytes = await readFile(weightFile("facenet"));
		const part = path.join(folder, "facenet_weights.h5.part");
		const { url, ranges } = await serveFile(bytes, {
			intervene: (n, _, response) =>
				n === 0 && cutAfter(response, bytes.subarray(0, 1e6), bytes.length, part),
		});
		const args = ["fetch", "facenet", "--url", url, "--sha256", await checksum("facenet")];
		expect(await run(...args)).toContain(`facenet is ready: ${convertedFile(folder, "facenet")}`);
		expect(ranges).toEqual([undefined, "bytes=1000000-"]);
		expect(await run(...args)).toContain("facenet is there already");
		expect(ranges).toHaveLength(2);
	});

	it("takes a file that is on this machine", async () => {
		const args = ["--from", weightFile("facenet512"), "--sha256", await checksum("facenet512")];
		expect(await run("fetch", "facenet512", ...args)).toContain("facenet512 is ready");
	});

	it("refuses the file of the other model", async () => {
		const args = ["--from", weightFile("facenet"), "--sha256", await checksum("facenet")];
		await expect(run("fetch", "facenet512", ...args)).rejects.toMatchObject({
			code: "INVALID_WEIGHT_FILE",
			message: expect.stringContaining("Expected shape [1792, 512] for kernel of Bottleneck"),
		});
	});

	it("refuses generated weights where the published ones are expected", async () => {
		await expect(run("fetch", "facenet512", "--from", weightFile("facenet512"))).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
		});
	});

	it("makes damaged converted weights again", async () => {
		const file = convertedFile(folder, "facenet512");
		const bytes = await readFile(file);
		await writeFile(file, bytes.subarray(0, -1));
		await expect(
			chooseFaceEngine({ engine: "onnx", model: "facenet512", modelsFolder: folder }),
		).rejects.toMatchObject({ code: "INVALID_WEIGHT_CACHE" });
		await run(
			"fetch",
			"facenet512",
			"--from",
			weightFile("facenet512"),
			"--sha256",
			await checksum("facenet512"),
		);
		expect(bytes.equals(await readFile(file))).toBe(true);
	});

	it("lists what is there", async () => {
		const listed = await run("list");
		expect(listed).toContain(`fetched, weights ${await checksum("facenet")}`);
		expect(listed).toContain(`fetched, weights ${await checksum("facenet512")}`);
	});
});

describe("an engine", () => {
	it("says which command fetches a model that is not there", async () => {
		const starting = chooseFaceEngine({ engine: "onnx", model: "facenet", modelsFolder: os.tmpdir() });
		await expect(starting).rejects.toMatchObject({
			code: "MODEL_NOT_FETCHED",
			hint: "Run `celebrity-faces models fetch facenet`.",
		});
	});

	it.each<[EngineName, FacenetName, 128 | 512, string]>([
		["onnx", "facenet", 128, "u8/facenet"],
		["wasm", "facenet", 128, "u8/facenet"],
		["onnx", "facenet512", 512, "u8/fixed"],
		["wasm", "facenet512", 512, "u8/fixed"],
	])(
		"on %s gives %s's reference embedding of a chip, alone and in a batch",
		async (name, model, dimension, input) => {
			const engine = await chooseFaceEngine({ engine: name, model, modelsFolder: folder });
			const chip = { width: 160, height: 160, data: inputBytes() };
			const other = { ...chip, data: chip.data.toReversed() };
			try {
				const embeddings = await engine.embed([chip, other, chip]);
				const expected = golden.variants[dimension].raw[input]!;
				for (const place of [0, 2]) {
					expect(largestDifference(embeddings[place]!, expected)).toBeLessThan(
						golden.tolerance.rawEmbeddingAbs,
					);
				}
				expect(largestDifference(embeddings[1]!, expected)).toBeGreaterThan(0.1);
				const [unit] = await embedChips(engine, embeddingModel(model), [chip]);
				expect(Math.hypot(...unit!.embedding)).toBeCloseTo(1, 6);
			} finally {
				await engine.close();
			}
		},
	);
});

describe("a gallery of FaceNet embeddings", () => {
	const model = embeddingModel("facenet512");
	let engine: FaceEngine;

	beforeAll(async () => {
		engine = await chooseFaceEngine({ model: model.name, modelsFolder: folder });
	});
	afterAll(() => engine.close());

	it("is built and asked with 512 numbers per face, and refused by a program with another model", async () => {
		const photos = path.join(folder, "people");
		for (const number of [1, 3, 4]) {
			await mkdir(path.join(photos, `Person_${number}`), { recursive: true });
			await writeFile(path.join(photos, `Person_${number}`, "photo.jpg"), await readSamplePhoto(number));
		}
		const journal = await BuildJournal.open(path.join(folder, "journal"), model.pipelineVersion);
		const { gallery } = await buildGallery(
			await scanPhotoFolder(photos),
			{ engine, model, readPhoto: (file) => readFile(file), journal },
			{ name: "test" },
		);
		await journal.close(false);
		expect(gallery.index.dimension).toBe(512);
		expect(gallery.people).toHaveLength(3);

		const reopened = Gallery.from(gallery.encode(), model.pipelineVersion);
		const tools = { engine, model, gallery: reopened, strangers: undefined };
		const { faces } = await findLookalikes(await readSamplePhoto(3), tools);
		expect(faces[0]!.matches[0]!.person.name).toBe("Person 3");
		// generated weights tell people apart by a hair only, so it is the very photo that is asked for
		expect(faces[0]!.matches[0]!.similarity).toBeCloseTo(1, 5);
		expect(faces[0]!.matches[1]!.similarity).toBeLessThan(0.9999);

		expect(() => Gallery.from(gallery.encode(), embeddingModel("face-api").pipelineVersion)).toThrow(
			expect.objectContaining({ code: "PIPELINE_MISMATCH" }),
		);
	});
});
