/** The index: 50 tables x 64 hyperplanes over the embeddings of a gallery, with an exact search over the same memory. */
import { type BuildInput, buildIndex } from "./build/build-index.ts";
import { decodeIndex } from "./file/decode-index.ts";
import { type EncodeOptions, encodeIndex } from "./file/encode-index.ts";
import { type IndexSource, sourceOf } from "./file/index-file.ts";
import { IndexCore, type IndexState } from "./index-core.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { acceptedShare, ExactSearch } from "./lookup/exact-search.ts";
import { Arena } from "./parts/arena.ts";
import {
	type Calibration,
	checkSettings,
	planSearch,
	type SearchPlan,
	type SearchSettings,
} from "./parts/calibration.ts";
import { keepParts } from "./parts/keep-parts.ts";
import type { Precision } from "./parts/rows.ts";
import { checkK, checkRowNumbers, checkRows } from "./query.ts";
import { attachCore, type SharedIndex, shareParts } from "./shared-index.ts";
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
	/** As when it was built. */
	readonly asQuery?: BuildInput["asQuery"];
}

/** Where so many times as many matches were met as expected, the search begins anew. */
const FAR_MORE = 1.5;

/** Asked for when the caller does not say. */
export const DEFAULT_RECALL = 0.95;

export class LshIndex implements VectorIndex {
	readonly kind = "lsh";
	readonly #core: IndexCore;
	readonly #extraSections: ReadonlyMap<string, Uint8Array>;
	readonly #state: IndexState;
	readonly #exact: ExactSearch;
	/** As it was for this index: a later calibration is of more rows. */
	readonly #calibration: Calibration | undefined;

	private constructor(
		core: IndexCore,
		extraSections: ReadonlyMap<string, Uint8Array> = new Map(),
		state = core.state,
		calibration = core.parts.calibration,
	) {
		this.#core = core;
		this.#extraSections = extraSections;
		this.#state = state;
		this.#calibration = calibration;
		const isThere = state.numRemovals > 0 ? (row: number) => this.#isThere(row) : undefined;
		this.#exact = new ExactSearch(core.parts.store, core.query, { size: state.size, isThere });
	}

	/** @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector */
	static build(input: BuildInput): LshIndex {
		return new LshIndex(new IndexCore(buildIndex(input), true));
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
		{ expectedPipelineVersion, kernels = "simd", asQuery }: LoadOptions = {},
	): LshIndex {
		const decoded = decodeIndex(source, Arena.create(kernels), expectedPipelineVersion);
		const core = new IndexCore({ ...decoded.parts, asQuery }, true);
		const { embeddings, groups, removed } = decoded.changes;
		const grown = core.add(embeddings, groups);
		grown.noteRemoved(removed);
		return new LshIndex(grown, decoded.extraSections);
	}

	/** The index that another thread of this process has shared, without the sections that others added to it. */
	static attach(shared: SharedIndex): LshIndex {
		return new LshIndex(attachCore(shared), new Map(), shared.state, shared.rest.calibration);
	}

	/** For other threads: a message for `attach`. Later changes make other indexes and must be shared anew. */
	share(): SharedIndex {
		return shareParts(this.#core.parts, this.#state);
	}

	/** Rows, removed ones included: a row keeps its number until the index is compacted. */
	get size(): number {
		return this.#state.size;
	}

	/** Rows that were removed. */
	get numRemoved(): number {
		return this.#state.numRemovals;
	}

	get dimension(): number {
		return this.#core.parts.store.dimension;
	}

	get pipelineVersion(): string {
		return this.#core.parts.pipelineVersion;
	}

	/** What the approximate search finds with which effort; undefined for an index too small to tell. */
	get calibration(): Calibration | undefined {
		return this.#calibration;
	}

	/** Whether neighbours are linked. */
	get hasGraph(): boolean {
		return this.#core.parts.graph !== undefined;
	}

	/** How its embeddings lie in memory and in its file. */
	get precision(): Precision {
		return this.#core.parts.store.parts.precision;
	}

	/** Memory that the index takes, shared by all threads, in bytes: without room for rows to come, which is untouched. */
	get memoryBytes(): number {
		const { store } = this.#core.parts;
		return store.arena.byteLength - (store.parts.capacity - store.size) * store.rowBytes;
	}

	/** How `search` with these arguments is answered. */
	plan(k: number, options: LshSearchOptions = {}): SearchPlan {
		return this.#planFor(this.#numMetFor(k, options), options);
	}

	/** About how many are met where k are wanted. */
	#numMetFor(k: number, options: LshSearchOptions): number {
		if (options.settings) return k;
		const numLive = this.size - this.numRemoved;
		// rows that came later are met too, and passed over
		const numMet = Math.max(this.#core.state.size - this.numRemoved, 1);
		const groups = this.#core.parts.store.groups.subarray(0, this.size);
		const share = (acceptedShare(groups, options, (row) => this.#isThere(row)) * numLive) / numMet;
		return Math.min(k, numLive) / Math.max(share, 1 / (numMet + 1));
	}

	#planFor(numMet: number, options: LshSearchOptions): SearchPlan {
		const { recall = DEFAULT_RECALL, distinctGroups = false, strategy = "auto", settings } = options;
		if (!settings) return planSearch(this.calibration, numMet, recall, distinctGroups, strategy === "lsh");
		checkSettings(settings);
		return { strategy: "lsh", settings, recall: null };
	}

	search(query: Float32Array, k: number, options: LshSearchOptions = {}): Match[] {
		checkK(k);
		const { search, query: prepared, parts } = this.#core;
		const { accept, distinctGroups = false } = options;
		const accepts = (row: number) => this.#isThere(row) && (accept?.(parts.store.groups[row]) ?? true);
		const limit = distinctGroups ? this.#exact.countGroups(k) : Math.min(k, this.size - this.numRemoved);
		// links lead past what was removed since: it is looked at by itself
		const removedSince = this.#core.removedSince(this.#state);
		for (let expected = this.#numMetFor(k, options); ; ) {
			const { settings } = this.#planFor(expected, options);
			if (!settings || limit === 0) break;
			const ask = () => search.search(limit, settings, accepts, distinctGroups, removedSince);
			const matches = prepared.use(query, ask);
			// too few that pass were met: they may be rare, or all in one corner
			if (matches.length < limit) break;
			const numMet = limit + search.work.numPassedOver;
			if (options.settings || numMet <= FAR_MORE * expected) return matches;
			// a filter that turns away just the nearest: k of the others are as many more
			expected = numMet;
		}
		return this.#exact.search(query, k, options);
	}

	/**
	 * An index with further rows, which get the numbers from `size` on and are linked as they come. It shares the
	 * memory of this one, which keeps answering with its own rows. Added to one by one, the newest index grows in
	 * amortised constant time; an older one, or one of another thread, is copied first.
	 * @param embeddings row-major, groups.length x dimension, of any length but 0, by the same pipeline
	 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector; INDEX_TOO_LARGE
	 */
	adding(embeddings: Float32Array, groups: Uint32Array): LshIndex {
		checkRows(embeddings, groups, this.dimension);
		const core = this.#core.changeable(this.#state);
		return new LshIndex(core.add(embeddings, groups), this.#extraSections);
	}

	/**
	 * An index that finds these rows no more, and whose links lead past them; as `adding`, it shares the memory of
	 * this one, which still finds them.
	 * @throws AppError INVALID_ARGUMENT for a row that is not there
	 */
	removing(rows: Iterable<number>): LshIndex {
		const checked = [...rows];
		checkRowNumbers(checked, this.size);
		const core = this.#core.changeable(this.#state);
		core.remove(checked);
		return new LshIndex(core, this.#extraSections);
	}

	/**
	 * Builds an index of the rows that are there, numbered anew, without added sections.
	 * @returns the index, and for each of its rows the number in this one
	 */
	compacted(onProgress?: BuildInput["onProgress"]): { index: LshIndex; rows: Uint32Array } {
		const { store, pipelineVersion, seed, asQuery } = this.#core.parts;
		const { dimension, precision } = this;
		const rows = Uint32Array.from({ length: this.size }, (_, row) => row).filter((row) => this.#isThere(row));
		const embeddings = new Float32Array(rows.length * dimension);
		rows.forEach((row, i) => {
			embeddings.set(store.embedding(row), i * dimension);
		});
		const groups = rows.map((row) => store.groups[row]);
		const index = LshIndex.build({
			...{ embeddings, groups, dimension, precision, pipelineVersion, seed, asQuery },
			kernels: store.arena.kernels.kind,
			...(onProgress && { onProgress }),
		});
		return { index, rows };
	}

	/**
	 * As `compacted`, of these rows, with nothing linked or measured anew: faster by orders of magnitude.
	 * @param rows that are there, rising; and the group of each
	 * @returns undefined where it must be built anew, see keepParts
	 */
	keeping(rows: Uint32Array, groups: Uint32Array): LshIndex | undefined {
		const kept = keepParts({ ...this.#core.parts, calibration: this.#calibration }, rows, groups);
		return kept && new LshIndex(new IndexCore(kept, true));
	}

	#isThere(row: number): boolean {
		const { size, numRemovals } = this.#state;
		return row < size && (numRemovals === 0 || !this.#core.parts.removals.has(row, numRemovals));
	}

	/** The exact search over the same rows. */
	exact(): ExactSearch {
		return this.#exact;
	}

	/** A copy of a row's embedding, unit length. @throws RangeError for a row that is not there */
	embedding(row: number): Float32Array {
		this.#checkRow(row);
		return this.#core.parts.store.embedding(row);
	}

	/** Whether a row is there and was not removed. */
	has(row: number): boolean {
		return Number.isInteger(row) && row >= 0 && this.#isThere(row);
	}

	/** The group (= person) of a row. @throws RangeError for a row that is not there */
	group(row: number): number {
		this.#checkRow(row);
		return this.#core.parts.store.groups[row];
	}

	/** Removed rows keep their numbers. */
	#checkRow(row: number): void {
		if (Number.isInteger(row) && row >= 0 && row < this.size) return;
		throw new RangeError(`Expected a row from 0 to ${this.size - 1} but received ${row}.`);
	}

	/** The bytes that were given to `encode` under this name. */
	section(name: string): Uint8Array | undefined {
		return this.#extraSections.get(name);
	}

	/**
	 * The one file that `from` reads.
	 * @param extraSections what else belongs to the index, by names of at most 40 bytes; default: what it came with
	 * @param options default: with hashes if it came with them
	 */
	encode(
		extraSections?: Readonly<Record<string, Uint8Array>>,
		options: EncodeOptions = { hashes: this.#core.parts.hashes !== undefined },
	): Uint8Array<ArrayBuffer> {
		const extra = extraSections ? new Map(Object.entries(extraSections)) : this.#extraSections;
		return encodeIndex(this.#core.parts, this.#state, this.#calibration, extra, options);
	}
}
