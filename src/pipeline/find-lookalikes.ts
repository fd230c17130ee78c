/** The product's first story: a photo goes in, the people who look most like its faces come out. */
import type { Gallery } from "../gallery/gallery.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import { type Calibration, resemblanceOf } from "../resemblance/calibration.ts";
import type { Match, VectorIndex } from "../search/vector-index.ts";
import type { Answer, AnsweredFace, ExactComparison, Lookalike } from "./answer.ts";
import {
	align,
	decode,
	detect,
	EMBEDDING_BATCH,
	type EmbeddedStage,
	embed,
	type FaceTools,
} from "./face-steps.ts";
import { Pipeline, type Step } from "./pipeline.ts";

export interface LookalikeTools extends FaceTools {
	readonly gallery: Gallery;
	readonly calibration: Calibration;
}

export interface LookalikeOptions extends DecodeOptions {
	/** People per face. Default 7. */
	readonly k?: number;
	/** Whether the exact search answers too. Default false. */
	readonly exact?: boolean;
	/** Most faces of the photo that are answered. Default 6. */
	readonly maxFaces?: number;
	readonly signal?: AbortSignal;
}

/**
 * Answers one photo.
 * @param bytes the photo's file
 * @throws AppError as decodePhoto; NO_FACE_FOUND; the signal's reason when it aborts
 */
export async function findLookalikes(
	bytes: Uint8Array,
	tools: LookalikeTools,
	options: LookalikeOptions = {},
): Promise<Answer> {
	const { value, timings } = await Pipeline.from([bytes])
		.step("decode", decode(options))
		.step("detect", detect(tools, options.maxFaces ?? 6))
		.step("align", align(tools, options))
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		.step("search", search(tools, options))
		.only(options.signal);
	return { ...value, timings };
}

/** Looks up each face among the gallery's people. */
function search(
	tools: LookalikeTools,
	{ k = 7, exact = false }: LookalikeOptions,
): Step<EmbeddedStage, Omit<Answer, "timings">> {
	return ({ photo, faces, chips, embeddings, numUnanswered }) => ({
		photo,
		numUnanswered,
		faces: faces.map((face, i): AnsweredFace => {
			const embedding = embeddings[i] as Float32Array;
			// beside the exact search stands what the LSH finds, also where the index would not use it
			const strategy = exact ? "lsh" : "auto";
			const { matches, searchMs } = findNearestPeople(
				{ search: (query, count, how) => tools.gallery.index.search(query, count, { ...how, strategy }) },
				embedding,
				k,
				tools,
			);
			return {
				...face,
				chip: chips[i] as AnsweredFace["chip"],
				matches,
				isWeak: matches[0]?.resemblance.words === "loose resemblance",
				searchMs,
				...(exact && { exact: compareWithExact(matches, embedding, k, tools) }),
			};
		}),
	});
}

function compareWithExact(
	found: readonly Lookalike[],
	embedding: Float32Array,
	k: number,
	tools: LookalikeTools,
): ExactComparison {
	const { matches, searchMs } = findNearestPeople(tools.gallery.exact, embedding, k, tools);
	const foundPeople = new Set(found.map(({ photo }) => photo.person));
	return {
		matches,
		searchMs,
		agreement: matches.filter(({ photo }) => foundPeople.has(photo.person)).length,
	};
}

function findNearestPeople(
	index: Pick<VectorIndex, "search">,
	embedding: Float32Array,
	k: number,
	tools: LookalikeTools,
): { matches: Lookalike[]; searchMs: number } {
	const start = performance.now();
	const matches = index.search(embedding, k, { distinctGroups: true });
	const searchMs = performance.now() - start;
	return { matches: matches.map((match, i) => introduce(match, i + 1, tools)), searchMs };
}

/** From a row of the index to the person it shows. */
function introduce(
	{ row, group, similarity }: Match,
	rank: number,
	{ gallery, calibration }: LookalikeTools,
): Lookalike {
	return {
		rank,
		person: gallery.person(group),
		photo: gallery.photo(row),
		similarity,
		resemblance: resemblanceOf(similarity, calibration),
	};
}
