/** From the pipeline's answers to the API's: no pixels, no embeddings, no path of this server. */
import type { z } from "zod";
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Answer, AnsweredFace, Lookalike } from "../../pipeline/answer.ts";
import type { Comparison } from "../../pipeline/compare-photos.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import { articleUrl } from "../portrait/wikipedia.ts";
import type { ReadyStatus, ServiceStatus } from "../service-status.ts";
import { presentFace, presentPhoto } from "./present-faces.ts";
import { type PeoplePresentation, presentCredit } from "./present-people.ts";
import type { COMPARE_ANSWER, MATCH, MATCH_ANSWER, MATCHED_FACE, VERSION_ANSWER } from "./schemas/answers.ts";
import type { Wording } from "./wording.ts";

export interface MatchPresentation {
	/** The service that gave the answer. */
	readonly service: ReadyStatus;
	/** The gallery that it was given from, where there are pages about its people. */
	readonly gallery: ReadableGallery | undefined;
	/** "" or the path below which the site is. */
	readonly basePath: string;
	readonly wording: Wording;
	/** Number of the first face, where only that one was asked for. */
	readonly face: number | undefined;
}

export function presentAnswer(
	answer: Answer,
	{ service, gallery, basePath, wording, face: first = 0 }: MatchPresentation,
): z.output<typeof MATCH_ANSWER> {
	const { photo, faces, numUnanswered, fused, timings } = answer;
	const directory = gallery && PeopleDirectory.of(gallery);
	const idOf = (match: Lookalike) => directory?.entryOf(match.photo.person)?.slug ?? match.person.name;
	const toMatch = (match: Lookalike) => presentMatch(match, idOf(match), { basePath, wording });
	return {
		photo: presentPhoto(photo),
		faces: faces.map((face, i) => ({
			...presentFace(face, first + i, photo),
			...presentMatches(face, toMatch),
		})),
		numUnanswered,
		...(fused && { fused }),
		timings,
		engine: service.engine,
		gallery: presentGallery(service),
	};
}

type MatchesOfFace = Omit<
	z.output<typeof MATCHED_FACE>,
	"face" | "box" | "relativeBox" | "score" | "quality"
>;

function presentMatches(
	{ isWeak, matches, searchMs, exact }: AnsweredFace,
	toMatch: (match: Lookalike) => z.output<typeof MATCH>,
): MatchesOfFace {
	const presentAll = (some: readonly Lookalike[]) => some.map(toMatch);
	return {
		isWeak,
		matches: presentAll(matches),
		searchMs,
		...(exact && {
			exact: presentAll(exact.matches),
			exactSearchMs: exact.searchMs,
			lsh: presentAll(exact.lsh.matches),
			lshSearchMs: exact.lsh.searchMs,
			agreement: exact.agreement,
		}),
	};
}

function presentMatch(
	match: Lookalike,
	id: string,
	{ basePath, wording }: PeoplePresentation,
): z.output<typeof MATCH> {
	const { rank, person, photo, similarity, photoSimilarity, resemblance } = match;
	return {
		rank,
		id,
		name: wording.nameOf(person),
		similarity,
		resemblance: resemblance.score,
		words: resemblance.words,
		strangersBelow: resemblance.strangersBelow,
		wikipedia: person.wikipedia === undefined ? null : articleUrl(person.wikipedia),
		collections: [...person.collections],
		photo: {
			similarity: photoSimilarity,
			picture: photo.picture === undefined ? null : basePath + pictureUrl(photo.picture),
			credit: presentCredit(photo.credit),
		},
	};
}

export function presentComparison({ photos, pairs }: Comparison): z.output<typeof COMPARE_ANSWER> {
	const clarityOf = ({ photo, face }: { photo: number; face: number }) =>
		photos[photo]?.faces[face]?.quality.clarity ?? 0;
	return {
		photos: photos.map(({ photo, faces, numUnanswered }) => ({
			photo: presentPhoto(photo),
			faces: faces.map((face, number) => presentFace(face, number, photo)),
			numUnanswered,
		})),
		pairs: pairs.map(({ first, second, similarity, resemblance, isUnclear }) => ({
			first: { ...first },
			second: { ...second },
			similarity,
			words: resemblance.words,
			strangersBelow: resemblance.strangersBelow,
			isUnclear,
			clarity: Math.min(clarityOf(first), clarityOf(second)),
		})),
	};
}

export function presentVersion(status: ServiceStatus): z.output<typeof VERSION_ANSWER> {
	const { state, versions } = status;
	const isReady = "engine" in status;
	return {
		api: "v1",
		state,
		versions,
		engine: isReady ? status.engine : null,
		gallery: isReady ? presentGallery(status) : null,
	};
}

function presentGallery({ gallery }: ReadyStatus): z.output<typeof MATCH_ANSWER>["gallery"] {
	const { file, ...rest } = gallery;
	return { ...rest, ...(file && { file }) };
}
