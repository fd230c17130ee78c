/** Walks the likeliest buckets of a query and lists the rows that enough of them hold. */
import type { SearchSettings } from "../parts/calibration.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import { fillHashTables, type HashTables } from "../parts/hash-tables.ts";
import { hashRows, NUM_TABLES } from "../parts/hyperplanes.ts";
import type { SearchParts } from "../parts/index-parts.ts";
import { BATCH_SIZE, type PreparedQuery } from "./prepared-query.ts";
import { ProbeSequence } from "./probe-sequence.ts";

/** Rows that came after the tables are listed too; from such a share of all on, the tables are made anew. */
const MAX_LATER_SHARE = 1 / 8;

export class BucketSearch {
	/** Rows read from buckets, and rows listed, by the last walk. */
	numRead = 0;
	numListed = 0;
	readonly #store: EmbeddingStore;
	readonly #tables: HashTables;
	readonly #query: PreparedQuery;
	readonly #probes: ProbeSequence;
	/** Votes of each row; all zero between searches. */
	readonly #votes: Uint8Array;
	readonly #isAbsent: Uint8Array | undefined;
	/** The buckets of the present search: first and last place (exclusive) in `ids`. */
	#starts = new Uint32Array(1024);
	#ends = new Uint32Array(1024);

	/** @param isAbsent 1 for rows that are passed over, as if the index had not got them yet */
	constructor({ store, planes, hashes }: SearchParts, query: PreparedQuery, isAbsent?: Uint8Array) {
		this.#store = store;
		this.#tables = fillHashTables(hashRows(store, planes, { known: hashes }), store.size);
		this.#query = query;
		this.#probes = new ProbeSequence(store, planes, this.#tables, query.workspace);
		this.#votes = new Uint8Array(store.size);
		this.#isAbsent = isAbsent;
	}

	/** Whether so many rows came after the tables that they should be made anew. */
	get isStale(): boolean {
		const { size } = this.#store;
		return size - this.#tables.numRows > size * MAX_LATER_SHARE;
	}

	/**
	 * Lists rows some thousands at a time. The buckets are walked twice: to count votes, and to clear them.
	 * @param take is given so many of the query's `ids`
	 */
	walk({ numProbes, numVotes }: SearchSettings, take: (count: number) => void): void {
		const { ids: allIds, numRows } = this.#tables;
		const votes = this.#votes;
		const isAbsent = this.#isAbsent;
		const { ids } = this.#query;
		const numBuckets = this.#findBuckets(numProbes);
		let count = 0;
		this.numRead = 0;
		this.numListed = 0;
		const list = (row: number) => {
			ids[count++] = row;
			if (count === BATCH_SIZE) flush();
		};
		const flush = () => {
			take(count);
			this.numListed += count;
			count = 0;
		};
		try {
			for (let i = 0; i < numBuckets; i++) {
				const end = this.#ends[i];
				this.numRead += end - this.#starts[i];
				for (let at = this.#starts[i]; at < end; at++) {
					const row = allIds[at];
					if (++votes[row] === numVotes && isAbsent?.[row] !== 1) list(row);
				}
			}
			for (let row = numRows; row < this.#store.size; row++) list(row);
			flush();
		} finally {
			// also where a caller's filter has thrown: the next search counts from zero
			for (let i = 0; i < numBuckets; i++) {
				const end = this.#ends[i];
				for (let at = this.#starts[i]; at < end; at++) votes[allIds[at]] = 0;
			}
		}
	}

	/** Notes the buckets to look into, at most all there are; @returns how many are not empty */
	#findBuckets(wanted: number): number {
		const { numRows, directories } = this.#tables;
		const directoryLength = directories.length / NUM_TABLES;
		const numProbes = Math.min(wanted, directories.length);
		if (this.#starts.length < numProbes) {
			this.#starts = new Uint32Array(numProbes);
			this.#ends = new Uint32Array(numProbes);
		}
		const probes = this.#probes;
		probes.begin(this.#query.float32At);
		let numBuckets = 0;
		for (let i = 0; i < numProbes && probes.next(); i++) {
			const at = probes.table * directoryLength + probes.bucket;
			const [start, end] = [directories[at], directories[at + 1]];
			if (start === end) continue;
			this.#starts[numBuckets] = probes.table * numRows + start;
			this.#ends[numBuckets++] = probes.table * numRows + end;
		}
		return numBuckets;
	}
}
