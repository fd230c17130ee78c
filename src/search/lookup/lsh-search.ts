/**
 * The approximate search, step by step: look into the likeliest buckets, score (int8) the rows that enough of them
 * hold, go on from the best of those in the graph if there is one, and let float32 decide among the best seen.
 */

import type { SearchSettings } from "../parts/calibration.ts";
import type { SearchParts } from "../parts/index-parts.ts";
import type { Match } from "../vector-index.ts";
import { Beam } from "./beam.ts";
import { BucketSearch } from "./bucket-search.ts";
import { Candidates } from "./candidates.ts";
import { type AcceptRow, bestOf } from "./exact-search.ts";
import { GraphEntry, SEARCH_ENTRY, sampledSize, sampleEntry } from "./graph-entry.ts";
import { BATCH_SIZE, type PreparedQuery } from "./prepared-query.ts";

/** What a search did. */
export interface SearchWork {
	/** Rows read from buckets. */
	numRead: number;
	/** Rows scored, from buckets and in the graph. */
	numScored: number;
	/** In the graph, what was not wanted and nearer than the last of k: rows, or with `distinctGroups` groups. */
	numPassedOver: number;
}

/**
 * Rows whose score is so many standard errors below the k-th best are left to float32 to decide. `scoreSlack` bounds the
 * worst error of two rows; as errors point anywhere, their standard deviation is that over about sqrt(2 x numbers).
 */
const UNDECIDED_DEVIATIONS = 4;

const NO_ROWS = new Uint32Array(0);

export class LshSearch {
	/** What the last search did. */
	readonly work: SearchWork = { numRead: 0, numScored: 0, numPassedOver: 0 };
	/** Rows that the next searches come past as if the graph had not got them: to measure with them. */
	hidden: ReadonlySet<number> = new Set();
	readonly #parts: SearchParts;
	readonly #query: PreparedQuery;
	readonly #beam: Beam | undefined;
	/** Rows that are 1 here are passed over, as if the index had not got them yet: it is being built. */
	readonly #isAbsent: Uint8Array | undefined;
	/** Made when they are first asked, and anew when there are many more rows. */
	#buckets: BucketSearch | undefined;
	#entry: GraphEntry | undefined;
	#entrySize = -1;

	constructor(parts: SearchParts, query: PreparedQuery, isAbsent?: Uint8Array) {
		this.#parts = parts;
		this.#query = query;
		this.#beam = parts.graph && new Beam(parts.store, parts.graph, query);
		this.#isAbsent = isAbsent;
	}

	/**
	 * The k best rows for the prepared query, of those it meets and `accepts` lets pass.
	 * @param further rows to look at whether it meets them or not
	 */
	search(
		k: number,
		settings: SearchSettings,
		accepts: AcceptRow,
		distinctGroups: boolean,
		further: Uint32Array = NO_ROWS,
	): Match[] {
		const undecided = Math.min(1, UNDECIDED_DEVIATIONS / Math.sqrt(2 * this.#parts.store.dimension));
		const candidates = new Candidates(k, distinctGroups, this.#query.scoreSlack * undecided);
		const { groups } = this.#parts.store;
		const { ids, scores } = this.#query;
		const takeScored = (count: number, isWanted: AcceptRow) => {
			this.#query.score(count);
			for (let i = 0; i < count; i++) {
				if (scores[i] < candidates.lowest || !isWanted(ids[i])) continue;
				candidates.add(ids[i], groups[ids[i]], scores[i]);
			}
		};
		for (let first = 0; first < further.length; first += BATCH_SIZE) {
			const rows = further.subarray(first, first + BATCH_SIZE);
			ids.set(rows);
			takeScored(rows.length, accepts);
		}
		const taken = new Set(further);
		const isWanted: AcceptRow = taken.size === 0 ? accepts : (row) => !taken.has(row) && accepts(row);
		const beam = settings.beamWidth > 0 ? this.#beam : undefined;
		const passedOver = new Set<number>();
		if (beam) {
			this.#lookAround(beam, settings);
			// best first, so all others are out of the question once one is
			for (let i = 0; i < beam.size && beam.score(i) >= candidates.lowest; i++) {
				const row = beam.row(i);
				if (isWanted(row)) candidates.add(row, groups[row], beam.score(i));
				else if (!candidates.isFull) passedOver.add(distinctGroups ? groups[row] : row);
			}
		} else {
			this.#walkBuckets(settings, (count) => takeScored(count, isWanted));
		}
		this.work.numPassedOver = passedOver.size;
		return bestOf(this.#parts.store, this.#query, candidates.rows(), k, distinctGroups);
	}

	#lookAround(beam: Beam, settings: SearchSettings): void {
		beam.begin(Math.min(settings.beamWidth, this.#parts.store.size));
		beam.hide(this.hidden);
		if (settings.numProbes > 0) {
			this.#walkBuckets(settings, (count) => beam.offer(this.#dropHidden(count)));
		} else {
			this.work.numRead = 0;
			this.work.numScored = this.#currentEntry().offerTo(beam, this.hidden);
		}
		this.work.numScored += beam.run();
	}

	/** Of the first `count` of the query's `ids`; @returns how many are left */
	#dropHidden(count: number): number {
		if (this.hidden.size === 0) return count;
		const { ids } = this.#query;
		const left = ids.subarray(0, count).filter((row) => !this.hidden.has(row));
		ids.set(left);
		return left.length;
	}

	#walkBuckets(settings: SearchSettings, take: (count: number) => void): void {
		if (!this.#buckets || this.#buckets.isStale) {
			this.#buckets = new BucketSearch(this.#parts, this.#query, this.#isAbsent);
		}
		this.#buckets.walk(settings, take);
		this.work.numRead = this.#buckets.numRead;
		this.work.numScored = this.#buckets.numListed;
	}

	#currentEntry(): GraphEntry {
		const { store } = this.#parts;
		const size = sampledSize(store.size);
		if (!this.#entry || this.#entrySize !== size) {
			const rows = sampleEntry(store.size, SEARCH_ENTRY);
			this.#entry = new GraphEntry(store, this.#query, rows, SEARCH_ENTRY.numStarts, this.#isAbsent);
			this.#entrySize = size;
		}
		return this.#entry;
	}
}
