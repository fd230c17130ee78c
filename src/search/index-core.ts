/**
 * What all indexes over the same rows share: one arena that grows at its end. An index is what was there at one time,
 * so many rows and so many removals; only the newest can be changed in place, and by the thread that made it, all
 * others by a copy. Memory is given back when no index over it is left.
 */

import { AppError } from "../errors.ts";
import { Grower } from "./build/grower.ts";
import { LshSearch } from "./lookup/lsh-search.ts";
import { PreparedQuery } from "./lookup/prepared-query.ts";
import { roomFor } from "./parts/capacity.ts";
import { copyParts } from "./parts/copy-parts.ts";
import type { IndexParts } from "./parts/index-parts.ts";

/** How many of the rows and of the removals an index has. */
export interface IndexState {
	readonly size: number;
	readonly numRemovals: number;
}

export class IndexCore {
	readonly query: PreparedQuery;
	readonly #isOurs: boolean;
	#parts: IndexParts;
	#search: LshSearch;
	#grower: Grower | undefined;

	/** @param isOurs whether this thread may change it */
	constructor(parts: IndexParts, isOurs: boolean) {
		this.query = new PreparedQuery(parts.store);
		this.#isOurs = isOurs;
		this.#parts = parts;
		this.#search = new LshSearch(parts, this.query);
	}

	get parts(): IndexParts {
		return this.#parts;
	}

	get search(): LshSearch {
		return this.#search;
	}

	/** The newest. */
	get state(): IndexState {
		return { size: this.#parts.store.size, numRemovals: this.#parts.removals.count };
	}

	/** The rows of that state that have been removed since. */
	removedSince({ size, numRemovals }: IndexState): Uint32Array {
		const later = this.#parts.removals.slice(numRemovals);
		return later.length === 0 ? later : later.filter((row) => row < size);
	}

	/** This one if it can be changed from that state in place, else a copy of the state with as much room again. */
	changeable(state: IndexState): IndexCore {
		const { size, numRemovals } = this.state;
		const isNewest = state.size === size && state.numRemovals === numRemovals;
		return this.#isOurs && isNewest ? this : this.#copy(state);
	}

	/** @param later embeddings that come next */
	#copy(state: IndexState, later?: Float32Array): IndexCore {
		const capacity = roomFor(state.size, this.#parts.store.rowBytes, 1);
		return new IndexCore(copyParts(this.#parts, state, capacity, later), true);
	}

	/**
	 * Adds rows of the right shape.
	 * @param embeddings row-major, groups.length x dimension
	 * @returns the core that has them: this one, or where it was full, or they lie far outside, a larger copy
	 * @throws AppError INVALID_VECTOR for a NaN or a zero vector; INDEX_TOO_LARGE
	 */
	add(embeddings: Float32Array, groups: Uint32Array): IndexCore {
		const { store } = this.#parts;
		const count = Math.min(store.numFree, store.numReached(embeddings));
		const at = count * store.dimension;
		if (count > 0) {
			store.write(embeddings.subarray(0, at), groups.subarray(0, count));
			this.#change((grower) => grower.admit(count));
		}
		if (count === groups.length) return this;
		const rest = embeddings.subarray(at);
		const copy = this.#copy(this.state, rest);
		if (copy.parts.store.numFree < 1) {
			throw new AppError(
				"INDEX_TOO_LARGE",
				`Expected an index of at most 4 GiB but there is no room for more than its ${store.size} rows.`,
			);
		}
		return copy.add(rest, groups.subarray(count));
	}

	/** Notes rows that were removed before, from whose file it comes. */
	noteRemoved(rows: readonly number[]): void {
		for (const row of rows) this.#parts.removals.add(row);
	}

	/** @param rows that there are */
	remove(rows: readonly number[]): void {
		this.#change((grower) => grower.remove(rows));
	}

	#change(change: (grower: Grower) => void): void {
		this.#grower ??= new Grower(this.#parts);
		change(this.#grower);
		const { parts } = this.#grower;
		if (parts.graph !== this.#parts.graph) this.#search = new LshSearch(parts, this.query);
		this.#parts = parts;
	}
}
