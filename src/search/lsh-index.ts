/** The index: 50 tables x 64 hyperplanes over the embeddings of a gallery, with an exact search over the same memory. */
import { Arena } from "./arena.ts";
import { type BuildInput, buildIndex } from "./build-index.ts";
import { type Calibration, planSearch, type SearchPlan } from "./calibration.ts";
import { ExactIndex } from "./exact-index.ts";
import { decodeIndex, encodeIndex, type IndexParts } from "./index-codec.ts";
import { type IndexSource, sourceOf } from "./index-file.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { LshSearch, type SearchSettings } from "./lsh-search.ts";
import { PreparedQuery } from "./prepared-query.ts";
import { checkK } from "./query.ts";
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
	readonly #exact: ExactIndex;

	private constructor(parts: IndexParts, extraSections: ReadonlyMap<string, Uint8Array>) {
		const { store } = parts;
		this.#parts = parts;
		this.#extraSections = extraSections;
		this.#query = new PreparedQuery(store);
		this.#search = new LshSearch(parts, this.#query);
		this.#exact = new ExactIndex(store, this.#query);
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

	get size(): number {
		return this.#parts.store.size;
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

	/** How `search` with these arguments is answered. */
	plan(k: number, options: LshSearchOptions = {}): SearchPlan {
		const { recall = DEFAULT_RECALL, distinctGroups = false, strategy = "auto", settings } = options;
		if (settings) return { strategy: "lsh", settings, recall: null };
		const wanted = Math.min(k, this.size) / this.#shareOf(options);
		return planSearch(this.calibration, wanted, recall, distinctGroups, strategy === "lsh");
	}

	search(query: Float32Array, k: number, options: LshSearchOptions = {}): Match[] {
		checkK(k);
		const { settings } = this.plan(k, options);
		if (!settings) return this.#exact.search(query, k, options);
		this.#query.set(query);
		const limit = Math.min(k, this.size);
		if (limit === 0) return [];
		const { groups } = this.#parts.store;
		const { accept, distinctGroups = false } = options;
		const accepts = (row: number) => accept?.(groups[row]) ?? true;
		const matches = this.#search.search(limit, settings, accepts, distinctGroups);
		// too few that pass were met: they may be rare, or all in one corner
		return matches.length < limit ? this.#exact.search(query, k, options) : matches;
	}

	/** Share of the rows that a filter lets pass, at least one of those probed. */
	#shareOf({ accept }: SearchOptions): number {
		if (!accept || this.size === 0) return 1;
		const { groups } = this.#parts.store;
		const numProbes = Math.min(NUM_FILTER_PROBES, this.size);
		let numAccepted = 0;
		for (let i = 0; i < numProbes; i++) {
			if (accept(groups[Math.floor(((i + 0.5) / numProbes) * this.size)])) numAccepted++;
		}
		return Math.max(numAccepted, 1) / numProbes;
	}

	/** The exact search over the same rows. */
	exact(): ExactIndex {
		return this.#exact;
	}

	/** A copy of a row's embedding, unit length. @throws RangeError for a row that is not there */
	embedding(row: number): Float32Array {
		return this.#parts.store.embedding(row);
	}

	/** The group (= person) of a row. @throws RangeError for a row that is not there */
	group(row: number): number {
		const group = this.#parts.store.groups[row];
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
