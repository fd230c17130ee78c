/** The exact search: int8 scores of all rows find who can be among the k nearest at all, float32 decides among those. */
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { checkK } from "../query.ts";
import type { Match, SearchOptions, VectorIndex } from "../vector-index.ts";
import { BATCH_SIZE, PreparedQuery } from "./prepared-query.ts";
import { TopK } from "./top-k.ts";

/** Below this many rows per asked match, or in all, coding the query costs more than it saves. A batch at most. */
const MIN_ROWS_PER_MATCH = 32;
const MIN_ROWS = 256;
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
		const limit = Math.min(k, size);
		const accepts = this.#filter(options);
		const { distinctGroups = false } = options;
		if (size < MIN_ROWS) return this.#query.use(query, () => this.#bestOfFew(limit, accepts, distinctGroups));
		const matches = this.#query.use(query, () => {
			const isMost = size < limit * MIN_ROWS_PER_MATCH;
			const rows = isMost ? allRows(size, accepts) : this.#possibleRows(limit, accepts, distinctGroups);
			return compareRows(this.#store, this.#query, rows);
		});
		return takeBest(matches, k, distinctGroups);
	}

	/** Only the best become matches: to make and sort one per row takes several times as long as comparing them. */
	#bestOfFew(k: number, accepts: AcceptRow, distinctGroups: boolean): Match[] {
		const { groups } = this.#store;
		const { ids, similarities } = this.#query;
		let count = 0;
		for (let row = 0; row < this.size; row++) if (accepts(row)) ids[count++] = row;
		this.#query.compare(count);
		const best = new TopK(k, distinctGroups);
		for (let i = 0; i < count; i++) best.offer(ids[i], groups[ids[i]], similarities[i]);
		return Array.from({ length: best.size }, (_, i) => ({
			row: best.rows[i],
			group: best.groups[i],
			similarity: best.scores[i],
		}));
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

/** The rows with their float32 similarities to the prepared query. */
export function compareRows(
	{ groups }: EmbeddingStore,
	query: PreparedQuery,
	rows: ArrayLike<number>,
): Match[] {
	const { ids, similarities } = query;
	const matches: Match[] = [];
	for (let first = 0; first < rows.length; first += BATCH_SIZE) {
		const count = Math.min(BATCH_SIZE, rows.length - first);
		for (let i = 0; i < count; i++) ids[i] = rows[first + i];
		query.compare(count);
		for (let i = 0; i < count; i++) {
			matches.push({ row: ids[i], group: groups[ids[i]], similarity: similarities[i] });
		}
	}
	return matches;
}

/** Sorts the matches, best first, ties by the lower row, and takes k: of different groups if asked. */
export function takeBest(matches: Match[], k: number, distinctGroups: boolean): Match[] {
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

/** About how many of the rows, by their groups, a filter lets pass: at least one of those that are probed. */
export function acceptedShare(groups: Uint32Array, { accept }: SearchOptions): number {
	if (!accept || groups.length === 0) return 1;
	const numProbes = Math.min(NUM_FILTER_PROBES, groups.length);
	let numAccepted = 0;
	for (let i = 0; i < numProbes; i++) {
		if (accept(groups[Math.floor(((i + 0.5) / numProbes) * groups.length)])) numAccepted++;
	}
	return Math.max(numAccepted, 1) / numProbes;
}

function allRows(size: number, accepts: AcceptRow): number[] {
	const rows: number[] = [];
	for (let row = 0; row < size; row++) if (accepts(row)) rows.push(row);
	return rows;
}
