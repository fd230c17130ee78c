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

/** About 8 rows per bucket (those that queries lead to hold four times as many): the fastest; the optimum is flat. */
export function choosePrefixBits(size: number): number {
	return Math.max(1, Math.min(20, Math.round(Math.log2(Math.max(size, 1))) - 3));
}

/** Room for the tables, all zeros. */
export function allocateHashTables(arena: Arena, size: number, prefixBits: number): HashTables {
	return {
		prefixBits,
		directories: arena.allocate(NUM_TABLES * (2 ** prefixBits + 1) * 4),
		ids: arena.allocate(NUM_TABLES * size * 4),
	};
}

/**
 * Sorts all rows into the buckets of every table.
 * @param hashes pointer to NUM_TABLES x size uint64, see hashRows
 */
export function fillHashTables(arena: Arena, tables: HashTables, size: number, hashes: number): void {
	const { prefixBits, directories, ids } = tables;
	const directoryBytes = (2 ** prefixBits + 1) * 4;
	for (let table = 0; table < NUM_TABLES; table++) {
		arena.kernels.sortIntoBuckets(
			hashes + table * size * 8,
			size,
			prefixBits,
			directories + table * directoryBytes,
			ids + table * size * 4,
		);
	}
}
