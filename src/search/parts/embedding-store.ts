/**
 * The rows of an index: embeddings at unit length (normalised here and nowhere else), and int8 codes of
 * their offsets from the mean. Faces lie in a narrow cone, so the mean says nothing about who is who and centring
 * makes the codes three times finer. As query . row = query . mean + query . (row - mean), the codes still rank by cosine.
 */
import { checkDimension, checkRows, normaliseInto } from "../query.ts";
import type { Arena } from "./arena.ts";
import { rowBytesOf } from "./capacity.ts";
import {
	type CodeScale,
	finestScale,
	largestOffset,
	measureErrors,
	NO_SCALE,
	reachOf,
} from "./code-scale.ts";
import { BYTES_PER_NUMBER, type Precision, type RowBlock, type Rows, rowsAt } from "./rows.ts";

/** Vectors are padded with zeros to a multiple of this. */
const LANES = 16;

/** Fewer rows are compared without their codes. */
const MIN_CODED = 256;

/** Where a store lies in its arena, with room for `capacity` rows. */
export interface StoreParts {
	readonly capacity: number;
	readonly dimension: number;
	/** Of the embeddings. */
	readonly precision: Precision;
	/** Pointer to capacity x stride numbers of that precision, unit length. */
	readonly embeddings: number;
	/** Pointer to uint32 capacity. */
	readonly groups: number;
	/** Pointer to float32 stride. */
	readonly mean: number;
	/** Pointer to int8 capacity x stride. */
	readonly codes: number;
}

export class EmbeddingStore {
	readonly arena: Arena;
	readonly parts: StoreParts;
	readonly dimension: number;
	/** Numbers from one row to the next. */
	readonly stride: number;
	readonly rows: Rows;
	/** Of all rows that there is room for. */
	readonly groups: Uint32Array;
	#size: number;
	#codeScale: CodeScale;
	/** Rows that mean and scale of the codes were chosen for. */
	#numFitted: number;

	/** @param size rows that are there already */
	constructor(arena: Arena, parts: StoreParts, size: number, codeScale: CodeScale) {
		this.arena = arena;
		this.parts = parts;
		this.dimension = parts.dimension;
		this.stride = strideOf(parts.dimension);
		this.rows = rowsAt(arena, parts.embeddings, this.stride, parts.precision);
		this.groups = arena.uint32(parts.groups, parts.capacity);
		this.#size = size;
		this.#codeScale = codeScale;
		this.#numFitted = size;
	}

	/**
	 * @param embeddings row-major, groups.length x dimension, of any length but 0; copied
	 * @param capacity rows to have room for; default: those
	 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector
	 */
	static fill(
		arena: Arena,
		embeddings: Float32Array,
		groups: Uint32Array,
		dimension: number,
		{
			capacity = groups.length,
			precision = "float32",
		}: { readonly capacity?: number; readonly precision?: Precision } = {},
	): EmbeddingStore {
		checkDimension(dimension);
		checkRows(embeddings, groups, dimension);
		const parts = allocateStore(arena, capacity, dimension, precision);
		const store = new EmbeddingStore(arena, parts, 0, NO_SCALE);
		store.write(embeddings, groups);
		store.#size = groups.length;
		store.#fitCodes();
		return store;
	}

	/**
	 * A copy of the first `size` rows in another arena, with codes made for them.
	 * @param later rows to come, which the codes reach too; row-major, of any length
	 */
	copy(
		arena: Arena,
		size: number,
		capacity: number,
		later: Float32Array = new Float32Array(0),
	): EmbeddingStore {
		const { dimension, precision } = this.parts;
		const copied = allocateStore(arena, capacity, dimension, precision);
		const store = new EmbeddingStore(arena, copied, size, NO_SCALE);
		store.rows.bytes(0, size).set(this.rows.bytes(0, size));
		store.groups.set(this.groups.subarray(0, size));
		store.#fitCodes(later);
		return store;
	}

	/** A copy of some rows in another arena, as `copy`. @param groups of each of them */
	pick(arena: Arena, rows: Uint32Array, groups: Uint32Array, capacity: number): EmbeddingStore {
		const { dimension, precision } = this.parts;
		const picked = allocateStore(arena, capacity, dimension, precision);
		const store = new EmbeddingStore(arena, picked, rows.length, NO_SCALE);
		for (const [i, row] of rows.entries()) store.rows.bytes(i, 1).set(this.rows.bytes(row, 1));
		store.groups.set(groups);
		store.#fitCodes();
		return store;
	}

	/** Rows that are there. */
	get size(): number {
		return this.#size;
	}

	/** What one row takes of the arena, in all. */
	get rowBytes(): number {
		return rowBytesOf(this.stride, this.parts.precision);
	}

	/** Rows that can still be added: while there is room, and the codes fit, as they do up to twice the rows. */
	get numFree(): number {
		return Math.min(this.parts.capacity, Math.max(MIN_CODED, 2 * this.#numFitted)) - this.#size;
	}

	/**
	 * How many of these rows, up to the first that the codes would clip. They were chosen for other rows, and a
	 * single one far outside the cone would loosen the bound by which every exact search leaves rows out.
	 * @param embeddings row-major, of any length but 0
	 */
	numReached(embeddings: Float32Array): number {
		const { arena, parts, dimension, stride } = this;
		const count = embeddings.length / dimension;
		if (this.#numFitted < MIN_CODED) return count;
		const mean = arena.float32(parts.mean, stride);
		const reach = reachOf(this.#codeScale);
		const row = new Float32Array(dimension);
		for (let i = 0; i < count; i++) {
			normaliseInto(row, embeddings.subarray(i * dimension, (i + 1) * dimension), `row ${i}`);
			if (largestOffset(row, mean) > reach) return i;
		}
		return count;
	}

	get codeScale(): CodeScale {
		return this.#codeScale;
	}

	/**
	 * Writes rows behind those that are there, where there must be room: `admit` makes them part of the store.
	 * @param embeddings that `checkRows` let pass; copied and normalised
	 */
	write(embeddings: Float32Array, groups: Uint32Array): void {
		const { dimension } = this;
		const numbers = new Float32Array(this.stride);
		for (let row = 0; row < groups.length; row++) {
			normaliseInto(numbers, embeddings.subarray(row * dimension, (row + 1) * dimension), `row ${row}`);
			this.rows.set(this.#size + row, numbers);
		}
		this.groups.set(groups, this.#size);
	}

	/** Makes so many of the rows that were written part of the store. */
	admit(count: number): void {
		const first = this.#size;
		this.#size += count;
		this.#code(first, this.#codeScale.scale);
	}

	/** Follows what another thread has admitted to the same memory. */
	follow(size: number, codeScale: CodeScale): void {
		if (size <= this.#size) return;
		this.#size = size;
		this.#codeScale = codeScale;
	}

	/** Chooses mean and scale for the rows that are there, and codes them; the scale for `later` rows too. */
	#fitCodes(later: Float32Array = new Float32Array(0)): void {
		const { arena, parts, stride, dimension } = this;
		const mean = arena.float32(parts.mean, stride);
		mean.set(this.#mean());
		this.#codeScale = NO_SCALE;
		this.#numFitted = this.#size;
		let largest = 0;
		for (const { numbers } of this.rows.blocks(0, this.#size)) {
			largest = Math.max(largest, largestOffset(numbers, mean));
		}
		const row = new Float32Array(dimension);
		for (let at = 0; at < later.length; at += dimension) {
			normaliseInto(row, later.subarray(at, at + dimension), "a row to come");
			largest = Math.max(largest, largestOffset(row, mean));
		}
		this.#code(0, finestScale(largest));
	}

	#mean(): Float32Array {
		const { stride } = this;
		const sums = new Float64Array(stride);
		for (const { numbers } of this.rows.blocks(0, this.#size)) {
			for (let i = 0, column = 0; i < numbers.length; i++) {
				sums[column] += numbers[i];
				if (++column === stride) column = 0;
			}
		}
		return Float32Array.from(sums, (sum) => (this.#size === 0 ? 0 : sum / this.#size));
	}

	/** Codes the rows from `first` on, and notes the largest errors that are made. */
	#code(first: number, scale: number): void {
		const { arena, parts, stride } = this;
		const mean = arena.float32(parts.mean, stride);
		let { maxError, maxLength } = this.#codeScale;
		for (const { numbers, first: row } of this.#quantised(first, scale)) {
			const codes = arena.int8(parts.codes + row * stride, numbers.length);
			const errors = measureErrors(numbers, mean, codes, scale);
			maxError = Math.max(maxError, errors.maxError);
			maxLength = Math.max(maxLength, errors.maxLength);
		}
		this.#codeScale = { scale, maxError, maxLength };
	}

	/** Makes the codes of all rows, as the scale that it was given says. */
	makeCodes(): void {
		for (const _ of this.#quantised(0, this.#codeScale.scale));
	}

	*#quantised(first: number, scale: number): Generator<RowBlock> {
		const { arena, parts, stride } = this;
		for (const block of this.rows.blocks(first, this.#size - first)) {
			const codesAt = parts.codes + block.first * stride;
			arena.kernels.quantise(
				block.pointer,
				parts.mean,
				block.numbers.length / stride,
				stride,
				scale,
				codesAt,
			);
			yield block;
		}
	}

	/** Rows whose length is not 1, or not a number: a file that somebody forged may hold some. */
	findMisfit(): number | undefined {
		for (let row = 0; row < this.#size; row++) if (!this.rows.isWhole(row)) return row;
		return undefined;
	}

	/** A copy of one row that was written, without the padding. */
	embedding(row: number): Float32Array {
		return Float32Array.from(this.arena.float32(this.rows.pointerTo(row), this.dimension));
	}
}

/** Room for so many rows, all zeros. */
export function allocateStore(
	arena: Arena,
	capacity: number,
	dimension: number,
	precision: Precision,
): StoreParts {
	const stride = strideOf(dimension);
	return {
		capacity,
		dimension,
		precision,
		embeddings: arena.allocate(capacity * stride * BYTES_PER_NUMBER[precision]),
		groups: arena.allocate(capacity * 4),
		mean: arena.allocate(stride * 4),
		codes: arena.allocate(capacity * stride),
	};
}

/** Numbers that a vector takes with its padding. */
export function strideOf(dimension: number): number {
	return Math.ceil(dimension / LANES) * LANES;
}
