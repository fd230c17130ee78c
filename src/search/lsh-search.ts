/** The approximate search, step by step: buckets, votes, int8 scores of who has enough of them, float32 of the best. */
import type { EmbeddingStore } from "./embedding-store.ts";
import { type AcceptRow, takeBest } from "./exact-index.ts";
import type { HashTables } from "./hash-tables.ts";
import type { Hyperplanes } from "./hyperplanes.ts";
import { BATCH_SIZE, type PreparedQuery } from "./prepared-query.ts";
import { ProbeSequence } from "./probe-sequence.ts";
import { TopK } from "./top-k.ts";
import type { Match } from "./vector-index.ts";

/** How much a search looks at. */
export interface SearchSettings {
	/** Buckets, over all tables together. */
	readonly numProbes: number;
	/** A row is scored once this many of them held it. */
	readonly numVotes: number;
}

/** Int8 scores order rows nearly as float32 does; so many more are kept for it to decide. */
const NUM_SPARE_CANDIDATES = 16;

export class LshSearch {
	readonly #store: EmbeddingStore;
	readonly #tables: HashTables;
	readonly #query: PreparedQuery;
	readonly #probes: ProbeSequence;
	/** Votes of each row; all zero between searches. */
	readonly #votes: Uint8Array;
	/** The buckets' starts in ids, of the probes of the present search, and their lengths. */
	#starts = new Uint32Array(1024);
	#lengths = new Uint32Array(1024);

	constructor(store: EmbeddingStore, planes: Hyperplanes, tables: HashTables, query: PreparedQuery) {
		this.#store = store;
		this.#tables = tables;
		this.#query = query;
		this.#probes = new ProbeSequence(store, planes, tables);
		this.#votes = new Uint8Array(store.size);
	}

	/** Looks for the k best rows for the prepared query among those that `accepts` lets pass. */
	search(k: number, settings: SearchSettings, accepts: AcceptRow, distinctGroups: boolean): Match[] {
		const best = new TopK(k + NUM_SPARE_CANDIDATES, distinctGroups);
		this.#scoreCandidates(settings, (row, score) => {
			if (score >= best.worst && accepts(row)) best.offer(row, this.#store.groups[row], score);
		});
		return this.#rerank(best, k, distinctGroups);
	}

	/** Walks the buckets twice: to count votes, scoring a row when it has enough, and to clear them. */
	#scoreCandidates(
		{ numProbes, numVotes }: SearchSettings,
		onScore: (row: number, score: number) => void,
	): void {
		const { size } = this.#store;
		const { arena } = this.#store;
		const allIds = arena.uint32(this.#tables.ids, size * this.#probes.numTables);
		const { ids } = this.#query;
		const votes = this.#votes;
		const numBuckets = this.#findBuckets(numProbes);
		let count = 0;
		for (let i = 0; i < numBuckets; i++) {
			const end = this.#starts[i] + this.#lengths[i];
			for (let at = this.#starts[i]; at < end; at++) {
				const row = allIds[at];
				if (++votes[row] !== numVotes) continue;
				ids[count++] = row;
				if (count === BATCH_SIZE) {
					this.#scoreBatch(count, onScore);
					count = 0;
				}
			}
		}
		this.#scoreBatch(count, onScore);
		for (let i = 0; i < numBuckets; i++) {
			const end = this.#starts[i] + this.#lengths[i];
			for (let at = this.#starts[i]; at < end; at++) votes[allIds[at]] = 0;
		}
	}

	/** Notes the buckets to look into; @returns how many are not empty */
	#findBuckets(numProbes: number): number {
		if (this.#starts.length < numProbes) {
			this.#starts = new Uint32Array(numProbes);
			this.#lengths = new Uint32Array(numProbes);
		}
		const { size, arena } = this.#store;
		const { prefixBits, directories } = this.#tables;
		const directoryLength = 2 ** prefixBits + 1;
		const directory = arena.uint32(directories, this.#probes.numTables * directoryLength);
		this.#probes.begin(this.#query.float32At);
		let numBuckets = 0;
		for (let i = 0; i < numProbes && this.#probes.next(); i++) {
			const at = this.#probes.table * directoryLength + this.#probes.bucket;
			const length = directory[at + 1] - directory[at];
			if (length === 0) continue;
			this.#starts[numBuckets] = this.#probes.table * size + directory[at];
			this.#lengths[numBuckets++] = length;
		}
		return numBuckets;
	}

	#scoreBatch(count: number, onScore: (row: number, score: number) => void): void {
		const { ids, scores } = this.#query;
		this.#query.score(count);
		for (let i = 0; i < count; i++) onScore(ids[i], scores[i]);
	}

	#rerank(best: TopK, k: number, distinctGroups: boolean): Match[] {
		const { ids, similarities } = this.#query;
		const matches: Match[] = [];
		for (let first = 0; first < best.size; first += BATCH_SIZE) {
			const count = Math.min(BATCH_SIZE, best.size - first);
			ids.set(best.rows.subarray(first, first + count));
			this.#query.compare(count);
			for (let i = 0; i < count; i++) {
				const place = first + i;
				matches.push({
					row: best.rows[place],
					group: best.groups[place],
					similarity: similarities[i],
				});
			}
		}
		return takeBest(matches, k, distinctGroups);
	}
}
