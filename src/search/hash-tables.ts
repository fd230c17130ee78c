/** The buckets: per table, all rows sorted by the first bits of their hashes. */
import type { Arena } from "./arena.ts";
import { NUM_TABLES } from "./hyperplanes.ts";

/** Where the tables lie in an arena. */
export interface HashTables {
	/** How many bits of a hash key a bucket. */
	readonly prefixBits: number;
	/** Pointer to NUM_TABLES x (2^prefixBits + 1) uint32: where a bucket starts in its table's ids. */
	readonly directories: number;
	/** Pointer to NUM_TABLES x size uint32 rows. */
	readonly ids: number;
}

/** About 8 rows per bucket, which is where the search is fastest; the optimum is flat. */
export function choosePrefixBits(size: number): number {
	return Math.max(1, Math.min(20, Math.round(Math.log2(Math.max(size, 1))) - 3));
}

/**
 * Sorts all rows into the buckets of every table.
 * @param readHashes fills the pointed-to size x uint64 with the hashes of one table
 */
export function buildHashTables(
	arena: Arena,
	size: number,
	prefixBits: number,
	readHashes: (table: number, pointer: number) => void,
): HashTables {
	const directoryLength = 2 ** prefixBits + 1;
	const directories = arena.allocate(NUM_TABLES * directoryLength * 4);
	const ids = arena.allocate(NUM_TABLES * size * 4);
	const hashes = arena.allocate(size * 8);
	for (let table = 0; table < NUM_TABLES; table++) {
		readHashes(table, hashes);
		const directory = directories + table * directoryLength * 4;
		arena.kernels.sortIntoBuckets(hashes, size, prefixBits, directory, ids + table * size * 4);
	}
	return { prefixBits, directories, ids };
}
