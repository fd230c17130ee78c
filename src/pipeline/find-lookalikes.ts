/** The product's first story: a photo goes in, the people who look most like its faces come out. */
import { AppError } from "../errors.ts";
import type { Gallery } from "../gallery/gallery.ts";
import {
	type FoundPerson,
	findPeople,
	type PeopleOptions,
	type PeopleSearch,
} from "../gallery/matching/find-people.ts";
import { LEAST_PEOPLE, scaleOf, scorerOf } from "../gallery/matching/measure-gallery.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import type { Resemblance } from "../resemblance/resemblance.ts";
import type { Strangers } from "../resemblance/strangers.ts";
import type { Answer, AnsweredFace, ExactComparison, Lookalike } from "./answer.ts";
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
import { Pipeline, type Step } from "./pipeline.ts";
import { CANDIDATES_PER_PERSON, preferBetterKnown } from "./prefer-better-known.ts";

const DEFAULT_K = 7;
/** Up to here an exact search takes a few milliseconds, little beside finding the face. */
const MAX_EXACT_PHOTOS = 1_000_000;
const NUM_WARM_UP_SEARCHES = 200;

export interface LookalikeTools extends FaceTools {
	readonly gallery: Gallery;
	/** Those of the model's pipeline, where there are some: what the score is measured against. */
	readonly strangers: Strangers | undefined;
}

export interface LookalikeOptions extends DecodeOptions {
	/** People per face. Default 7. */
	readonly k?: number;
	/** Whether the exact search answers too. Default false. */
	readonly exact?: boolean;
	/** Most faces of the photo that are answered. Default 6. */
	readonly maxFaces?: number;
	/** Number of the one face to answer, from 0, in the order in which all of them would come. */
	readonly face?: number | undefined;
	/** Answer by the LSH, which is to find this share of the nearest people, 0 to 1. Default: by the exact search. */
	readonly recall?: number | undefined;
	/** Answer only with people of one of these parts of the gallery. Default: with everybody. */
	readonly collections?: readonly string[];
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
	const search = searchFaces(heeding, options);
	const { value, timings } = await Pipeline.from([bytes])
		.step("decode", decode(heeding, options))
		.step("detect", detectVisitors(heeding, options.maxFaces ?? 6, options.face))
		.step("align", align(heeding, options))
		.batch("embed", embed(heeding), { size: EMBEDDING_BATCH })
		.step("search", search)
		.only(options.signal);
	return { ...value, timings };
}

/**
 * Looks up each face among the gallery's people.
 * @throws AppError EMPTY_GALLERY; INVALID_ARGUMENT for a collection that the gallery does not have
 */
export function searchFaces(
	tools: LookalikeTools,
	{ k = DEFAULT_K, exact = false, recall, collections = [] }: LookalikeOptions,
): Step<EmbeddedStage, Omit<Answer, "timings">> {
	if (tools.gallery.numPhotos === 0) {
		throw new AppError("EMPTY_GALLERY", "Expected somebody in the gallery but nobody is in it.");
	}
	const options = { recall, accept: acceptOf(collections, tools.gallery) };
	const how = recall === undefined ? bestSearch(tools.gallery) : "lsh";
	return ({ photo, faces, chips, embeddings, numUnanswered }) => ({
		photo,
		numUnanswered,
		faces: faces.map((face, i): AnsweredFace => {
			const embedding = embeddings[i] as Float32Array;
			const best = timedSearch(tools, embedding, k, how, options);
			// how crowded it is around a face does not depend on whom somebody asks for
			const crowd = options.accept ? timedSearch(tools, embedding, k, how, { recall }) : best;
			const score = scorerOf(tools.gallery, tools.strangers, embedding, crowd.people, face.quality.clarity);
			const introduceAll = (found: readonly FoundPerson[]) => introduce(found, k, score, tools.gallery);
			const matches = introduceAll(best.people);
			return {
				...face,
				chip: chips[i] as AnsweredFace["chip"],
				matches,
				isWeak: matches[0]?.resemblance.words === "loose resemblance",
				isOrderedByFame: matches.some(({ photo }, place) => photo.person !== best.people[place]?.person),
				searchMs: best.searchMs,
				...(exact && {
					exact: compareSearches({
						embedding,
						k,
						tools,
						options,
						introduceAll,
						known: how === "exact" ? best : undefined,
					}),
				}),
			};
		}),
	});
}

/** What every answer is made of, compared or not: the nearest people themselves, unless that would take too long. */
function bestSearch({ numPhotos }: Gallery): PeopleSearch {
	return numPhotos <= MAX_EXACT_PHOTOS ? "exact" : "auto";
}

/**
 * Whom a question for parts of the gallery is about; undefined for everybody.
 * @throws AppError INVALID_ARGUMENT
 */
function acceptOf(collections: readonly string[], { people }: Gallery): PeopleOptions["accept"] {
	if (collections.length === 0) return undefined;
	const known = new Set(people.flatMap((person) => person.collections));
	const unknown = collections.find((name) => !known.has(name));
	if (unknown !== undefined) {
		throw new AppError("INVALID_ARGUMENT", `The gallery has no collection "${unknown}".`, {
			hint: known.size > 0 ? `It has ${[...known].sort().join(", ")}.` : "It has none.",
		});
	}
	return (number) => people[number]?.collections.some((name) => collections.includes(name)) ?? false;
}

interface TwoSearches {
	readonly embedding: Float32Array;
	readonly k: number;
	readonly tools: LookalikeTools;
	readonly options: PeopleOptions;
	readonly introduceAll: (people: readonly FoundPerson[]) => Lookalike[];
	/** What the exact search found, where it was asked before. */
	readonly known: ReturnType<typeof timedSearch> | undefined;
}

/** The two searches side by side, for the curious; the LSH too where the index itself would rather search exactly. */
function compareSearches({
	embedding,
	k,
	tools,
	options,
	introduceAll,
	known,
}: TwoSearches): ExactComparison {
	const { people, searchMs } = known ?? timedSearch(tools, embedding, k, "exact", options);
	const matches = introduceAll(people);
	const fast = timedSearch(tools, embedding, k, "lsh", options);
	const lsh = { matches: introduceAll(fast.people), searchMs: fast.searchMs };
	const foundPeople = new Set(lsh.matches.map(({ photo }) => photo.person));
	return {
		matches,
		searchMs,
		lsh,
		agreement: matches.filter(({ photo }) => foundPeople.has(photo.person)).length,
	};
}

/**
 * Measures the gallery if it does not say how, and runs a few searches, so that the first visitor does not wait, and
 * is not shown the time, of compiling them.
 */
export function warmUpSearch(gallery: Gallery, strangers: Strangers | undefined): void {
	scaleOf(gallery, strangers);
	for (const row of gallery.rows().slice(0, NUM_WARM_UP_SEARCHES)) {
		const embedding = gallery.index.embedding(row);
		findPeople(gallery, embedding, LEAST_PEOPLE, "lsh");
		findPeople(gallery, embedding, LEAST_PEOPLE, "exact");
	}
}

/** More people than are shown, so that there are next ones to lead over and better known ones to prefer. */
function timedSearch(
	{ gallery }: LookalikeTools,
	embedding: Float32Array,
	k: number,
	search: PeopleSearch,
	options: PeopleOptions,
): { people: FoundPerson[]; searchMs: number } {
	const numWanted = gallery.settings.preferBetterKnown ? k * CANDIDATES_PER_PERSON : k;
	const start = performance.now();
	const people = findPeople(gallery, embedding, Math.max(numWanted, LEAST_PEOPLE), search, options);
	return { people, searchMs: performance.now() - start };
}

function introduce(
	people: readonly FoundPerson[],
	k: number,
	score: (similarity: number) => Resemblance,
	gallery: Gallery,
): Lookalike[] {
	const matches = people.map(
		({ person, row, similarity, photoSimilarity }, place): Lookalike => ({
			rank: place + 1,
			person: gallery.person(person),
			photo: gallery.photo(row),
			similarity,
			photoSimilarity,
			resemblance: score(similarity),
		}),
	);
	return gallery.settings.preferBetterKnown ? preferBetterKnown(matches, k) : matches.slice(0, k);
}
