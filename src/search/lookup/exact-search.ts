/** The exact search: int8 scores of all rows find who can be among the k nearest at all, float32 decides among those. */
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { checkK } from "../query.ts";
import type { Match, SearchOptions, VectorIndex } from "../vector-index.ts";
import { BATCH_SIZE, PreparedQuery } from "./prepared-query.ts";
import { TopK } from "./top-k.ts";

/** Below this many rows per asked match, or in all, coding the query costs more than it saves. A batch at most. */
const MIN_ROWS_PER_MATCH = 32;
const MIN_ROWS = 256;
/** From so many matches on, sorting takes less time than keeping the best in order. */
const MAX_RANKED = 256;
/** Rows that tell how many a filter lets pass. */
const NUM_FILTER_PROBES = 256;
const MIN_INT32 = -(2 ** 31);

/** A row filter, e.g. for removed rows. */
export type AcceptRow = (row: number) => boolean;

/** What an index has of the rows of its store. */
export interface RowView {
	/** The rows below. */
	readonly size: number;
	/** Which of them; default: all. */
	readonly isThere?: AcceptRow | undefined;
}

export class ExactSearch implements VectorIndex {
	readonly kind = "exact";
	readonly #store: EmbeddingStore;
	readonly #query: PreparedQuery;
	readonly #view: RowView;
	#counted = { numGroups: 0, isAll: false };

	/**
	 * Searches a store where it lies.
	 * @param query shared with other searches of the store
	 * @param view default: all rows that are there now
	 */
	constructor(store: EmbeddingStore, query = new PreparedQuery(store), view: RowView = { size: store.size }) {
		this.#store = store;
		this.#query = query;
		this.#view = view;
	}

	get size(): number {
		return this.#view.size;
	}

	get dimension(): number {
		return this.#store.dimension;
	}

	search(query: Float32Array, k: number, options: SearchOptions = {}): Match[] {
		checkK(k);
		const { size } = this;
		const { distinctGroups = false } = options;
		// where all have their place, those too far below the last are out of the question
		const limit = distinctGroups ? this.countGroups(k) : Math.min(k, size);
		const accepts = this.#filter(options);
		return this.#query.use(query, () => {
			const isMost = size < Math.max(MIN_ROWS, limit * MIN_ROWS_PER_MATCH);
			const rows = isMost ? allRows(size, accepts) : this.#possibleRows(limit, accepts, distinctGroups);
			return bestOf(this.#store, this.#query, rows, limit, distinctGroups);
		});
	}

	/** Groups that there are, at most `most`: counted once, and no further than was asked. */
	countGroups(most: number): number {
		const { numGroups, isAll } = this.#counted;
		if (isAll || numGroups >= most) return Math.min(numGroups, most);
		const { isThere } = this.#view;
		const seen = new Set<number>();
		for (let row = 0; row < this.size && seen.size < most; row++) {
			if (isThere?.(row) ?? true) seen.add(this.#store.groups[row]!);
		}
		this.#counted = { numGroups: seen.size, isAll: seen.size < most };
		return seen.size;
	}

	#filter({ accept }: SearchOptions): AcceptRow {
		const { groups } = this.#store;
		const { isThere } = this.#view;
		return (row) => (isThere?.(row) ?? true) && (accept?.(groups[row]) ?? true);
	}

	/**
	 * The rows that may be among the k nearest. Be S the k-th best score of accepted rows (of different groups, if
	 * distinct): those k are at least as similar as S says, less the error; a row is at most as similar as its score
	 * says, more the error. So a row whose score is below S - 2 errors (= `scoreSlack`) cannot be among them.
	 */
	#possibleRows(k: number, accepts: AcceptRow, distinctGroups: boolean): number[] {
		const { size } = this;
		const { groups } = this.#store;
		const { ids, scores, scoreSlack } = this.#query;
		const best = new TopK(k, distinctGroups);
		let rows: number[] = [];
		let rowScores: number[] = [];
		for (let first = 0, count = MIN_ROWS; first < size; first += count, count = BATCH_SIZE) {
			const bound = Math.max(MIN_INT32, best.worst - scoreSlack);
			const found = this.#query.scan(first, Math.min(count, size - first), bound);
			for (let i = 0; i < found; i++) {
				if (scores[i] < best.worst - scoreSlack || !accepts(ids[i])) continue;
				best.offer(ids[i], groups[ids[i]], scores[i]);
				rows.push(ids[i]);
				rowScores.push(scores[i]);
			}
			if (rows.length > BATCH_SIZE) {
				const kept = rows.filter((_, i) => rowScores[i] >= best.worst - scoreSlack);
				rowScores = rowScores.filter((score) => score >= best.worst - scoreSlack);
				rows = kept;
			}
		}
		return rows.filter((_, i) => rowScores[i] >= best.worst - scoreSlack);
	}
}

/**
 * The k best of some rows by their float32 similarities to the prepared query, best first, ties by the lower row: of
 * different groups if asked.
 */
export function bestOf(
	{ groups }: EmbeddingStore,
	query: PreparedQuery,
	rows: ArrayLike<number>,
	k: number,
	distinctGroups: boolean,
): Match[] {
	const { ids, similarities } = query;
	const best = k <= MAX_RANKED ? new TopK(k, distinctGroups) : undefined;
	let matches: Match[] = [];
	let lowest = Number.NEGATIVE_INFINITY;
	for (let first = 0; first < rows.length; first += BATCH_SIZE) {
		const count = Math.min(BATCH_SIZE, rows.length - first);
		for (let i = 0; i < count; i++) ids[i] = rows[first + i];
		query.compare(count);
		for (let i = 0; i < count; i++) {
			const [row, group, similarity] = [ids[i], groups[ids[i]], similarities[i]];
			if (best) best.offer(row, group, similarity);
			else if (similarity >= lowest) matches.push({ row, group, similarity });
		}
		// of many rows most are out of the question early
		if (best || matches.length < 2 * k) continue;
		matches = takeBest(matches, k, distinctGroups);
		lowest = matches[k - 1]?.similarity ?? lowest;
	}
	return best?.matches() ?? takeBest(matches, k, distinctGroups);
}

/** Sorts the matches, best first, ties by the lower row, and takes k: of different groups if asked. */
function takeBest(matches: Match[], k: number, distinctGroups: boolean): Match[] {
	matches.sort((a, b) => b.similarity - a.similarity || a.row - b.row);
	const taken: Match[] = [];
	const seen = new Set<number>();
	for (const match of matches) {
		if (taken.length === k) break;
		if (distinctGroups && seen.has(match.group)) continue;
		seen.add(match.group);
		taken.push(match);
	}
	return taken;
}

/** About which share of the rows a filter lets pass, by their groups: at least one of those that are probed. */
export function acceptedShare(
	groups: Uint32Array,
	{ accept }: SearchOptions,
	isThere: AcceptRow = () => true,
): number {
	if (!accept || groups.length === 0) return 1;
	const numProbes = Math.min(NUM_FILTER_PROBES, groups.length);
	let numAccepted = 0;
	let numThere = 0;
	for (let i = 0; i < numProbes; i++) {
		const row = Math.floor(((i + 0.5) / numProbes) * groups.length);
		// of a removed row a caller may know nothing more
		if (!isThere(row)) continue;
		numThere++;
		if (accept(groups[row])) numAccepted++;
	}
	return Math.max(numAccepted, 1) / Math.max(numThere, 1);
}

function allRows(size: number, accepts: AcceptRow): number[] {
	const rows: number[] = [];
	for (let row = 0; row < size; row++) if (accepts(row)) rows.push(row);
	return rows;
}
