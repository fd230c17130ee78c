/** From listed photos to what a gallery keeps of them: embedded, journalled, or rejected with a reason. */
import { AppError } from "../errors.ts";
import type { Box } from "../faces/face-engine.ts";
import { describeIssues } from "../faces/quality.ts";
import {
	type BuildJournal,
	type EmbeddedPhoto,
	isEmbedded,
	type PhotoResult,
	type RejectedPhoto,
} from "../gallery/building/build-journal.ts";
import type { ListedPhoto } from "../gallery/building/photo-list.ts";
import type { Credit } from "../gallery/credit.ts";
import type { GalleryPhoto } from "../gallery/person.ts";
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

export interface EmbedProgress {
	/** Photos that are done, those of an earlier run included. */
	readonly numDone: number;
	readonly numPhotos: number;
	readonly numRejected: number;
}

export interface ShownFace {
	readonly photo: RgbImage;
	readonly box: Box;
	/** The aligned crop that was embedded. */
	readonly chip: RgbImage;
	readonly credit: Credit | undefined;
}

export interface EmbedTools extends FaceTools {
	readonly readPhoto: (file: string) => Promise<Uint8Array>;
	/** What was done before, and where it is noted. */
	readonly journal: Pick<BuildJournal, "find" | "add">;
	/** Keeps pictures of the face and returns their name; without it the gallery has no pictures. */
	readonly keepPicture?: (shown: ShownFace) => Promise<string>;
}

export interface EmbedOptions extends DecodeOptions {
	/** Whether a photo with several faces is refused, rather than its largest central one taken. Default false. */
	readonly expectOneFace?: boolean;
	/** Photos that are decoded and searched for faces at a time. Default 2. */
	readonly concurrency?: number;
	readonly onProgress?: (progress: EmbedProgress) => void;
	readonly signal?: AbortSignal;
}

export interface EmbeddedPhotos {
	/** Photos with a good face, in the order of the list; their people numbered as there. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, photos.length x dimension. */
	readonly embeddings: Float32Array;
	readonly rejected: readonly (RejectedPhoto & { readonly source: string })[];
}

/**
 * Embeds the one good face of each photo.
 * @throws the signal's reason when it aborts; what was done by then is in the journal
 */
export async function embedPhotos(
	listed: readonly ListedPhoto[],
	tools: EmbedTools,
	options: EmbedOptions = {},
): Promise<EmbeddedPhotos> {
	return toEmbedded(await embedEach(listed, tools, options), tools.model.dimension);
}

/** What a gallery keeps of photos, from the result of each. @param dimension of their embeddings */
export function toEmbedded(
	results: Iterable<readonly [ListedPhoto, PhotoResult]>,
	dimension: number,
): EmbeddedPhotos {
	const photos: GalleryPhoto[] = [];
	const kept: EmbeddedPhoto[] = [];
	const rejected: EmbeddedPhotos["rejected"][number][] = [];
	for (const [{ person, source, credit }, result] of results) {
		if (!isEmbedded(result)) {
			rejected.push({ source, ...result });
			continue;
		}
		const { box, landmarks, picture } = result;
		photos.push({ person, source, box, landmarks, picture, ...(credit && { credit }) });
		kept.push(result);
	}
	const embeddings = new Float32Array(kept.length * dimension);
	for (const [row, { embedding }] of kept.entries()) embeddings.set(embedding, row * dimension);
	return { photos, embeddings, rejected };
}

/**
 * The result of each photo, in their order; what the journal knows is not done again.
 * @throws the signal's reason when it aborts
 */
export async function embedEach(
	photos: readonly ListedPhoto[],
	tools: EmbedTools,
	options: EmbedOptions,
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
		.step("decode", decode(tools, options), { concurrency })
		.step("detect", detect(tools), { concurrency })
		.step("choose", chooseGalleryFace(options))
		.step("align", align(tools, options), { concurrency })
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		// what the embedding says of the face is known only now
		.step("judge", expectGoodFace<EmbeddedStage>)
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
 * It throws AppError FACE_NOT_GOOD_ENOUGH with what is wrong with it, or SEVERAL_FACES.
 */
function chooseGalleryFace({ expectOneFace }: EmbedOptions): Step<DetectedStage, DetectedStage> {
	return (stage) => {
		const { length } = stage.faces;
		if (expectOneFace && length > 1) {
			throw new AppError("SEVERAL_FACES", `Expected one face on the photo but found ${length}.`, {
				hint: "Send a part of the photo with nobody else on it.",
			});
		}
		return expectGoodFace({ ...stage, faces: stage.faces.slice(0, 1), numUnanswered: length - 1 });
	};
}

/** @throws AppError FACE_NOT_GOOD_ENOUGH with what is wrong in words, and the advice as its hint */
function expectGoodFace<T extends DetectedStage>(stage: T): T {
	const issues = stage.faces.flatMap(({ quality }) => quality.issues);
	if (issues.length === 0) return stage;
	throw new AppError(
		"FACE_NOT_GOOD_ENOUGH",
		`Expected a face that can be seen well but found it: ${describeIssues(issues)}.`,
		{ hint: issues.map(({ advice }) => advice).join(" ") },
	);
}

async function summarise(
	outcome: Outcome<ListedPhoto, EmbeddedStage>,
	tools: EmbedTools,
): Promise<PhotoResult> {
	if (!outcome.ok) {
		const { step, error } = outcome;
		if (error instanceof AppError) {
			const { code, message, hint } = error;
			return { step, code, message, ...(hint !== undefined && { hint }) };
		}
		return { step, code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
	}
	const { faces, embeddings, chips, photo } = outcome.value;
	const [{ box, landmarks }] = faces as [DetectedStage["faces"][number]];
	const [chip] = chips as [RgbImage];
	const picture = await tools.keepPicture?.({ photo, box, chip, credit: outcome.input.credit });
	return { embedding: embeddings[0] as Float32Array, box, landmarks, picture };
}
