/**
 * From an embedding to people. A person is as similar as their best photo says to a quarter and their template to three:
 * one lucky photo makes nobody a lookalike of everybody, and a person with a single photo is judged by that photo.
 */
import type { Match } from "../../search/vector-index.ts";
import type { Gallery } from "../gallery.ts";

export interface FoundPerson {
	/** Number of the person. */
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
	/** Only people for whose number this answers true; by default everybody. */
	readonly accept?: ((person: number) => boolean) | undefined;
}

/**
 * What a person's best photo counts beside their template. Chosen by identification and by how steadily strangers are
 * answered; see docs/faces.md.
 */
export const PHOTO_WEIGHT = 0.25;

/** Asked of the index: of 100 of the true nearest people, it should find this many. */
const RECALL = 0.99;

/** People whose templates are compared for each one that is wanted, and at least how many: see docs/faces.md. */
const CANDIDATES_PER_PERSON = 4;
const LEAST_CANDIDATES = 28;

/**
 * The people most similar to a face, best first.
 * @param query unit length, by the gallery's pipeline
 * @throws AppError as VectorIndex.search
 */
export function findPeople(
	gallery: Gallery,
	query: Float32Array,
	k: number,
	search: PeopleSearch = "auto",
	options: PeopleOptions = {},
): FoundPerson[] {
	const numCandidates = Math.max(LEAST_CANDIDATES, k * CANDIDATES_PER_PERSON);
	return findCandidates(gallery, query, numCandidates, search, options)
		.map(({ row, group, similarity }) => ({
			person: group,
			row,
			similarity: PHOTO_WEIGHT * similarity + (1 - PHOTO_WEIGHT) * dot(query, gallery.templates.of(group)),
			photoSimilarity: similarity,
		}))
		.sort((a, b) => b.similarity - a.similarity || a.row - b.row)
		.slice(0, k);
}

/** People by their best photo. */
function findCandidates(
	{ index, exact }: Gallery,
	query: Float32Array,
	numCandidates: number,
	search: PeopleSearch,
	{ recall = RECALL, accept }: PeopleOptions,
): Match[] {
	const asked = { distinctGroups: true, ...(accept && { accept }) };
	if (search === "full") return exact.search(query, index.size, asked);
	if (search === "exact") return exact.search(query, numCandidates, asked);
	return index.search(query, numCandidates, { ...asked, recall, strategy: search });
}

function dot(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
