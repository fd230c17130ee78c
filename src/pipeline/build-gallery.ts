/** The product's second story: thousands of photos go in, a gallery comes out. Interrupted, it goes on where it was. */
import { AppError } from "../errors.ts";
import type { Box } from "../faces/face-engine.ts";
import {
	type BuildJournal,
	type EmbeddedPhoto,
	isEmbedded,
	type PhotoResult,
	type RejectedPhoto,
} from "../gallery/build-journal.ts";
import { Gallery } from "../gallery/gallery.ts";
import type { GalleryPhoto } from "../gallery/person.ts";
import type { ListedPhoto, PhotoList } from "../gallery/photo-list.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import {
	align,
	type DetectedStage,
	decode,
	detect,
	EMBEDDING_BATCH,
	type EmbeddedStage,
	embed,
	type FaceTools,
} from "./face-steps.ts";
import { type Outcome, Pipeline, type Step } from "./pipeline.ts";

export interface BuildProgress {
	/** Photos that are done, those of an earlier run included. */
	readonly numDone: number;
	readonly numPhotos: number;
	readonly numRejected: number;
}

export interface BuildTools extends FaceTools {
	readonly readPhoto: (file: string) => Promise<Uint8Array>;
	/** What was done before, and where it is noted. */
	readonly journal: Pick<BuildJournal, "find" | "add">;
	/** Keeps a picture of the face and returns its file name; without it the gallery has no pictures. */
	readonly keepPicture?: (photo: RgbImage, box: Box, source: string) => Promise<string>;
}

export interface BuildOptions extends DecodeOptions {
	readonly name: string;
	readonly seed?: number;
	/** Photos that are decoded and searched for faces at a time. Default 2. */
	readonly concurrency?: number;
	readonly onProgress?: (progress: BuildProgress) => void;
	readonly signal?: AbortSignal;
}

export interface BuildReport {
	readonly numPhotos: number;
	readonly rejected: readonly (RejectedPhoto & { readonly source: string })[];
}

/**
 * Embeds the face of each listed photo and builds the gallery of those that have a good one.
 * People without such a photo are left out.
 * @throws AppError EMPTY_GALLERY if no photo is left; the signal's reason when it aborts
 */
export async function buildGallery(
	{ people, photos }: PhotoList,
	tools: BuildTools,
	options: BuildOptions,
): Promise<{ gallery: Gallery; report: BuildReport }> {
	const results = await embedAll(photos, tools, options);
	const kept: { photo: ListedPhoto; result: EmbeddedPhoto }[] = [];
	const rejected: BuildReport["rejected"][number][] = [];
	for (const [photo, result] of results) {
		if (isEmbedded(result)) kept.push({ photo, result });
		else rejected.push({ source: photo.source, ...result });
	}

	// numbers without gaps, in the order of the list
	const numbers = new Map(
		[...new Set(kept.map(({ photo }) => photo.person))].map((person, i) => [person, i]),
	);
	const { dimension, pipelineVersion } = tools.model;
	const embeddings = new Float32Array(kept.length * dimension);
	for (const [row, { result }] of kept.entries()) embeddings.set(result.embedding, row * dimension);
	const gallery = Gallery.build(
		{
			name: options.name,
			people: people.filter((_, number) => numbers.has(number)),
			photos: kept.map(
				({ photo, result: { box, landmarks, picture } }): GalleryPhoto => ({
					person: numbers.get(photo.person) as number,
					source: photo.source,
					box,
					landmarks,
					picture,
				}),
			),
			embeddings,
			dimension,
			pipelineVersion,
		},
		options.seed === undefined ? {} : { seed: options.seed },
	);
	return { gallery, report: { numPhotos: photos.length, rejected } };
}

/** The result of each photo, in their order; what the journal knows is not done again. */
async function embedAll(
	photos: readonly ListedPhoto[],
	tools: BuildTools,
	options: BuildOptions,
): Promise<Map<ListedPhoto, PhotoResult>> {
	const { concurrency = 2, onProgress, signal } = options;
	const results = new Map<ListedPhoto, PhotoResult>();
	for (const photo of photos) {
		const known = await tools.journal.find(photo);
		if (known) results.set(photo, known);
	}
	let numRejected = [...results.values()].filter((result) => !isEmbedded(result)).length;
	const outcomes = Pipeline.from(photos.filter((photo) => !results.has(photo)))
		.step("load", ({ file }) => tools.readPhoto(file), { concurrency })
		.step("decode", decode(options), { concurrency })
		.step("detect", detect(tools), { concurrency })
		.step("choose", chooseGalleryFace)
		.step("align", align(tools, options), { concurrency })
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		.outcomes(signal);
	for await (const outcome of outcomes) {
		const result = await summarise(outcome, tools);
		await tools.journal.add(outcome.input, result);
		results.set(outcome.input, result);
		if (!outcome.ok) numRejected++;
		onProgress?.({ numDone: results.size, numPhotos: photos.length, numRejected });
	}
	return new Map(photos.map((photo) => [photo, results.get(photo) as PhotoResult]));
}

/**
 * The one face that stands for a gallery photo: the largest central one, if nothing is wrong with it.
 * @throws AppError FACE_NOT_GOOD_ENOUGH with the quality codes
 */
const chooseGalleryFace: Step<DetectedStage, DetectedStage> = (stage) => {
	const [face] = stage.faces;
	if (!face || face.quality.issues.length > 0) {
		const codes = face?.quality.issues.map(({ code }) => code).join(", ");
		throw new AppError("FACE_NOT_GOOD_ENOUGH", `Expected a face of good quality but found: ${codes}.`);
	}
	return { ...stage, faces: [face], numUnanswered: stage.faces.length - 1 };
};

async function summarise(
	outcome: Outcome<ListedPhoto, EmbeddedStage>,
	tools: BuildTools,
): Promise<PhotoResult> {
	if (!outcome.ok) {
		const { step, error } = outcome;
		if (error instanceof AppError) return { step, code: error.code, message: error.message };
		return { step, code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
	}
	const { faces, embeddings, photo } = outcome.value;
	const [{ box, landmarks }] = faces as [DetectedStage["faces"][number]];
	const picture = await tools.keepPicture?.(photo, box, outcome.input.source);
	return { embedding: embeddings[0] as Float32Array, box, landmarks, picture };
}
