/** The product's first story: a photo goes in, the people who look most like its faces come out. */
import { AppError } from "../errors.ts";
import type { FoundPerson, PeopleOptions, PeopleSearch } from "../gallery/matching/find-people.ts";
import { LEAST_PEOPLE, scaleOf, scorerOf } from "../gallery/matching/measure-gallery.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import { createGiveWay } from "../give-way.ts";
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
const NUM_WARM_UP_SEARCHES = 200;

export interface LookalikeTools extends FaceTools {
	readonly gallery: ReadableGallery;
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
	expectCollections(collections, tools.gallery);
	const options = { recall, collections };
	const how = recall === undefined ? tools.gallery.bestSearch : "lsh";
	return async ({ photo, faces, chips, embeddings, numUnanswered }) => ({
		photo,
		numUnanswered,
		faces: await Promise.all(
			faces.map(async (face, i): Promise<AnsweredFace> => {
				const embedding = embeddings[i] as Float32Array;
				const best = await timedSearch(tools, embedding, k, how, options);
				// how crowded it is around a face does not depend on whom somebody asks for
				const crowd = collections.length > 0 ? await timedSearch(tools, embedding, k, how, { recall }) : best;
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
						exact: await compareSearches({
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
		),
	});
}

/** @throws AppError INVALID_ARGUMENT for a part that the gallery does not have */
function expectCollections(collections: readonly string[], { people }: ReadableGallery): void {
	if (collections.length === 0) return;
	const known = new Set(people.flatMap((person) => person.collections));
	const unknown = collections.find((name) => !known.has(name));
	if (unknown !== undefined) {
		throw new AppError("INVALID_ARGUMENT", `The gallery has no collection "${unknown}".`, {
			hint: known.size > 0 ? `It has ${[...known].sort().join(", ")}.` : "It has none.",
		});
	}
}

interface TwoSearches {
	readonly embedding: Float32Array;
	readonly k: number;
	readonly tools: LookalikeTools;
	readonly options: PeopleOptions;
	readonly introduceAll: (people: readonly FoundPerson[]) => Lookalike[];
	/** What the exact search found, where it was asked before. */
	readonly known: TimedSearch | undefined;
}

/** The two searches side by side, for the curious; the index too where it would itself rather search exactly. */
async function compareSearches({
	embedding,
	k,
	tools,
	options,
	introduceAll,
	known,
}: TwoSearches): Promise<ExactComparison> {
	const { people, searchMs } = known ?? (await timedSearch(tools, embedding, k, "exact", options));
	const matches = introduceAll(people);
	const fast = await timedSearch(tools, embedding, k, "lsh", options);
	const lsh = { matches: introduceAll(fast.people), searchMs: fast.searchMs };
	const foundPeople = new Set(lsh.matches.map(({ photo }) => photo.person));
	return {
		matches,
		searchMs,
		lsh,
		indexName: tools.gallery.indexName,
		agreement: matches.filter(({ photo }) => foundPeople.has(photo.person)).length,
	};
}

/**
 * Measures the gallery if it does not say how, and runs a few searches, so that the first visitor does not wait, and
 * is not shown the time, of compiling them.
 */
export async function warmUpSearch(
	gallery: ReadableGallery,
	strangers: Strangers | undefined,
): Promise<void> {
	scaleOf(gallery, strangers);
	// the page is there already, and says that it is starting
	const giveWay = createGiveWay();
	for (const embedding of await gallery.embeddingsOf(gallery.rows().slice(0, NUM_WARM_UP_SEARCHES))) {
		await gallery.findPeople(embedding, LEAST_PEOPLE, "lsh");
		await giveWay();
		await gallery.findPeople(embedding, LEAST_PEOPLE, "exact");
		await giveWay();
	}
}

interface TimedSearch {
	readonly people: readonly FoundPerson[];
	readonly searchMs: number;
}

/** More people than are shown, so that there are next ones to lead over and better known ones to prefer. */
async function timedSearch(
	{ gallery }: LookalikeTools,
	embedding: Float32Array,
	k: number,
	search: PeopleSearch,
	options: PeopleOptions,
): Promise<TimedSearch> {
	const numWanted = gallery.settings.preferBetterKnown ? k * CANDIDATES_PER_PERSON : k;
	const start = performance.now();
	const asked = gallery.findPeople(embedding, Math.max(numWanted, LEAST_PEOPLE), search, options);
	// found at once in memory: what is done for other faces before this one goes on is none of its time
	const searchMs = asked instanceof Promise ? undefined : performance.now() - start;
	const people = await asked;
	return { people, searchMs: searchMs ?? performance.now() - start };
}

function introduce(
	people: readonly FoundPerson[],
	k: number,
	score: (similarity: number) => Resemblance,
	gallery: ReadableGallery,
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
