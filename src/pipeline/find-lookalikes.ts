/** The product's first story: a photo goes in, the people who look most like its faces come out. */
import { AppError } from "../errors.ts";
import type { Gallery } from "../gallery/gallery.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import { type Calibration, resemblanceOf } from "../resemblance/calibration.ts";
import type { Match } from "../search/vector-index.ts";
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
import { heedSignal } from "./heed-signal.ts";
import { Pipeline, type Step } from "./pipeline.ts";
import { CANDIDATES_PER_PERSON, preferBetterKnown } from "./prefer-better-known.ts";

const DEFAULT_K = 7;
/** Asked of the index: of 100 of the true nearest people, it should find this many. */
const RECALL = 0.99;
const NUM_WARM_UP_SEARCHES = 200;

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
 * @throws AppError EMPTY_GALLERY; as decodePhoto; NO_FACE_FOUND; the signal's reason when it aborts
 */
export async function findLookalikes(
	bytes: Uint8Array,
	tools: LookalikeTools,
	options: LookalikeOptions = {},
): Promise<Answer> {
	const heeding = { ...tools, engine: heedSignal(tools.engine, options.signal) };
	if (tools.gallery.numPhotos === 0) {
		throw new AppError("EMPTY_GALLERY", "Expected somebody in the gallery but nobody is in it.");
	}
	const { value, timings } = await Pipeline.from([bytes])
		.step("decode", decode(heeding, options))
		.step("detect", detect(heeding, options.maxFaces ?? 6))
		.step("align", align(heeding, options))
		.batch("embed", embed(heeding), { size: EMBEDDING_BATCH })
		.step("search", search(heeding, options))
		.only(options.signal);
	return { ...value, timings };
}

/** Looks up each face among the gallery's people. */
function search(
	tools: LookalikeTools,
	{ k = DEFAULT_K, exact = false }: LookalikeOptions,
): Step<EmbeddedStage, Omit<Answer, "timings">> {
	return ({ photo, faces, chips, embeddings, numUnanswered }) => ({
		photo,
		numUnanswered,
		faces: faces.map((face, i): AnsweredFace => {
			const embedding = embeddings[i] as Float32Array;
			const { matches, searchMs } = introduceAll(tools, k, (limit) =>
				findFast(tools.gallery, embedding, limit, exact),
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
	const { matches, searchMs } = introduceAll(tools, k, (limit) => findExact(tools.gallery, embedding, limit));
	const foundPeople = new Set(found.map(({ photo }) => photo.person));
	return {
		matches,
		searchMs,
		agreement: matches.filter(({ photo }) => foundPeople.has(photo.person)).length,
	};
}

/** Beside the exact search stands what the LSH finds, also where the index itself would rather search exactly. */
function findFast({ index }: Gallery, embedding: Float32Array, k: number, isCompared: boolean): Match[] {
	const strategy = isCompared ? "lsh" : "auto";
	return index.search(embedding, k, { distinctGroups: true, recall: RECALL, strategy });
}

function findExact({ exact }: Gallery, embedding: Float32Array, k: number): Match[] {
	return exact.search(embedding, k, { distinctGroups: true });
}

/** Runs a few searches, so that the first visitor does not wait, and is not shown the time, of compiling them. */
export function warmUpSearch(gallery: Gallery): void {
	for (const row of gallery.rows().slice(0, NUM_WARM_UP_SEARCHES)) {
		const embedding = gallery.index.embedding(row);
		findFast(gallery, embedding, DEFAULT_K, true);
		findExact(gallery, embedding, DEFAULT_K);
	}
}

function introduceAll(
	tools: LookalikeTools,
	k: number,
	search: (limit: number) => readonly Match[],
): { matches: Lookalike[]; searchMs: number } {
	const { preferBetterKnown: isFamePreferred = false } = tools.gallery.settings;
	const start = performance.now();
	const found = search(isFamePreferred ? k * CANDIDATES_PER_PERSON : k);
	const searchMs = performance.now() - start;
	const matches = found.map((match, i) => introduce(match, i + 1, tools));
	return { matches: isFamePreferred ? preferBetterKnown(matches, k) : matches, searchMs };
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
