/**
 * Which rows were removed, and in which order: so that an index of before a removal, in any thread, still has the row.
 * Shared by all indexes over one arena; an index knows how many of the removals it has seen.
 */
import type { Arena } from "./arena.ts";

/** Where the removals lie in an arena. */
export interface RemovalParts {
	/** Pointer to uint32 capacity: at which removal a row was removed, counted from 1; 0 = it is there. */
	readonly removedAt: number;
	/** Pointer to uint32 1 + capacity: how many removals there were, and their rows. */
	readonly rows: number;
}

export class Removals {
	readonly parts: RemovalParts;
	readonly #removedAt: Uint32Array;
	readonly #rows: Uint32Array;

	constructor(arena: Arena, parts: RemovalParts, capacity: number) {
		this.parts = parts;
		this.#removedAt = arena.uint32(parts.removedAt, capacity);
		this.#rows = arena.uint32(parts.rows, capacity + 1);
	}

	/** No removals, with room for those of `capacity` rows. */
	static create(arena: Arena, capacity: number): Removals {
		const parts = {
			removedAt: arena.allocate(capacity * 4),
			rows: arena.allocate((capacity + 1) * 4),
		};
		return new Removals(arena, parts, capacity);
	}

	get count(): number {
		return Atomics.load(this.#rows, 0);
	}

	/** @returns whether the row was there before */
	add(row: number): boolean {
		if (this.#removedAt[row] !== 0) return false;
		const count = this.count + 1;
		this.#rows[count] = row;
		this.#removedAt[row] = count;
		Atomics.store(this.#rows, 0, count);
		return true;
	}

	/** Whether a row is one of the first `numRemovals`. */
	has(row: number, numRemovals: number): boolean {
		const removedAt = this.#removedAt[row];
		return removedAt !== 0 && removedAt <= numRemovals;
	}

	/** The rows of the removals from `first` to `end` - 1, in their order. */
	slice(first: number, end = this.count): Uint32Array {
		return this.#rows.subarray(first + 1, end + 1);
	}
}
