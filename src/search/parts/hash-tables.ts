/** The buckets: per table, all rows sorted by the first bits of their hashes. Made when a search first asks them. */
import { NUM_TABLES } from "./hyperplanes.ts";

export interface HashTables {
	/** How many bits of a hash key a bucket. */
	readonly prefixBits: number;
	/** The tables hold the rows below. */
	readonly numRows: number;
	/** NUM_TABLES x (2^prefixBits + 1): where a bucket starts in its table's ids. */
	readonly directories: Uint32Array;
	/** NUM_TABLES x numRows rows, rising inside a bucket. */
	readonly ids: Uint32Array;
}

/** About 8 rows per bucket (those that queries lead to hold four times as many): the fastest; the optimum is flat. */
export function choosePrefixBits(size: number): number {
	return Math.max(1, Math.min(20, Math.round(Math.log2(Math.max(size, 1))) - 3));
}

/**
 * Sorts rows into the buckets of every table, by counting.
 * @param hashes NUM_TABLES x numRows, see hashRows
 */
export function fillHashTables(hashes: BigUint64Array, numRows: number): HashTables {
	const prefixBits = choosePrefixBits(numRows);
	const mask = 2 ** prefixBits - 1;
	// the lower half of a little-endian uint64 is the even uint32
	const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2);
	const directories = new Uint32Array(NUM_TABLES * (mask + 2));
	const ids = new Uint32Array(NUM_TABLES * numRows);
	for (let table = 0; table < NUM_TABLES; table++) {
		const keys = halves.subarray(table * numRows * 2, (table + 1) * numRows * 2);
		const starts = directories.subarray(table * (mask + 2), (table + 1) * (mask + 2));
		for (let row = 0; row < numRows; row++) starts[(keys[row * 2] & mask) + 1]++;
		for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket] += starts[bucket - 1];
		const next = starts.slice();
		for (let row = 0; row < numRows; row++) ids[table * numRows + next[keys[row * 2] & mask]++] = row;
	}
	return { prefixBits, numRows, directories, ids };
}
