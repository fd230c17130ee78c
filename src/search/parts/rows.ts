/**
 * The rows of a store where they lie, at unit length: float32, or float16 in half the memory. A float16 row stands for the
 * direction of its numbers, which rounding has left a little longer or shorter: what is read has length 1 again.
 */
import { decodeHalf, encodeHalf } from "../kernels/half.ts";
import { isUnitLength } from "../query.ts";
import type { Arena } from "./arena.ts";
import { Workspace } from "./workspace.ts";

export type Precision = "float32" | "float16";
export const PRECISIONS: readonly Precision[] = ["float32", "float16"];
export const BYTES_PER_NUMBER: Readonly<Record<Precision, number>> = { float32: 4, float16: 2 };

/** How far from 1 rounding to 11 bits may leave a squared length: each number is wrong by at most 2^-11 of itself. */
const HALF_TOLERANCE = 2 ** -10 + 1e-5;
/** Rows that are decoded at once: about so many bytes. */
const BLOCK_BYTES = 65536;

/** Rows one after the other as float32, until the next block is asked for. */
export interface RowBlock {
	/** The first of them. */
	readonly first: number;
	/** Pointer to `numbers`. */
	readonly pointer: number;
	/** Row-major, whole rows with their padding. */
	readonly numbers: Float32Array;
}

export interface Rows {
	readonly precision: Precision;
	/** Writes numbers of length 1. */
	set(row: number, numbers: Float32Array): void;
	/** A pointer to a row as float32, until the next is asked for. */
	pointerTo(row: number): number;
	/** All rows from `first` on, `count` of them. */
	blocks(first: number, count: number): Iterable<RowBlock>;
	/** Whether what lies there has length 1, but for rounding: of a forged file it may not. */
	isWhole(row: number): boolean;
	/** The memory of `count` rows from `first` on. */
	bytes(first: number, count: number): Uint8Array;
}

/**
 * @param pointer to room for the rows, of `stride` numbers each
 */
export function rowsAt(arena: Arena, pointer: number, stride: number, precision: Precision): Rows {
	return precision === "float32"
		? new Float32Rows(arena, pointer, stride)
		: new Float16Rows(arena, pointer, stride);
}

class Float32Rows implements Rows {
	readonly precision = "float32";
	readonly #arena: Arena;
	readonly #pointer: number;
	readonly #stride: number;

	constructor(arena: Arena, pointer: number, stride: number) {
		this.#arena = arena;
		this.#pointer = pointer;
		this.#stride = stride;
	}

	set(row: number, numbers: Float32Array): void {
		this.#arena.float32(this.pointerTo(row), this.#stride).set(numbers);
	}

	pointerTo(row: number): number {
		return this.#pointer + row * this.#stride * 4;
	}

	blocks(first: number, count: number): Iterable<RowBlock> {
		const pointer = this.pointerTo(first);
		return [{ first, pointer, numbers: this.#arena.float32(pointer, count * this.#stride) }];
	}

	isWhole(row: number): boolean {
		const numbers = this.#arena.float32(this.pointerTo(row), this.#stride);
		let squares = 0;
		for (let i = 0; i < numbers.length; i++) squares += numbers[i] * numbers[i];
		return isUnitLength(squares);
	}

	bytes(first: number, count: number): Uint8Array {
		return this.#arena.bytes(this.pointerTo(first), count * this.#stride * 4);
	}
}

class Float16Rows implements Rows {
	readonly precision = "float16";
	readonly #arena: Arena;
	readonly #pointer: number;
	readonly #stride: number;
	readonly #rowsPerBlock: number;
	/** Room for one block: made when one is first asked for, as most threads only search. */
	#scratch: { readonly workspace: Workspace; readonly pointer: number } | undefined;

	constructor(arena: Arena, pointer: number, stride: number) {
		this.#arena = arena;
		this.#pointer = pointer;
		this.#stride = stride;
		this.#rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / (stride * 4)));
	}

	set(row: number, numbers: Float32Array): void {
		const halves = this.#halves(row);
		for (let i = 0; i < numbers.length; i++) halves[i] = encodeHalf(numbers[i]);
	}

	pointerTo(row: number): number {
		return this.#decode(row, 1).pointer;
	}

	*blocks(first: number, count: number): Iterable<RowBlock> {
		for (let done = 0; done < count; done += this.#rowsPerBlock) {
			yield this.#decode(first + done, Math.min(this.#rowsPerBlock, count - done));
		}
	}

	isWhole(row: number): boolean {
		const halves = this.#halves(row);
		let squares = 0;
		for (let i = 0; i < halves.length; i++) squares += decodeHalf(halves[i]) ** 2;
		return Math.abs(squares - 1) < HALF_TOLERANCE;
	}

	bytes(first: number, count: number): Uint8Array {
		return this.#arena.bytes(this.#pointer + first * this.#stride * 2, count * this.#stride * 2);
	}

	#halves(row: number): Uint16Array {
		return this.#arena.uint16(this.#pointer + row * this.#stride * 2, this.#stride);
	}

	#decode(first: number, count: number): RowBlock {
		const stride = this.#stride;
		if (!this.#scratch) {
			const workspace = new Workspace(this.#arena);
			this.#scratch = { workspace, pointer: workspace.allocate(this.#rowsPerBlock * stride * 4) };
		}
		const { pointer } = this.#scratch;
		const numbers = this.#arena.float32(pointer, count * stride);
		for (let i = 0; i < count; i++) {
			const halves = this.#halves(first + i);
			let squares = 0;
			for (let j = 0, at = i * stride; j < stride; j++, at++) {
				const value = decodeHalf(halves[j]);
				numbers[at] = value;
				squares += value * value;
			}
			const scale = 1 / Math.sqrt(squares);
			for (let j = 0, at = i * stride; j < stride; j++, at++) numbers[at] *= scale;
		}
		return { first, pointer, numbers };
	}
}
