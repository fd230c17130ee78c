/**
 * The approximate search, step by step: look into the likeliest buckets, score (int8) the rows that enough of them
 * hold, go on from the best of those in the graph if there is one, and let float32 decide among the best seen.
 */

import type { SearchSettings } from "../parts/calibration.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import type { HashTables } from "../parts/hash-tables.ts";
import { NUM_TABLES } from "../parts/hyperplanes.ts";
import type { SearchParts } from "../parts/index-parts.ts";
import type { Match } from "../vector-index.ts";
import { Beam } from "./beam.ts";
import { Candidates } from "./candidates.ts";
import { type AcceptRow, compareRows, takeBest } from "./exact-search.ts";
import { GraphEntry } from "./graph-entry.ts";
import { BATCH_SIZE, type PreparedQuery } from "./prepared-query.ts";
import { ProbeSequence } from "./probe-sequence.ts";

/** What a search did. */
export interface SearchWork {
	/** Rows read from buckets. */
	numRead: number;
	/** Rows scored, from buckets and in the graph. */
	numScored: number;
}

/**
 * Rows whose score is this share of `scoreSlack` below the k-th best are left to float32 to decide. The slack bounds
 * the worst error; errors point anywhere, so their standard deviation is a tenth of that (for 128 numbers).
 */
const UNDECIDED_SHARE = 0.25;

export class LshSearch {
	/** What the last search did. */
	readonly work: SearchWork = { numRead: 0, numScored: 0 };
	readonly #store: EmbeddingStore;
	readonly #tables: HashTables;
	readonly #query: PreparedQuery;
	readonly #probes: ProbeSequence;
	readonly #beam: Beam | undefined;
	readonly #entry: GraphEntry | undefined;
	readonly #directories: Uint32Array;
	readonly #ids: Uint32Array;
	/** Votes of each row; all zero between searches. */
	readonly #votes: Uint8Array;
	/** Rows that are 1 here are passed over, as if the index had not got them yet: it is being built. */
	readonly #isAbsent: Uint8Array | undefined;
	/** The buckets of the present search: first and last place (exclusive) in `ids`. */
	#starts = new Uint32Array(1024);
	#ends = new Uint32Array(1024);

	constructor({ store, planes, tables, graph }: SearchParts, query: PreparedQuery, isAbsent?: Uint8Array) {
		const { arena, size } = store;
		this.#store = store;
		this.#tables = tables;
		this.#query = query;
		this.#probes = new ProbeSequence(store, planes, tables);
		this.#beam = graph && new Beam(store, graph, query);
		this.#entry = graph && new GraphEntry(store, query, isAbsent);
		this.#directories = arena.uint32(tables.directories, NUM_TABLES * (2 ** tables.prefixBits + 1));
		this.#ids = arena.uint32(tables.ids, NUM_TABLES * size);
		this.#votes = new Uint8Array(size);
		this.#isAbsent = isAbsent;
	}

	/** The k best rows for the prepared query, of those it meets and `accepts` lets pass. */
	search(k: number, settings: SearchSettings, accepts: AcceptRow, distinctGroups: boolean): Match[] {
		const candidates = new Candidates(k, distinctGroups, this.#query.scoreSlack * UNDECIDED_SHARE);
		const { groups } = this.#store;
		const beam = settings.beamWidth > 0 ? this.#beam : undefined;
		if (beam) {
			this.#lookAround(beam, settings);
			// best first, so all others are out of the question once one is
			for (let i = 0; i < beam.size && beam.score(i) >= candidates.lowest; i++) {
				const row = beam.row(i);
				if (accepts(row)) candidates.add(row, groups[row], beam.score(i));
			}
		} else {
			const { ids, scores } = this.#query;
			this.#scoreBuckets(settings, (count) => {
				this.#query.score(count);
				for (let i = 0; i < count; i++) {
					if (scores[i] < candidates.lowest || !accepts(ids[i])) continue;
					candidates.add(ids[i], groups[ids[i]], scores[i]);
				}
			});
		}
		return takeBest(compareRows(this.#store, this.#query, candidates.rows()), k, distinctGroups);
	}

	/** The rows nearest to the prepared query that a beam ends with: what a new row's neighbours are chosen from. */
	findAround(settings: SearchSettings): Beam {
		const beam = this.#beam;
		if (!beam) throw new TypeError("Expected an index with a graph.");
		this.#lookAround(beam, settings);
		return beam;
	}

	#lookAround(beam: Beam, settings: SearchSettings): void {
		beam.begin(settings.beamWidth);
		if (settings.numProbes > 0) {
			this.#scoreBuckets(settings, (count) => beam.offer(count));
		} else {
			this.work.numRead = 0;
			this.work.numScored = this.#entry?.offerTo(beam) ?? 0;
		}
		this.work.numScored += beam.run();
	}

	/**
	 * Lists the rows that enough of the likeliest buckets hold, some thousands at a time. The buckets are walked twice:
	 * to count votes, and to clear them.
	 * @param score takes so many of the query's `ids`
	 */
	#scoreBuckets({ numProbes, numVotes }: SearchSettings, score: (count: number) => void): void {
		const allIds = this.#ids;
		const votes = this.#votes;
		const isAbsent = this.#isAbsent;
		const { ids } = this.#query;
		const numBuckets = this.#findBuckets(numProbes);
		let count = 0;
		this.work.numRead = 0;
		this.work.numScored = 0;
		for (let i = 0; i < numBuckets; i++) {
			const end = this.#ends[i];
			this.work.numRead += end - this.#starts[i];
			for (let at = this.#starts[i]; at < end; at++) {
				const row = allIds[at];
				if (++votes[row] !== numVotes || isAbsent?.[row] === 1) continue;
				ids[count++] = row;
				if (count < BATCH_SIZE) continue;
				score(count);
				this.work.numScored += count;
				count = 0;
			}
		}
		score(count);
		this.work.numScored += count;
		for (let i = 0; i < numBuckets; i++) {
			const end = this.#ends[i];
			for (let at = this.#starts[i]; at < end; at++) votes[allIds[at]] = 0;
		}
	}

	/** Notes the buckets to look into; @returns how many are not empty */
	#findBuckets(numProbes: number): number {
		if (this.#starts.length < numProbes) {
			this.#starts = new Uint32Array(numProbes);
			this.#ends = new Uint32Array(numProbes);
		}
		const { size } = this.#store;
		const directoryLength = 2 ** this.#tables.prefixBits + 1;
		const probes = this.#probes;
		probes.begin(this.#query.float32At);
		let numBuckets = 0;
		for (let i = 0; i < numProbes && probes.next(); i++) {
			const at = probes.table * directoryLength + probes.bucket;
			const [start, end] = [this.#directories[at], this.#directories[at + 1]];
			if (start === end) continue;
			this.#starts[numBuckets] = probes.table * size + start;
			this.#ends[numBuckets++] = probes.table * size + end;
		}
		return numBuckets;
	}
}
