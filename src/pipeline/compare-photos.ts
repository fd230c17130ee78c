/** The product's third story: two photos go in, or one with several people, and how alike each is to each comes out. */
import { AppError } from "../errors.ts";
import type { Face } from "../faces/face.ts";
import { pairScaleOf } from "../gallery/matching/measure-pairs.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import type { DecodedPhoto, DecodeOptions } from "../image/decode-photo.ts";
import {
	cosine,
	type PairResemblance,
	type PairScale,
	pairResemblanceOf,
	samePersonShareOf,
} from "../resemblance/pair-scale.ts";
import type { Strangers } from "../resemblance/strangers.ts";
import {
	align,
	decode,
	detectVisitors,
	EMBEDDING_BATCH,
	type EmbeddedStage,
	embed,
	type FaceTools,
} from "./face-steps.ts";
import { heedSignal } from "./heed-signal.ts";
import { Pipeline } from "./pipeline.ts";

export interface ComparedPhoto {
	/** The upright photo in which the boxes are measured; it may have been shrunk. */
	readonly photo: DecodedPhoto;
	/** The clearest and largest first, as findLookalikes has them; never empty. */
	readonly faces: readonly Face[];
	/** Faces that were found beyond those. */
	readonly numUnanswered: number;
}

export interface ComparedPair {
	/** Numbers of the two photos and of their faces; one photo's faces are compared with each other. */
	readonly first: { readonly photo: number; readonly face: number };
	readonly second: { readonly photo: number; readonly face: number };
	/** Cosine of the two embeddings, -1 to 1. */
	readonly similarity: number;
	readonly resemblance: PairResemblance;
	/** Whether one of the faces shows too little to tell people apart by it. */
	readonly isUnclear: boolean;
}

export interface Comparison {
	/** One or two. */
	readonly photos: readonly ComparedPhoto[];
	/** Everybody in one with everybody in the other, most alike first; none where one photo shows one person. */
	readonly pairs: readonly ComparedPair[];
	/** Share of pairs of photos of one person that are called so, 0 to 1, where it was measured. */
	readonly samePersonShare: number | undefined;
}

export interface CompareTools extends FaceTools {
	/** Whose people are measured by where there are no strangers. */
	readonly gallery: ReadableGallery;
	/** Whom the pairs are measured against. */
	readonly strangers: Strangers | undefined;
}

export interface CompareOptions extends DecodeOptions {
	/** Most faces of a photo that are compared. Default 12. */
	readonly maxComparedFaces?: number;
	readonly signal?: AbortSignal;
}

/** Below this clarity, see faces/face.ts, a face has an issue. */
const LEAST_CLARITY = 0.5;

/**
 * @param files one photo or two
 * @throws AppError as decodePhoto; NO_FACE_FOUND; of two photos it says which; the signal's reason when it aborts
 */
export async function comparePhotos(
	files: readonly Uint8Array[],
	tools: CompareTools,
	options: CompareOptions = {},
): Promise<Comparison> {
	const heeding = { ...tools, engine: heedSignal(tools.engine, options.signal) };
	const stages: EmbeddedStage[] = [];
	for (const [i, bytes] of files.entries()) {
		const stage = lookAt(bytes, heeding, options);
		stages.push(await (files.length > 1 ? stage.catch((error) => rethrowWithPhoto(error, i + 1)) : stage));
	}
	return {
		photos: stages.map(({ photo, faces, numUnanswered }) => ({ photo, faces, numUnanswered })),
		pairs: measurePairs(stages, await pairScaleOf(tools.gallery, tools.strangers)),
		samePersonShare: samePersonShareOf(tools.gallery.pipelineVersion),
	};
}

async function lookAt(
	bytes: Uint8Array,
	tools: CompareTools,
	options: CompareOptions,
): Promise<EmbeddedStage> {
	const { value } = await Pipeline.from([bytes])
		.step("decode", decode(tools, options))
		.step("detect", detectVisitors(tools, options.maxComparedFaces ?? 12))
		.step("align", align(tools, options))
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		.only(options.signal);
	return value;
}

function rethrowWithPhoto(error: unknown, photo: number): never {
	if (!(error instanceof AppError)) throw error;
	const { code, message, hint } = error;
	throw new AppError(code, `Photo ${photo}: ${message}`, { ...(hint && { hint }), photo, cause: error });
}

function measurePairs(stages: readonly EmbeddedStage[], scale: PairScale): ComparedPair[] {
	const faces = stages.map(({ embeddings, faces }) =>
		embeddings.map((embedding, i) => ({
			embedding,
			crowd: scale.crowdOf(embedding),
			clarity: faces[i]!.quality.clarity,
		})),
	);
	return pairUp(stages)
		.map(([first, second]): ComparedPair => {
			const [one, other] = [faces[first.photo]![first.face]!, faces[second.photo]![second.face]!];
			const similarity = cosine(one.embedding, other.embedding);
			const isUnclear = Math.min(one.clarity, other.clarity) < LEAST_CLARITY;
			// nobody is on one photo twice
			const areTwo = isUnclear || stages.length === 1;
			const resemblance = pairResemblanceOf(similarity, [one.crowd, other.crowd], scale, areTwo);
			return { first, second, similarity, resemblance, isUnclear };
		})
		.sort(
			(a, b) => b.resemblance.strangersBelow - a.resemblance.strangersBelow || b.similarity - a.similarity,
		);
}

function pairUp(stages: readonly EmbeddedStage[]): [ComparedPair["first"], ComparedPair["second"]][] {
	const facesOf = (photo: number) => (stages[photo]?.faces ?? []).map((_, face) => ({ photo, face }));
	if (stages.length > 1) {
		return facesOf(0).flatMap((first) =>
			facesOf(1).map((second): [typeof first, typeof second] => [first, second]),
		);
	}
	const faces = facesOf(0);
	return faces.flatMap((first, i) =>
		faces.slice(i + 1).map((second): [typeof first, typeof second] => [first, second]),
	);
}
