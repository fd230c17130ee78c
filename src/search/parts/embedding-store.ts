/**
 * The rows of an index: float32 embeddings at unit length (normalised here and nowhere else), and int8 codes of
 * their offsets from the mean. Faces lie in a narrow cone, so the mean says nothing about who is who and centring
 * makes the codes three times finer. As query . row = query . mean + query . (row - mean), the codes still rank by cosine.
 */
import { AppError } from "../../errors.ts";
import { checkArray, checkDimension, isUnitLength, normaliseInto } from "../query.ts";
import type { Arena } from "./arena.ts";

/** Vectors are padded with zeros to a multiple of this. */
const LANES = 16;

/** How the int8 codes stand for the rows. */
export interface CodeScale {
	/** code = (row - mean) * scale. */
	readonly scale: number;
	/** The longest of all (row - mean) - code / scale: what bounds the error of a score. */
	readonly maxError: number;
	/** The longest of all code / scale. */
	readonly maxLength: number;
}

/** Where a store lies in its arena; all but `arena` itself, so that another thread can be told. */
export interface StoreParts {
	readonly size: number;
	readonly dimension: number;
	/** Pointer to float32 size x stride, unit length. */
	readonly embeddings: number;
	/** Pointer to uint32 size. */
	readonly groups: number;
	/** Pointer to float32 stride. */
	readonly mean: number;
	/** Pointer to int8 size x stride. */
	readonly codes: number;
	readonly codeScale: CodeScale;
}

export class EmbeddingStore {
	readonly arena: Arena;
	readonly parts: StoreParts;
	readonly size: number;
	readonly dimension: number;
	/** Numbers from one row to the next. */
	readonly stride: number;
	readonly groups: Uint32Array;

	constructor(arena: Arena, parts: StoreParts) {
		this.arena = arena;
		this.parts = parts;
		this.size = parts.size;
		this.dimension = parts.dimension;
		this.stride = strideOf(parts.dimension);
		this.groups = arena.uint32(parts.groups, parts.size);
	}

	/**
	 * @param embeddings row-major, groups.length x dimension, of any length but 0; copied
	 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector
	 */
	static fill(
		arena: Arena,
		embeddings: Float32Array,
		groups: Uint32Array,
		dimension: number,
	): EmbeddingStore {
		checkDimension(dimension);
		checkArray("embeddings", embeddings, Float32Array);
		checkArray("groups", groups, Uint32Array);
		const size = groups.length;
		if (embeddings.length !== size * dimension) {
			throw new AppError(
				"INVALID_VECTOR",
				`Expected ${size} embeddings of ${dimension} numbers, one per group, but received ${embeddings.length} numbers.`,
			);
		}
		const stride = strideOf(dimension);
		const allocated = allocateStore(arena, size, dimension);
		arena.uint32(allocated.groups, size).set(groups);
		const rows = arena.float32(allocated.embeddings, size * stride);
		for (let row = 0; row < size; row++) {
			const source = embeddings.subarray(row * dimension, (row + 1) * dimension);
			normaliseInto(rows.subarray(row * stride, (row + 1) * stride), source, `row ${row}`);
		}
		const mean = arena.float32(allocated.mean, stride);
		mean.set(meanOf(rows, size, stride));
		const scale = finestScale(rows, mean);
		arena.kernels.quantise(allocated.embeddings, allocated.mean, size, stride, scale, allocated.codes);
		const codes = arena.int8(allocated.codes, size * stride);
		const codeScale = { scale, ...measureErrors(rows, mean, codes, scale) };
		return new EmbeddingStore(arena, { ...allocated, codeScale });
	}

	/** Rows whose length is not 1, or not a number: a file that somebody forged may hold some. */
	findMisfit(): number | undefined {
		const { arena, parts, size, stride } = this;
		const rows = arena.float32(parts.embeddings, size * stride);
		for (let row = 0; row < size; row++) {
			let squares = 0;
			for (let at = row * stride, end = at + stride; at < end; at++) squares += rows[at] * rows[at];
			if (!isUnitLength(squares)) return row;
		}
		return undefined;
	}

	/** A copy of one row, without the padding. */
	embedding(row: number): Float32Array {
		if (!Number.isInteger(row) || row < 0 || row >= this.size) {
			throw new RangeError(`Expected a row from 0 to ${this.size - 1} but received ${row}.`);
		}
		const start = this.parts.embeddings + row * this.stride * 4;
		return Float32Array.from(this.arena.float32(start, this.dimension));
	}
}

/** Room for a store of that size, all zeros. */
export function allocateStore(arena: Arena, size: number, dimension: number): Omit<StoreParts, "codeScale"> {
	const stride = strideOf(dimension);
	return {
		size,
		dimension,
		embeddings: arena.allocate(size * stride * 4),
		groups: arena.allocate(size * 4),
		mean: arena.allocate(stride * 4),
		codes: arena.allocate(size * stride),
	};
}

/** Numbers that a vector takes with its padding. */
export function strideOf(dimension: number): number {
	return Math.ceil(dimension / LANES) * LANES;
}

function meanOf(rows: Float32Array, size: number, stride: number): Float32Array {
	const sums = new Float64Array(stride);
	for (let i = 0, column = 0; i < rows.length; i++) {
		sums[column] += rows[i];
		if (++column === stride) column = 0;
	}
	return Float32Array.from(sums, (sum) => (size === 0 ? 0 : sum / size));
}

/** The finest scale that clips nothing; all rows equal: any scale codes zeros without an error. */
function finestScale(rows: Float32Array, mean: Float32Array): number {
	let largest = 0;
	for (let i = 0, column = 0; i < rows.length; i++) {
		const offset = Math.abs(rows[i] - mean[column]);
		if (offset > largest) largest = offset;
		if (++column === mean.length) column = 0;
	}
	// below the smallest offsets that differ from rounding, the scale itself must stay finite
	return Math.fround(127 / Math.max(largest, 1e-30));
}

/** What the exact search's proof rests on: the errors that these codes really make. */
function measureErrors(
	rows: Float32Array,
	mean: Float32Array,
	codes: Int8Array,
	scale: number,
): Omit<CodeScale, "scale"> {
	let maxError = 0;
	let maxLength = 0;
	for (let start = 0; start < rows.length; start += mean.length) {
		let errors = 0;
		let squares = 0;
		for (let j = 0; j < mean.length; j++) {
			const decoded = codes[start + j] / scale;
			const error = rows[start + j] - mean[j] - decoded;
			errors += error * error;
			squares += decoded * decoded;
		}
		if (errors > maxError) maxError = errors;
		if (squares > maxLength) maxLength = squares;
	}
	return { maxError: Math.sqrt(maxError), maxLength: Math.sqrt(maxLength) };
}
