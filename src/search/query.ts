/** What may be asked of an index: checked here, once, so that the inner loops need not. */
import { AppError } from "../errors.ts";

/** How far from 1 float32 rounding may leave the squared length of a normalised vector. */
const UNIT_TOLERANCE = 1e-6;

/** Letters of a wrong value that an error repeats. */
const MAX_QUOTED = 40;

/** Most numbers an embedding may have: beyond it the 32-bit sums of the int8 scores could overflow. */
export const MAX_DIMENSION = 4096;

/** @throws AppError INVALID_ARGUMENT unless k is a whole number >= 1 */
export function checkK(k: number): void {
	if (Number.isSafeInteger(k) && k >= 1) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a whole number of matches, at least 1, but received ${describeValue(k)}.`,
	);
}

/**
 * @param most less where numbers are to be added to each vector
 * @throws AppError INVALID_VECTOR unless `dimension` is a whole number from 1 to `most`
 */
export function checkDimension(dimension: number, most = MAX_DIMENSION): void {
	if (Number.isInteger(dimension) && dimension >= 1 && dimension <= most) return;
	throw new AppError(
		"INVALID_VECTOR",
		`Expected embeddings of 1 to ${most} numbers but received the dimension ${describeValue(dimension)}.`,
	);
}

/** @throws AppError INVALID_ARGUMENT unless options were given */
export function checkOptions(options: unknown): void {
	if (typeof options === "object" && options !== null) return;
	throw new AppError("INVALID_ARGUMENT", `Expected options but received ${describeValue(options)}.`);
}

/** @throws AppError INVALID_ARGUMENT unless the value is one of those */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
	if (choices.includes(value)) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected ${choices.join(" or ")} as ${name} but received ${describeValue(value)}.`,
	);
}

/** @throws AppError INVALID_ARGUMENT unless the seed is a whole number */
export function checkSeed(seed: number): void {
	if (Number.isSafeInteger(seed)) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a whole number as seed but received ${describeValue(seed)}.`,
	);
}

/** @throws AppError INVALID_ARGUMENT unless the value is a function, or there is none */
export function checkCallback(name: string, value: unknown): void {
	if (value === undefined || typeof value === "function") return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a function as ${name} but received ${describeValue(value)}.`,
	);
}

/** @throws AppError INVALID_ARGUMENT unless the recall is a number from 0 to 1 */
export function checkRecall(recall: number): void {
	// null is no less than 0, as JavaScript compares
	if (typeof recall === "number" && recall >= 0 && recall <= 1) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a recall from 0 to 1 but received ${describeValue(recall)}.`,
	);
}

/** Whether a squared length is 1 but for float32 rounding. */
export function isUnitLength(squares: number): boolean {
	return Math.abs(squares - 1) < UNIT_TOLERANCE;
}

/** Whether a value is such an array: also one of another window or of a test's sandbox, and no object made to look so. */
export function isArrayOf(kind: TypedArrayKind, value: unknown): boolean {
	return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === kind.name;
}

type TypedArrayKind = Float32ArrayConstructor | Uint32ArrayConstructor | Uint8ArrayConstructor;

/** @throws AppError INVALID_VECTOR unless the value is of that kind of array: another would be read as other numbers */
export function checkArray(name: string, value: unknown, kind: TypedArrayKind): void {
	if (isArrayOf(kind, value)) return;
	throw new AppError(
		"INVALID_VECTOR",
		`Expected the ${name} as a ${kind.name} but received ${describeValue(value)}.`,
	);
}

/** How an error calls a value that is not what it should be, e.g. "a Float64Array of 128" or "the string 7". */
export function describeValue(value: unknown): string {
	if (value === null || value === undefined || typeof value === "number") return String(value);
	if (typeof value === "function") return "a function";
	if (typeof value !== "object") return `the ${typeof value} ${String(value).slice(0, MAX_QUOTED)}`;
	const kind = value.constructor?.name ?? "Object";
	const article = /^[AEIOU]/.test(kind) ? "an" : "a";
	// what only looks like a list may have a length that can't be read
	const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
	return isList ? `${article} ${kind} of ${(value as ArrayLike<unknown>).length}` : `${article} ${kind}`;
}

/** @throws AppError INVALID_ARGUMENT unless all are whole numbers from 0 to `size` - 1 */
export function checkRowNumbers(rows: readonly number[], size: number): void {
	const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= size);
	if (wrong === undefined) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a row from 0 to ${size - 1} but received ${describeValue(wrong)}.`,
	);
}

/**
 * Writes `source` at unit length to `target`.
 * @param name how an error calls the vector, e.g. "the query"
 * @throws AppError INVALID_VECTOR if a number is not finite or the length is 0
 */
export function normaliseInto(target: Float32Array, source: Float32Array, name: string): void {
	const squares = squaredLength(source, name);
	// a vector that was normalised before stays as it is, bit for bit
	const scale = isUnitLength(squares) ? 1 : 1 / Math.sqrt(squares);
	for (let i = 0; i < source.length; i++) target[i] = source[i] * scale;
}

/** @throws AppError INVALID_VECTOR as normaliseInto */
export function squaredLength(vector: Float32Array, name: string): number {
	let squares = 0;
	for (let i = 0; i < vector.length; i++) squares += vector[i] * vector[i];
	// squares of finite float32 numbers cannot overflow a float64, so only NaN and Infinity arrive here
	if (!Number.isFinite(squares)) {
		const at = vector.findIndex((value) => !Number.isFinite(value));
		throw new AppError(
			"INVALID_VECTOR",
			`Expected finite numbers in ${name} but received ${vector[at]} at position ${at}.`,
		);
	}
	if (squares > 0) return squares;
	throw new AppError(
		"INVALID_VECTOR",
		`Expected a direction in ${name} but received ${vector.length} zeros.`,
		{ hint: "A zero vector resembles nothing: it was probably never computed." },
	);
}

/**
 * @param embeddings row-major, groups.length x dimension
 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector
 */
export function checkRows(embeddings: Float32Array, groups: Uint32Array, dimension: number): void {
	checkArray("embeddings", embeddings, Float32Array);
	checkArray("groups", groups, Uint32Array);
	const size = groups.length;
	if (embeddings.length !== size * dimension) {
		throw new AppError(
			"INVALID_VECTOR",
			`Expected ${size} embeddings of ${dimension} numbers, one per group, but received ${embeddings.length} numbers.`,
		);
	}
	for (let row = 0; row < size; row++) {
		squaredLength(embeddings.subarray(row * dimension, (row + 1) * dimension), `row ${row}`);
	}
}
