/** The product's two stories on real models: photos become a gallery file, and a photo is answered from it. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { writeFileAtomically } from "../../src/files/atomic-file.ts";
import { BuildJournal } from "../../src/gallery/building/build-journal.ts";
import { scanPhotoFolder } from "../../src/gallery/building/photo-list.ts";
import type { Gallery } from "../../src/gallery/gallery.ts";
import { readGallery } from "../../src/gallery/gallery-store.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import type { AnsweredFace } from "../../src/pipeline/answer.ts";
import { buildGallery } from "../../src/pipeline/build-gallery.ts";
import type { FaceTools } from "../../src/pipeline/face-steps.ts";
import { findLookalikes, type LookalikeTools } from "../../src/pipeline/find-lookalikes.ts";
import { findFusedLookalikes } from "../../src/pipeline/fuse-photos.ts";
import { readStrangers } from "../../src/resemblance/strangers-file.ts";
import { readSamplePhoto, SAMPLE_FACE_COUNTS } from "../helpers/sample-photos.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const model = embeddingModel("face-api");
let tools: FaceTools;

beforeAll(async () => {
	tools = { engine: await chooseFaceEngine({ engine: "auto" }), model };
});
afterAll(() => tools.engine.close());

/** Makes "people" of the faces of one sample photo: a folder each, with their face at two sizes. */
async function makePeople(folder: string, sample: number): Promise<number> {
	const bytes = await readSamplePhoto(sample);
	const photo = await decodePhoto(bytes);
	const faces = await findFaces(tools.engine, photo);
	const raw = { width: photo.width, height: photo.height, channels: 3 as const };
	for (const [i, { box }] of faces.entries()) {
		const person = path.join(folder, `Person_${i}`);
		await mkdir(person);
		const left = Math.max(0, Math.round(box.x - box.width / 2));
		const top = Math.max(0, Math.round(box.y - box.height / 2));
		const width = Math.min(photo.width - left, Math.round(box.width * 2));
		const height = Math.min(photo.height - top, Math.round(box.height * 2));
		const crop = sharp(photo.data, { raw }).extract({ left, top, width, height });
		await writeFile(path.join(person, "a.jpg"), await crop.clone().jpeg().toBuffer());
		await writeFile(path.join(person, "b.png"), await crop.clone().resize(220).png().toBuffer());
	}
	return faces.length;
}

async function build(folder: string, galleryFile: string, readPhoto = (file: string) => readFile(file)) {
	const journal = await BuildJournal.open(`${galleryFile}.journal`, "test");
	try {
		return await buildGallery(
			await scanPhotoFolder(folder),
			{ ...tools, readPhoto, journal },
			{ name: "test" },
		);
	} finally {
		await journal.close(false);
	}
}

function lookalikeTools(gallery: Gallery): LookalikeTools {
	return { ...tools, gallery, strangers: readStrangers(model.pipelineVersion) };
}

describe("the sample that visitors may try", () => {
	it("shows one clear face, whose best match is worth a look", async () => {
		const root = path.join(import.meta.dirname, "..", "..");
		const starter = lookalikeTools(readGallery(path.join(root, "data", "starter.gallery")));
		const sample = await readFile(path.join(root, "public", "sample-photo.jpg"));
		const { faces } = await findLookalikes(sample, starter);
		expect(faces).toHaveLength(1);
		const [{ matches, quality }] = faces as [AnsweredFace];
		expect(quality.clarity).toBeGreaterThan(0.9);
		// far from both edges of "strong", so that no engine's rounding makes it another word
		expect(matches[0]?.resemblance.words).toBe("strong resemblance");
		expect(matches[0]?.resemblance.score).toBeGreaterThan(matches[1]!.resemblance.score + 20);
	});
});

describe("a gallery built from a folder", () => {
	it("answers a mirrored, smaller, recompressed photo with the right person first, from a file read back", async () => {
		const folder = await temporaryFolder();
		const numPeople = await makePeople(folder, 1);
		expect(numPeople).toBe(SAMPLE_FACE_COUNTS[0]);
		const file = path.join(await temporaryFolder(), "test.gallery");
		const { gallery } = await build(folder, file);
		await writeFileAtomically(file, gallery.encode());
		const reopened = lookalikeTools(readGallery(file, model.pipelineVersion));

		for (const person of await readdir(folder)) {
			const other = sharp(await readFile(path.join(folder, person, "a.jpg")))
				.flop()
				.resize(260)
				.jpeg({ quality: 50 });
			const { faces } = await findLookalikes(await other.toBuffer(), reopened, { exact: true });
			const [face] = faces;
			expect(face?.matches[0]?.person.name).toBe(person.replace("_", " "));
			// one row per person, although each has two photos
			expect(face?.matches).toHaveLength(numPeople);
			expect(face?.exact?.agreement).toBe(numPeople);
			const similarities = face?.matches.map(({ similarity }) => similarity) ?? [];
			expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
		}
	});

	it("collects what is wrong with a photo, keeps the rest, and does nothing twice after an interruption", async () => {
		const folder = await temporaryFolder();
		await makePeople(folder, 6);
		await writeFile(path.join(folder, "Person_0", "broken.jpg"), "no photo");
		await writeFile(
			path.join(folder, "Person_0", "wall.png"),
			await sharp({ create: { width: 300, height: 200, channels: 3, background: "#667788" } })
				.png()
				.toBuffer(),
		);
		const file = path.join(await temporaryFolder(), "test.gallery");
		const { gallery, report } = await build(folder, file);
		expect(report.rejected.map(({ source, code }) => [source, code])).toEqual([
			["Person_0/broken.jpg", "UNSUPPORTED_IMAGE"],
			["Person_0/wall.png", "NO_FACE_FOUND"],
		]);

		const again = await build(folder, file, () => Promise.reject(new Error("a photo was read again")));
		expect(again.report).toEqual(report);
		expect(Buffer.compare(again.gallery.encode(), gallery.encode())).toBe(0);
	});
});

describe("the starter gallery", () => {
	const starter = path.join(import.meta.dirname, "..", "..", "data", "starter.gallery");

	it("is one file under 12 MB without pictures", async () => {
		expect((await stat(starter)).size).toBeLessThan(12_000_000);
		expect(await readdir(path.dirname(starter))).not.toContain("starter.gallery.pictures");
	});

	it("answers several photos of one face as one, and leaves out a photo of others and one of nobody", async () => {
		const gallery = readGallery(starter, model.pipelineVersion);
		const photo = await readSamplePhoto(1);
		const wall = sharp({ create: { width: 300, height: 200, channels: 3, background: "#667788" } }).png();
		const files = [
			photo,
			await sharp(photo).flop().jpeg({ quality: 60 }).toBuffer(),
			await readSamplePhoto(4),
			await wall.toBuffer(),
		];
		const answer = await findFusedLookalikes(files, lookalikeTools(gallery));
		expect(answer.fused?.numPhotos).toBe(4);
		expect(answer.faces).toHaveLength(1);
		expect(answer.faces[0]?.matches).toHaveLength(7);
		await expect(findFusedLookalikes([await wall.toBuffer()], lookalikeTools(gallery))).rejects.toThrow(
			expect.objectContaining({ code: "NO_FACE_FOUND" }),
		);
		const same = await findFusedLookalikes(files.slice(0, 2), lookalikeTools(gallery));
		expect(same.fused).toEqual({ numPhotos: 2, numUsed: 2 });
	});

	it("answers the clear face of a photo first, not one in profile beside it", async () => {
		const gallery = readGallery(starter, model.pipelineVersion);
		const { faces, numUnanswered } = await findLookalikes(await readSamplePhoto(2), lookalikeTools(gallery), {
			maxFaces: 1,
		});
		expect(faces[0]?.score).toBeGreaterThan(0.95);
		expect(faces[0]?.quality.issues).toEqual([]);
		expect(numUnanswered).toBeGreaterThan(0);
	});

	it.each(SAMPLE_FACE_COUNTS.map((count, i) => [i + 1, count]))(
		"answers the faces of sample photo %i with seven people each",
		async (sample, numFaces) => {
			const gallery = readGallery(starter, model.pipelineVersion);
			const answer = await findLookalikes(await readSamplePhoto(sample), lookalikeTools(gallery), {
				exact: true,
			});
			expect(answer.faces).toHaveLength(numFaces);
			expect(Object.keys(answer.timings)).toEqual(["decode", "detect", "align", "embed", "search"]);
			for (const { matches, exact } of answer.faces) {
				expect(new Set(matches.map(({ person }) => person)).size).toBe(7);
				expect(matches.every(({ person }) => person.wikipedia)).toBe(true);
				expect(exact?.agreement).toBeGreaterThanOrEqual(6);
				// comparing never changes the answer, which is the best
				expect(matches.map(({ person }) => person)).toEqual(exact?.matches.map(({ person }) => person));
			}
		},
	);

	it("refuses a photo without a face", async () => {
		const gallery = readGallery(starter, model.pipelineVersion);
		const sky = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#88aadd" } })
			.jpeg()
			.toBuffer();
		await expect(findLookalikes(sky, lookalikeTools(gallery))).rejects.toMatchObject({
			code: "NO_FACE_FOUND",
		});
	});
});
