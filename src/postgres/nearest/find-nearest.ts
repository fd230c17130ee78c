/**
 * The nearest people in a database: the index gives photos, by half precision and roughly; all photos of their people
 * are then compared in float32. As in gallery/matching/find-people.ts, so that file and database rank alike.
 */
import { type FoundPerson, numCandidatesFor, PHOTO_WEIGHT } from "../../gallery/matching/find-people.ts";
import { type Database, type Extension, isAtLeast } from "../connection/database.ts";
import { changedJustNow, hasGrownFrom, isGrownFrom, type Known } from "../versions.ts";
import { indexedType } from "./nearest-index.ts";

/** What pgvector allows. */
export const MAX_EF_SEARCH = 1000;
/** Photos that are looked at first for each person that is wanted; more where people have many photos. */
const PHOTOS_PER_CANDIDATE = 2;
/** Rows that a scan with a filter goes through at most before it gives up; pgvector's own default is 20,000. */
const MAX_SCAN_TUPLES = 100_000;

export interface NearestQuestion {
	/** Unit length. */
	readonly query: Float32Array;
	/** People. */
	readonly k: number;
	/** Size of the index's dynamic list, as measured for the recall that is wanted; undefined for an exact search. */
	readonly efSearch: number | undefined;
	/** Only people of one of these parts of the gallery; empty for everybody. */
	readonly collections: readonly string[];
	/** The gallery whose ids are wanted: those of another push mean other people. Default: whatever is there. */
	readonly known?: Known;
}

/** A person by ids of the database. */
export type NearestPerson = Omit<FoundPerson, "row"> & {
	/** Id of the person's most similar photo. */
	readonly photo: number;
};

interface Row {
	readonly person: number;
	readonly photo: number;
	readonly photo_similarity: number;
	readonly template_similarity: number;
	readonly num_looked_at: string;
	readonly is_grown: boolean;
}

/** Photos that are looked at first for so many people: where there are fewer, all of them are compared, as without index. */
export function numFirstPhotosFor(k: number): number {
	return numCandidatesFor(k) * PHOTOS_PER_CANDIDATE;
}

/** @throws AppError DATABASE_*; GALLERY_BUSY where not all is there of what is known */
export async function findNearest(database: Database, question: NearestQuestion): Promise<NearestPerson[]> {
	const numCandidates = numCandidatesFor(question.k);
	let efSearch = question.efSearch;
	for (let numPhotos = numFirstPhotosFor(question.k); ; numPhotos *= 4) {
		const rows = await lookUp(database, { ...question, efSearch }, numPhotos);
		const isAll = rows.length === 0 || Number(rows[0]!.num_looked_at) < numPhotos;
		if (rows.length >= numCandidates || (isAll && efSearch === undefined)) return rank(rows, question.k);
		if (efSearch === undefined) continue;
		// an index ends before the table does: whatever a filter left over, or an old one did not go on to, is not few
		if (isAll || numPhotos * 4 > MAX_EF_SEARCH) efSearch = undefined;
	}
}

async function lookUp(
	database: Database,
	{ query, efSearch, collections, known }: NearestQuestion,
	numPhotos: number,
): Promise<Row[]> {
	const extension = await database.extension();
	const settings = efSearch === undefined ? {} : settingsOf(extension, efSearch, numPhotos);
	// as values and never in the statement's text, which a server writes into its log where a question fails; their
	// shortest numbers that are the same float32
	const values = [`[${query.join(",")}]`, numPhotos, ...(collections.length > 0 ? [collections] : [])];
	const grown = hasGrownFrom(known, values.length + 1);
	const statement = statementOf(extension, {
		...{ dimension: query.length, collections, isExact: efSearch === undefined, isGrown: grown.sql },
	});
	return database.read(
		async (client) => {
			const { rows } = await client.query<Row>(statement, [...values, ...grown.values]);
			// whoever has nobody to name has to say of which gallery, too
			const isGrown = rows[0]?.is_grown ?? (await isGrownFrom(client, known));
			if (!isGrown) throw changedJustNow();
			return rows;
		},
		{ settings },
	);
}

/** @param numPhotos that must come out of the index */
function settingsOf(
	extension: Extension,
	efSearch: number,
	numPhotos: number,
): Record<string, string | number> {
	return {
		"hnsw.ef_search": Math.min(MAX_EF_SEARCH, Math.max(efSearch, numPhotos)),
		// since 0.8 a scan goes on where a filter left too few; before, what is missing is searched exactly
		...(isAtLeast(extension, 0, 8) && {
			"hnsw.iterative_scan": "strict_order",
			"hnsw.max_scan_tuples": MAX_SCAN_TUPLES,
		}),
	};
}

/** Its values: the query, the number of photos, where there are any the collections, and those of `isGrown`. */
function statementOf(
	extension: Extension,
	{
		dimension,
		collections,
		isExact,
		isGrown,
	}: Pick<NearestQuestion, "collections"> & {
		readonly dimension: number;
		readonly isExact: boolean;
		readonly isGrown: string;
	},
): string {
	const type = indexedType(extension, dimension);
	// the index is of another expression, so an exact search can't use it
	const distance = isExact ? "embedding <#> $1::vector" : `embedding::${type} <=> $1::vector::${type}`;
	const filter =
		collections.length > 0 ? "JOIN people ON people.id = person AND collections && $3::text[]" : "";
	return `WITH nearest AS MATERIALIZED (
			SELECT person FROM embeddings ${filter} ORDER BY ${distance} LIMIT $2::int
		), candidates AS (
			SELECT DISTINCT ON (person) person, photo, -(embedding <#> $1::vector) AS photo_similarity
			FROM embeddings WHERE person IN (SELECT person FROM nearest)
			ORDER BY person, embedding <#> $1::vector, photo
		)
		SELECT person, photo, photo_similarity, -(template <#> $1::vector) AS template_similarity,
			(SELECT count(*) FROM nearest) AS num_looked_at, ${isGrown} AS is_grown
		FROM candidates JOIN people ON people.id = person`;
}

/** As findPeople: of the people whose best photos are nearest those who are most alike by photo and template. */
function rank(rows: readonly Row[], k: number): NearestPerson[] {
	return rows
		.toSorted((a, b) => b.photo_similarity - a.photo_similarity || a.photo - b.photo)
		.slice(0, numCandidatesFor(k))
		.map(({ person, photo, photo_similarity, template_similarity }) => ({
			person,
			photo,
			similarity: PHOTO_WEIGHT * photo_similarity + (1 - PHOTO_WEIGHT) * template_similarity,
			photoSimilarity: photo_similarity,
		}))
		.sort((a, b) => b.similarity - a.similarity || a.photo - b.photo)
		.slice(0, k);
}
