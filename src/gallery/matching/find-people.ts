/**
 * From an embedding to people. A person is as similar as their best photo says to a quarter and their template to three:
 * one lucky photo makes nobody a lookalike of everybody, and a person with a single photo is judged by that photo.
 */
import type { LshIndex } from "../../search/lsh-index.ts";
import type { Match, VectorIndex } from "../../search/vector-index.ts";
import type { Person } from "../person.ts";
import type { Templates } from "./templates.ts";

/** Faces in memory, see gallery.ts. */
interface SearchedFaces {
	readonly people: readonly Person[];
	readonly index: LshIndex;
	readonly exact: VectorIndex;
	readonly templates: Templates;
}

export interface FoundPerson {
	readonly person: number;
	/** Row of the person's most similar photo. */
	readonly row: number;
	/** Of the cosines with that photo and with the person's template, weighted, -1 to 1: what ranks people. */
	readonly similarity: number;
	/** Cosine with that photo alone, -1 to 1. */
	readonly photoSimilarity: number;
}

/**
 * "auto": by whichever search is faster. "lsh": by the approximate search. "exact": every photo is compared. "full":
 * every photo and every template is, which is what the others are measured by.
 */
export type PeopleSearch = "auto" | "lsh" | "exact" | "full";

export interface PeopleOptions {
	/** What the LSH should find of the true nearest people, 0 to 1. Default 0.99. */
	readonly recall?: number | undefined;
	/** Only people of one of these parts of the gallery. Default: everybody. */
	readonly collections?: readonly string[] | undefined;
}

/**
 * What a person's best photo counts beside their template. Chosen by identification and by how steadily strangers are
 * answered; see docs/faces.md.
 */
export const PHOTO_WEIGHT = 0.25;

/** Asked of the index: of 100 of the true nearest people, it should find this many. */
export const RECALL = 0.99;

/** People whose templates are compared for each one that is wanted, and at least how many: see docs/faces.md. */
const CANDIDATES_PER_PERSON = 4;
const LEAST_CANDIDATES = 28;

/**
 * The people most similar to a face, best first.
 * @param query unit length, by the gallery's pipeline
 * @throws AppError as VectorIndex.search
 */
export function findPeople(
	gallery: SearchedFaces,
	query: Float32Array,
	k: number,
	search: PeopleSearch = "auto",
	options: PeopleOptions = {},
): FoundPerson[] {
	return findCandidates(gallery, query, numCandidatesFor(k), search, options)
		.map(({ row, group, similarity }) => ({
			person: group,
			row,
			similarity: PHOTO_WEIGHT * similarity + (1 - PHOTO_WEIGHT) * dot(query, gallery.templates.of(group)),
			photoSimilarity: similarity,
		}))
		.sort((a, b) => b.similarity - a.similarity || a.row - b.row)
		.slice(0, k);
}

/** How many people are ranked by photo and template so that `k` of them are the best. */
export function numCandidatesFor(k: number): number {
	return Math.max(LEAST_CANDIDATES, k * CANDIDATES_PER_PERSON);
}

/** People by their best photo. */
function findCandidates(
	{ people, index, exact }: SearchedFaces,
	query: Float32Array,
	numCandidates: number,
	search: PeopleSearch,
	{ recall = RECALL, collections = [] }: PeopleOptions,
): Match[] {
	const accept = (number: number) => isOfOne(people[number], collections);
	const asked = { distinctGroups: true, ...(collections.length > 0 && { accept }) };
	if (search === "full") return exact.search(query, index.size, asked);
	if (search === "exact") return exact.search(query, numCandidates, asked);
	return index.search(query, numCandidates, { ...asked, recall, strategy: search });
}

/** Whether a person belongs to one of these parts of a gallery. */
function isOfOne(person: Person | undefined, collections: readonly string[]): boolean {
	return person?.collections.some((name) => collections.includes(name)) ?? false;
}

function dot(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
