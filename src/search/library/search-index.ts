/** The search as a library: vectors by ids of your own, found by cosine, inner product or Euclidean distance. */

import { AppError } from "../../errors.ts";
import type { KernelKind } from "../kernels/kernels.ts";
import { LshIndex } from "../lsh-index.ts";
import type { Precision } from "../parts/rows.ts";
import { checkArray, checkCallback, checkOptions, describeValue } from "../query.ts";
import { Lift, type Metric } from "./metric.ts";
import { type Found, findNearest } from "./nearest.ts";

export interface SearchIndexOptions {
	/** Numbers per vector: 1 to 4,096, for inner products 4,095, for Euclidean distances 4,094. */
	readonly dimension: number;
	/** Default "cosine". */
	readonly metric?: Metric;
	/** Default "float32"; "float16" takes a third less memory, and rounds vectors to 11 bits. */
	readonly precision?: Precision;
	/** Same seed and same calls, same bytes. Default 1. */
	readonly seed?: number;
	/** Default "simd" (WebAssembly); "scalar" gives the same results, slowly. */
	readonly kernels?: KernelKind;
}

export interface BuildOptions extends SearchIndexOptions {
	/** Called now and then with the number of vectors that are done. */
	readonly onProgress?: (done: number, total: number) => void;
}

export interface QueryOptions {
	/** Share of the true nearest that should be found, 0 to 1; 1 is exact. Default 0.95. */
	readonly recall?: number;
	/** Only ids for which it answers true; it must not search the same index. */
	readonly filter?: (id: number) => boolean;
}

/** The nearest, best first. */
export interface QueryResult {
	readonly ids: Float64Array;
	/** 1 - cosine, 1 - inner product, or the Euclidean distance: the smaller, the nearer. */
	readonly distances: Float32Array;
}

const IDS_SECTION = "ids";
const METRIC_SECTION = "metric";
const VERSION = "search-index 1";
/** As many at once are built, not added one by one, where there is nothing yet. */
const MIN_BUILD = 256;

export class SearchIndex {
	readonly #options: Required<Pick<SearchIndexOptions, "precision" | "seed" | "kernels">>;
	#lift: Lift;
	#index: LshIndex;
	/** Id of each row, and row of each id that is there. */
	#ids: number[] = [];
	readonly #rowOf = new Map<number, number>();

	/** An empty index. @throws AppError for a dimension or a metric that there is not */
	constructor(options: SearchIndexOptions) {
		checkOptions(options);
		const { dimension, metric = "cosine", precision = "float32", seed = 1, kernels = "simd" } = options;
		// what the caller does with the options later changes nothing here
		this.#options = { precision, seed, kernels };
		this.#lift = new Lift(metric, dimension, 0);
		this.#index = this.#build(new Float32Array(0));
	}

	/**
	 * An index of these vectors: quicker than adding them one by one.
	 * @param ids whole numbers from 0 to 2^53 - 1, all different
	 * @param vectors row-major, ids.length x dimension; copied
	 * @throws AppError as `add`
	 */
	static build(ids: ArrayLike<number>, vectors: Float32Array, options: BuildOptions): SearchIndex {
		const index = new SearchIndex(options);
		index.#add(ids, vectors, options.onProgress);
		return index;
	}

	/**
	 * Reads what `save` wrote; the bytes are copied once, to where they are used.
	 * @throws AppError INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH or INDEX_CORRUPT
	 */
	static load(bytes: Uint8Array, options: Pick<SearchIndexOptions, "kernels"> = {}): SearchIndex {
		checkOptions(options);
		const { kernels = "simd" } = options;
		let lift: Lift | undefined;
		const asQuery = (row: Float32Array) => lift?.asQuery(row) ?? row;
		const loaded = LshIndex.from(bytes, { kernels, asQuery });
		const [ids, text] = [loaded.section(IDS_SECTION), loaded.section(METRIC_SECTION)];
		if (!ids || !text || ids.byteLength !== loaded.size * 8) {
			throw new AppError("INVALID_INDEX_FILE", "Expected a file that SearchIndex saved but it has no ids.");
		}
		lift = Lift.parse(text, loaded.dimension);
		const { dimension, metric } = lift;
		const index = new SearchIndex({ dimension, metric, kernels, precision: loaded.precision });
		index.#lift = lift;
		index.#index = loaded;
		index.#ids = [...new Float64Array(ids.slice().buffer)];
		for (const [row, id] of index.#ids.entries()) if (loaded.has(row)) index.#rowOf.set(id, row);
		if (index.#rowOf.size !== loaded.size - loaded.numRemoved || !index.#ids.every(isId)) {
			throw new AppError("INDEX_CORRUPT", "Expected a whole number of its own for each vector as id.");
		}
		return index;
	}

	/** Vectors that are there. */
	get size(): number {
		return this.#rowOf.size;
	}

	get dimension(): number {
		return this.#lift.dimension;
	}

	get metric(): Metric {
		return this.#lift.metric;
	}

	/** Memory that the vectors and their links take, in bytes. */
	get memoryBytes(): number {
		return this.#index.memoryBytes;
	}

	has(id: number): boolean {
		return this.#rowOf.has(id);
	}

	/** A copy of a vector (its direction, for cosines), or undefined. */
	get(id: number): Float32Array | undefined {
		const row = this.#rowOf.get(id);
		return row === undefined ? undefined : this.#lift.vector(this.#index.embedding(row));
	}

	/**
	 * Adds one vector or many.
	 * @param ids whole numbers from 0 to 2^53 - 1, which are not there yet
	 * @param vectors row-major, one of `dimension` numbers per id; copied
	 * @throws AppError INVALID_ARGUMENT for an id, INVALID_VECTOR for vectors that do not fit; then nothing is added
	 */
	add(ids: number | ArrayLike<number>, vectors: Float32Array): void {
		this.#add(ids, vectors);
	}

	/** Removes an id. @returns whether it was there */
	remove(id: number): boolean {
		const row = this.#rowOf.get(id);
		if (row === undefined) return false;
		this.#index = this.#index.removing([row]);
		this.#rowOf.delete(id);
		return true;
	}

	/**
	 * The k nearest: min(k, what there is).
	 * @throws AppError INVALID_VECTOR for a query that does not fit; INVALID_ARGUMENT for k < 1 and for options that are none
	 */
	search(query: Float32Array, k: number, options: QueryOptions = {}): QueryResult {
		checkOptions(options);
		checkCallback("filter", options.filter);
		const lifted = this.#lift.query(query);
		const blur = (distance: number) => this.#lift.blur(query, distance, this.#index.precision);
		const find = (count: number) => this.#find(query, lifted, count, options);
		const found = findNearest(k, this.#index.size, options.recall === 1, blur, find);
		return {
			ids: Float64Array.from(found, ({ id }) => id),
			distances: Float32Array.from(found, ({ distance }) => distance),
		};
	}

	/** Best first, by the distances themselves. */
	#find(query: Float32Array, lifted: Float32Array, k: number, { recall, filter }: QueryOptions): Found[] {
		const [index, ids] = [this.#index, this.#ids];
		const matches = index.search(lifted, k, {
			...(recall !== undefined && { recall }),
			// the group of a row is the row itself
			...(filter && { accept: (row) => filter(ids[row]) }),
		});
		return matches
			.map(({ row, similarity }) => ({
				id: ids[row],
				distance: this.#lift.distance(similarity, query, () => index.embedding(row)),
			}))
			.sort((a, b) => a.distance - b.distance);
	}

	/** One result per query. @param queries row-major, of `dimension` numbers each */
	searchMany(queries: Float32Array, k: number, options: QueryOptions = {}): QueryResult[] {
		checkArray("queries", queries, Float32Array);
		const { dimension } = this;
		const count = Math.ceil(queries.length / dimension);
		return Array.from({ length: count }, (_, i) =>
			this.search(queries.subarray(i * dimension, (i + 1) * dimension), k, options),
		);
	}

	/** Builds it anew of what is there: nothing of what was removed is left in it. */
	compact(): void {
		const rowOf = (id: number) => this.#index.embedding(this.#rowOf.get(id) as number);
		this.#rebuild(this.#gather(this.#lift.liftedDimension, rowOf));
	}

	/** The one file that `load` reads. */
	save(): Uint8Array<ArrayBuffer> {
		return this.#index.encode({
			[IDS_SECTION]: new Uint8Array(Float64Array.from(this.#ids).buffer),
			[METRIC_SECTION]: this.#lift.encode(),
		});
	}

	#add(
		ids: number | ArrayLike<number>,
		vectors: Float32Array,
		onProgress?: BuildOptions["onProgress"],
	): void {
		const list = checkedIds(ids);
		this.#check(list, vectors);
		const lift = this.#lift.for(vectors);
		if (lift !== this.#lift) this.#widen(lift);
		const rows = lift.rows(vectors);
		if (this.#index.size === 0 && list.length >= MIN_BUILD) this.#index = this.#build(rows, onProgress);
		else this.#index = this.#index.adding(rows, numbersFrom(this.#index.size, list.length));
		for (const id of list) this.#rowOf.set(id, this.#ids.push(id) - 1);
	}

	#check(ids: readonly number[], vectors: Float32Array): void {
		checkArray("vectors", vectors, Float32Array);
		if (vectors.length !== ids.length * this.dimension) {
			throw new AppError(
				"INVALID_VECTOR",
				`Expected ${ids.length} vectors of ${this.dimension} numbers, one per id, but received ${vectors.length} numbers.`,
			);
		}
		const seen = new Set<number>();
		const double = ids.find((id) => this.#rowOf.has(id) || seen.size === seen.add(id).size);
		if (double === undefined) return;
		throw new AppError("INVALID_ARGUMENT", `Expected new ids but received ${double}, which is there.`);
	}

	/** Lifts all vectors anew, as longer ones are to come. */
	#widen(lift: Lift): void {
		const vectors = this.#gather(this.dimension, (id) => this.get(id) as Float32Array);
		this.#rebuild(lift.rows(vectors), lift);
	}

	/** Numbers of all vectors that are there, in the order of their rows. */
	#gather(length: number, numbersOf: (id: number) => Float32Array): Float32Array {
		const all = new Float32Array(this.size * length);
		for (const [i, id] of this.#liveIds().entries()) all.set(numbersOf(id), i * length);
		return all;
	}

	#liveIds(): number[] {
		return this.#ids.filter((id, row) => this.#rowOf.get(id) === row);
	}

	/** Rows of the vectors that are there get new numbers, and with them new groups: filters go by these. */
	#rebuild(rows: Float32Array, lift = this.#lift): void {
		this.#index = this.#build(rows, undefined, lift);
		this.#lift = lift;
		this.#ids = this.#liveIds();
		for (const [row, id] of this.#ids.entries()) this.#rowOf.set(id, row);
	}

	#build(embeddings: Float32Array, onProgress?: BuildOptions["onProgress"], lift = this.#lift): LshIndex {
		const dimension = lift.liftedDimension;
		return LshIndex.build({
			asQuery: (row) => lift.asQuery(row),
			...{ ...this.#options, embeddings, dimension, pipelineVersion: VERSION },
			groups: numbersFrom(0, embeddings.length / dimension),
			...(onProgress && { onProgress }),
		});
	}
}

function numbersFrom(first: number, count: number): Uint32Array {
	return Uint32Array.from({ length: count }, (_, i) => first + i);
}

/** A copy. @throws AppError INVALID_ARGUMENT unless all are whole numbers from 0 to 2^53 - 1 */
export function checkedIds(ids: number | ArrayLike<number>): number[] {
	const list = Object(ids) === ids ? Array.from(ids as ArrayLike<number>) : [ids as number];
	const wrong = list.findIndex((id) => !isId(id));
	if (wrong < 0) return list;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected whole numbers from 0 as ids but received ${describeValue(list[wrong])}.`,
	);
}

function isId(id: number): boolean {
	return Number.isSafeInteger(id) && id >= 0;
}
