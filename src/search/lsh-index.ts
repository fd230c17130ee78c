/** The index: 50 tables x 64 hyperplanes over the embeddings of a gallery, with an exact search over the same memory. */

import { type BuildInput, buildIndex } from "./build/build-index.ts";
import { decodeIndex } from "./file/decode-index.ts";
import { encodeIndex } from "./file/encode-index.ts";
import { type IndexSource, sourceOf } from "./file/index-file.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { ExactSearch, searchAdded, takeBest } from "./lookup/exact-search.ts";
import { LshSearch } from "./lookup/lsh-search.ts";
import { PreparedQuery } from "./lookup/prepared-query.ts";
import { Arena } from "./parts/arena.ts";
import {
	type Calibration,
	checkSettings,
	planSearch,
	type SearchPlan,
	type SearchSettings,
} from "./parts/calibration.ts";
import { addRows, type IndexChanges, liveRows, removeRows } from "./parts/index-changes.ts";
import type { IndexParts } from "./parts/index-parts.ts";
import { checkK } from "./query.ts";
import { attachParts, type SharedIndex, shareParts } from "./shared-index.ts";
import type { Match, SearchOptions, VectorIndex } from "./vector-index.ts";

export interface LshSearchOptions extends SearchOptions {
	/**
	 * "auto" (default): the approximate search where it is faster, the exact one elsewhere.
	 * "lsh": the approximate search, whatever the calibration says.
	 */
	readonly strategy?: "auto" | "lsh";
	/** How much the approximate search looks at, e.g. to measure; default: what the asked recall needs. */
	readonly settings?: SearchSettings;
}

export interface LoadOptions {
	/** Refuse an index whose embeddings something else made. */
	readonly expectedPipelineVersion?: string;
	/** Default "simd"; "scalar" gives the same results, slowly. */
	readonly kernels?: KernelKind;
}

/** Asked for when the caller does not say. */
export const DEFAULT_RECALL = 0.95;
/** Rows that tell how many a filter lets pass. */
const NUM_FILTER_PROBES = 256;

export class LshIndex implements VectorIndex {
	readonly kind = "lsh";
	readonly #parts: IndexParts;
	readonly #extraSections: ReadonlyMap<string, Uint8Array>;
	readonly #query: PreparedQuery;
	readonly #search: LshSearch;
	readonly #exact: ExactSearch;
	readonly #added: ExactSearch | undefined;

	private constructor(
		parts: IndexParts,
		extraSections: ReadonlyMap<string, Uint8Array>,
		query = new PreparedQuery(parts.store),
		search = new LshSearch(parts, query),
	) {
		const { store, changes } = parts;
		const { added, removed } = changes;
		this.#parts = parts;
		this.#extraSections = extraSections;
		this.#query = query;
		this.#search = search;
		this.#added = added && new ExactSearch(added, undefined, (row) => !removed.has(row + store.size));
		const isThere = removed.size > 0 ? (row: number) => !removed.has(row) : undefined;
		this.#exact = new ExactSearch(store, query, isThere, this.#added);
	}

	/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
	static build(input: BuildInput): LshIndex {
		return new LshIndex(buildIndex(input), new Map());
	}

	/**
	 * Reads what `encode` wrote; the bytes are copied and may change afterwards.
	 * @throws AppError INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH, INDEX_CORRUPT or PIPELINE_MISMATCH
	 */
	static from(bytes: Uint8Array, options: LoadOptions = {}): LshIndex {
		return LshIndex.load(sourceOf(bytes), options);
	}

	/** As `from`, but straight from e.g. an open file to where the rows are used. */
	static load(
		source: IndexSource,
		{ expectedPipelineVersion, kernels = "simd" }: LoadOptions = {},
	): LshIndex {
		const { parts, extraSections } = decodeIndex(source, Arena.create(kernels), expectedPipelineVersion);
		return new LshIndex(parts, extraSections);
	}

	/** The index that another thread of this process has shared, without the sections that others added to it. */
	static attach(shared: SharedIndex): LshIndex {
		return new LshIndex(attachParts(shared), new Map());
	}

	/** For other threads: a message for `attach`. Later changes make other indexes and must be shared anew. */
	share(): SharedIndex {
		return shareParts(this.#parts);
	}

	/** Rows, added and removed ones included: a row keeps its number until the index is compacted. */
	get size(): number {
		return this.#exact.size;
	}

	/** Rows that were added since the index was built, and rows that were removed. */
	get numChanges(): { readonly added: number; readonly removed: number } {
		const { added, removed } = this.#parts.changes;
		return { added: added?.size ?? 0, removed: removed.size };
	}

	get dimension(): number {
		return this.#parts.store.dimension;
	}

	get pipelineVersion(): string {
		return this.#parts.pipelineVersion;
	}

	/** What the approximate search finds with which effort; undefined for an index too small to tell. */
	get calibration(): Calibration | undefined {
		return this.#parts.calibration;
	}

	/** Whether neighbours are linked. */
	get hasGraph(): boolean {
		return this.#parts.graph !== undefined;
	}

	/** Which kernels do its number crunching. */
	get kernels(): KernelKind {
		return this.#parts.store.arena.kernels.kind;
	}

	/** Memory that the index takes, shared by all threads, in bytes. */
	get memoryBytes(): number {
		const { store, changes } = this.#parts;
		return store.arena.byteLength + (changes.added?.arena.byteLength ?? 0);
	}

	/** How `search` with these arguments is answered. */
	plan(k: number, options: LshSearchOptions = {}): SearchPlan {
		const { recall = DEFAULT_RECALL, distinctGroups = false, strategy = "auto", settings } = options;
		if (settings) {
			checkSettings(settings);
			return { strategy: "lsh", settings, recall: null };
		}
		const numLive = this.size - this.#parts.changes.removed.size;
		const share = this.#shareOf(options) * (numLive / Math.max(this.size, 1));
		const wanted = Math.min(k, numLive) / Math.max(share, 1 / (this.size + 1));
		return planSearch(this.calibration, wanted, recall, distinctGroups, strategy === "lsh");
	}

	search(query: Float32Array, k: number, options: LshSearchOptions = {}): Match[] {
		checkK(k);
		const { settings } = this.plan(k, options);
		if (!settings) return this.#exact.search(query, k, options);
		const { store, changes } = this.#parts;
		const { accept, distinctGroups = false } = options;
		const accepts = (row: number) => !changes.removed.has(row) && (accept?.(store.groups[row]) ?? true);
		const limit = Math.min(k, store.size);
		const matches = this.#query.use(query, () =>
			limit > 0 ? this.#search.search(limit, settings, accepts, distinctGroups) : [],
		);
		// too few that pass were met: they may be rare, or all in one corner
		if (matches.length < limit) return this.#exact.search(query, k, options);
		if (!this.#added) return matches;
		matches.push(...searchAdded(this.#added, store.size, query, k, options));
		return takeBest(matches, k, distinctGroups);
	}

	/**
	 * An index with further rows, which get the numbers from `size` on. It shares the memory of this one, which stays
	 * as it is. Added rows are searched exactly: compact the index when they are more than a few thousand.
	 * @param embeddings row-major, groups.length x dimension, of any length but 0, by the same pipeline
	 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector
	 */
	adding(embeddings: Float32Array, groups: Uint32Array): LshIndex {
		const { store, changes } = this.#parts;
		return this.#with(addRows(store, changes, embeddings, groups));
	}

	/**
	 * An index that finds these rows no more; it shares the memory of this one, which stays as it is.
	 * @throws AppError INVALID_ARGUMENT for a row that is not there
	 */
	removing(rows: Iterable<number>): LshIndex {
		return this.#with(removeRows(this.size, this.#parts.changes, rows));
	}

	#with(changes: IndexChanges): LshIndex {
		return new LshIndex({ ...this.#parts, changes }, this.#extraSections, this.#query, this.#search);
	}

	/**
	 * Builds an index of the rows that are there, numbered anew, without added sections.
	 * @returns the index, and for each of its rows the number in this one
	 */
	compacted(onProgress?: BuildInput["onProgress"]): { index: LshIndex; rows: Uint32Array } {
		const { store, changes, pipelineVersion, seed } = this.#parts;
		const { rows, embeddings, groups } = liveRows(store, changes);
		const index = LshIndex.build({
			...{ embeddings, groups, dimension: this.dimension, pipelineVersion, seed },
			kernels: store.arena.kernels.kind,
			...(onProgress && { onProgress }),
		});
		return { index, rows };
	}

	/** Share of the rows that a filter lets pass, at least one of those probed. */
	#shareOf({ accept }: SearchOptions): number {
		const { groups, size } = this.#parts.store;
		if (!accept || size === 0) return 1;
		const numProbes = Math.min(NUM_FILTER_PROBES, size);
		let numAccepted = 0;
		for (let i = 0; i < numProbes; i++) {
			if (accept(groups[Math.floor(((i + 0.5) / numProbes) * size)])) numAccepted++;
		}
		return Math.max(numAccepted, 1) / numProbes;
	}

	/** The exact search over the same rows. */
	exact(): ExactSearch {
		return this.#exact;
	}

	/** A copy of a row's embedding, unit length. @throws RangeError for a row that is not there */
	embedding(row: number): Float32Array {
		const { store, changes } = this.#parts;
		const { added } = changes;
		return added && row >= store.size ? added.embedding(row - store.size) : store.embedding(row);
	}

	/** Whether a row is there and was not removed. */
	has(row: number): boolean {
		return Number.isInteger(row) && row >= 0 && row < this.size && !this.#parts.changes.removed.has(row);
	}

	/** The group (= person) of a row. @throws RangeError for a row that is not there */
	group(row: number): number {
		const { store, changes } = this.#parts;
		const group = row < store.size ? store.groups[row] : changes.added?.groups[row - store.size];
		if (group === undefined) throw new RangeError(`Expected a row below ${this.size} but received ${row}.`);
		return group;
	}

	/** The bytes that were given to `encode` under this name. */
	section(name: string): Uint8Array | undefined {
		return this.#extraSections.get(name);
	}

	/**
	 * The one file that `from` reads.
	 * @param extraSections what else belongs to the index, by names of at most 40 bytes; default: what it came with
	 */
	encode(extraSections?: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
		return encodeIndex(
			this.#parts,
			extraSections ? new Map(Object.entries(extraSections)) : this.#extraSections,
		);
	}
}
