/** Which rows are of one family, as photos of one person whom nobody named are. */
import { type AcceptRow, ExactSearch } from "../lookup/exact-search.ts";
import type { PreparedQuery } from "../lookup/prepared-query.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import type { Match } from "../vector-index.ts";

/**
 * Times as far away, by the squares, as the rows before it are from one and from each other is one that is of another
 * family; and where there is but one before it, which could be near by chance.
 */
const FAR_APART = 1.15;
const FAR_FROM_PAIR = 1.5;
/** What float32 may leave of 1 - cosine of a row and itself. */
const ROUNDING = 1e-6;

export interface FamilyParts {
	readonly store: EmbeddingStore;
	/** Of that store; set to the embedding afterwards. */
	readonly query: PreparedQuery;
	/** Rows that count. */
	readonly isThere: AcceptRow;
	/** Rows that are looked at, at a time: families that are larger are not seen. */
	readonly numNearest: number;
}

/**
 * Rows among which an embedding is at home, whatever its group, as photos of one person whom nobody named or a picture that
 * was saved many times: they are nearer to each other than the next row is to it. Who asks as a stranger has none. Found
 * again among what is left, as copies lie within families.
 * @param embedding unit length
 */
export function findFamily(
	embedding: Float32Array,
	{ store, query, isThere, numNearest }: FamilyParts,
): ReadonlySet<number> {
	const family = new Set<number>();
	const isLeft: AcceptRow = (row) => !family.has(row) && isThere(row);
	const exact = new ExactSearch(store, query, { size: store.size, isThere: isLeft });
	while (family.size < numNearest) {
		const nearest = exact.search(embedding, numNearest);
		const count = familySize(nearest, (row) => store.embedding(row));
		if (count === 0) break;
		for (const { row } of nearest.slice(0, count)) family.add(row);
	}
	return family;
}

/**
 * How many of the nearest rows are of one family with a row: so many that the next one is farthest away, beside how far
 * they are from it and from each other.
 * @param nearest best first
 */
function familySize(nearest: readonly Match[], embeddingOf: (row: number) => Float32Array): number {
	let size = 0;
	let farthest = 0;
	let similarities = 0;
	let sum: Float64Array | undefined;
	for (let count = 1; count < nearest.length; count++) {
		const { row, similarity } = nearest[count - 1]!;
		const embedding = embeddingOf(row);
		similarities += similarity;
		sum = sum?.map((value, i) => value + embedding[i]!) ?? Float64Array.from(embedding);
		const squares = sum.reduce((total, value) => total + value * value, 0);
		// of unit vectors the squared sum is their number and the cosines of all ordered pairs
		const pairs = count > 1 ? (squares - count) / (count * (count - 1)) : 1;
		const closest = Math.min(pairs, similarities / count);
		const apart = (1 - nearest[count]!.similarity) / Math.max(1 - closest, ROUNDING);
		if (apart < (count > 1 ? FAR_APART : FAR_FROM_PAIR) || apart < farthest) continue;
		size = count;
		farthest = apart;
	}
	return size;
}
