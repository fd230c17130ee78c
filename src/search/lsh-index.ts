/** The index: 50 tables x 64 hyperplanes over the embeddings of a gallery, with an exact search over the same memory. */
import { Arena } from "./arena.ts";
import { type BuildInput, buildIndex } from "./build-index.ts";
import { ExactIndex } from "./exact-index.ts";
import { decodeIndex, encodeIndex, type IndexParts } from "./index-codec.ts";
import { type IndexSource, sourceOf } from "./index-file.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { LshSearch, type SearchSettings } from "./lsh-search.ts";
import { PreparedQuery } from "./prepared-query.ts";
import { checkK } from "./query.ts";
import type { Match, SearchOptions, VectorIndex } from "./vector-index.ts";

export interface LshSearchOptions extends SearchOptions {
	/** How much to look at, e.g. to measure; default: what the asked recall needs. */
	readonly settings?: SearchSettings;
}

export interface LoadOptions {
	/** Refuse an index whose embeddings something else made. */
	readonly expectedPipelineVersion?: string;
	/** Default "simd"; "scalar" gives the same results, slowly. */
	readonly kernels?: KernelKind;
}

const DEFAULT_SETTINGS: SearchSettings = { numProbes: 1600, numVotes: 2 };

export class LshIndex implements VectorIndex {
	readonly kind = "lsh";
	readonly #parts: IndexParts;
	readonly #extraSections: ReadonlyMap<string, Uint8Array>;
	readonly #query: PreparedQuery;
	readonly #search: LshSearch;

	private constructor(parts: IndexParts, extraSections: ReadonlyMap<string, Uint8Array>) {
		const { store, planes, tables } = parts;
		this.#parts = parts;
		this.#extraSections = extraSections;
		this.#query = new PreparedQuery(store);
		this.#search = new LshSearch(store, planes, tables, this.#query);
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

	search(query: Float32Array, k: number, options: LshSearchOptions = {}): Match[] {
		checkK(k);
		this.#query.set(query);
		const limit = Math.min(k, this.size);
		if (limit === 0) return [];
		const { groups } = this.#parts.store;
		const { accept, distinctGroups = false, settings = DEFAULT_SETTINGS } = options;
		return this.#search.search(limit, settings, (row) => accept?.(groups[row]) ?? true, distinctGroups);
	}

	/** The exact search over the same rows. */
	exact(): ExactIndex {
		return new ExactIndex(this.#parts.store, this.#query);
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
