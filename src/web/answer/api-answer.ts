/** What `POST /api/v1/match` answers: the Answer as JSON, without pixels, embeddings or landmarks. */
import type { Answer, AnsweredFace, Lookalike } from "../../pipeline/answer.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import { articleUrl } from "../portrait/wikipedia.ts";
import type { EngineStatus, GalleryStatus, ReadyStatus } from "../service-status.ts";

interface ApiMatch {
	readonly rank: number;
	readonly name: string;
	/** A quarter of the cosine with the person's most similar photo and three of that with the mean of all, -1 to 1. */
	readonly similarity: number;
	/** 0 to 100. */
	readonly resemblance: number;
	readonly words: string;
	/** The person's article, or null. */
	readonly wikipedia: string | null;
	/** The person's photo that is most similar: what it is called, and where its face crop can be had, or null. */
	readonly photo: {
		readonly source: string;
		readonly picture: string | null;
		/** Cosine with that photo alone, -1 to 1. */
		readonly similarity: number;
	};
}

interface ApiFace {
	/** In pixels of the photo as `photo` describes it. */
	readonly box: AnsweredFace["box"];
	/** The detector's confidence, 0 to 1. */
	readonly score: number;
	readonly quality: AnsweredFace["quality"];
	/** True where even the best match is weak. */
	readonly isWeak: boolean;
	readonly matches: readonly ApiMatch[];
	readonly searchMs: number;
	/** The exact search's matches, where they were asked for. */
	readonly exact?: readonly ApiMatch[];
	readonly exactSearchMs?: number;
	/** What the LSH alone found, beside it. */
	readonly lsh?: readonly ApiMatch[];
	readonly lshSearchMs?: number;
	/** How many people of `exact` are in `lsh` too. */
	readonly agreement?: number;
}

export interface ApiAnswer {
	/** Size of the upright photo in which the boxes are measured. */
	readonly photo: { readonly width: number; readonly height: number };
	readonly faces: readonly ApiFace[];
	/** Faces that were found beyond those. */
	readonly numUnanswered: number;
	/** Where several photos of one person were sent: how many, and how many of them counted. */
	readonly fused?: Answer["fused"];
	/** Milliseconds per step. */
	readonly timings: Answer["timings"];
	readonly engine: EngineStatus;
	readonly gallery: GalleryStatus;
}

/**
 * @param status of the service that gave the answer
 * @param basePath "" or the path below which the site is
 */
export function apiAnswerOf(answer: Answer, { engine, gallery }: ReadyStatus, basePath: string): ApiAnswer {
	const apiMatchOf = (match: Lookalike) => toApiMatch(match, basePath);
	const apiFaceOf = (face: AnsweredFace) => toApiFace(face, apiMatchOf);
	return {
		photo: { width: answer.photo.width, height: answer.photo.height },
		faces: answer.faces.map(apiFaceOf),
		numUnanswered: answer.numUnanswered,
		...(answer.fused && { fused: answer.fused }),
		timings: answer.timings,
		engine,
		gallery,
	};
}

function toApiFace(
	{ box, score, quality, isWeak, matches, searchMs, exact }: AnsweredFace,
	apiMatchOf: (match: Lookalike) => ApiMatch,
): ApiFace {
	return {
		box,
		score,
		quality,
		isWeak,
		matches: matches.map(apiMatchOf),
		searchMs,
		...(exact && {
			exact: exact.matches.map(apiMatchOf),
			exactSearchMs: exact.searchMs,
			lsh: exact.lsh.matches.map(apiMatchOf),
			lshSearchMs: exact.lsh.searchMs,
			agreement: exact.agreement,
		}),
	};
}

function toApiMatch(
	{ rank, person, photo, similarity, photoSimilarity, resemblance }: Lookalike,
	basePath: string,
): ApiMatch {
	return {
		rank,
		name: person.name,
		similarity,
		resemblance: resemblance.score,
		words: resemblance.words,
		wikipedia: person.wikipedia === undefined ? null : articleUrl(person.wikipedia),
		photo: {
			source: photo.source,
			picture: photo.picture === undefined ? null : `${basePath}${pictureUrl(photo.picture)}`,
			similarity: photoSimilarity,
		},
	};
}
