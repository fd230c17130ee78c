/** The product's third story: two photos go in, or one with several people, and how alike each is to each comes out. */
import type { Face } from "../faces/face.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { findPeople } from "../gallery/matching/find-people.ts";
import { crowdOf, LEAST_PEOPLE, scaleOf } from "../gallery/matching/measure-gallery.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import { type Resemblance, resemblanceOf } from "../resemblance/resemblance.ts";
import type { Strangers } from "../resemblance/strangers.ts";
import {
	align,
	decode,
	detect,
	EMBEDDING_BATCH,
	type EmbeddedStage,
	embed,
	type FaceTools,
} from "./face-steps.ts";
import { heedSignal } from "./heed-signal.ts";
import { Pipeline } from "./pipeline.ts";

export interface ComparedPhoto {
	/** The upright photo in which the boxes are measured. */
	readonly photo: RgbImage;
	/** The largest central face first; never empty. */
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
	readonly resemblance: Resemblance;
}

export interface Comparison {
	/** One or two. */
	readonly photos: readonly ComparedPhoto[];
	/** Everybody in one with everybody in the other, most alike first; none where one photo shows one person. */
	readonly pairs: readonly ComparedPair[];
}

export interface CompareTools extends FaceTools {
	/** Tells how crowded it is around each face, and what a lead over that is worth. */
	readonly gallery: Gallery;
	readonly strangers: Strangers | undefined;
}

export interface CompareOptions extends DecodeOptions {
	/** Most faces of a photo that are compared. Default 12. */
	readonly maxComparedFaces?: number;
	readonly signal?: AbortSignal;
}

/**
 * @param files one photo or two
 * @throws AppError as decodePhoto; NO_FACE_FOUND; the signal's reason when it aborts
 */
export async function comparePhotos(
	files: readonly Uint8Array[],
	tools: CompareTools,
	options: CompareOptions = {},
): Promise<Comparison> {
	const heeding = { ...tools, engine: heedSignal(tools.engine, options.signal) };
	const stages: EmbeddedStage[] = [];
	for (const bytes of files) {
		const { value } = await Pipeline.from([bytes])
			.step("decode", decode(heeding, options))
			.step("detect", detect(heeding, options.maxComparedFaces ?? 12))
			.step("align", align(heeding, options))
			.batch("embed", embed(heeding), { size: EMBEDDING_BATCH })
			.only(options.signal);
		stages.push(value);
	}
	const scale = scaleOf(tools.gallery, tools.strangers);
	const crowds = stages.map(({ embeddings }) =>
		embeddings.map((embedding) => {
			const people = findPeople(tools.gallery, embedding, LEAST_PEOPLE);
			return scale.isRelative ? crowdOf(embedding, people, tools.strangers) : 0;
		}),
	);
	return {
		photos: stages.map(({ photo, faces, numUnanswered }) => ({ photo, faces, numUnanswered })),
		pairs: pairUp(stages)
			.map(([first, second]): ComparedPair => {
				const embeddingOf = ({ photo, face }: ComparedPair["first"]) =>
					stages[photo]?.embeddings[face] as Float32Array;
				const similarity = cosine(embeddingOf(first), embeddingOf(second));
				const clarityOf = ({ photo, face }: ComparedPair["first"]) =>
					stages[photo]?.faces[face]?.quality.clarity as number;
				const crowdAt = ({ photo, face }: ComparedPair["first"]) => crowds[photo]?.[face] as number;
				const lead = similarity - (crowdAt(first) + crowdAt(second)) / 2;
				const clarity = Math.min(clarityOf(first), clarityOf(second));
				return { first, second, similarity, resemblance: resemblanceOf(lead, scale, clarity) };
			})
			.sort((a, b) => b.similarity - a.similarity),
	};
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

/** Of two vectors of unit length. */
function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
