/** How int8 codes stand for the offsets of rows from their mean: how finely, how far, and how wrongly. */

export interface CodeScale {
	/** code = (row - mean) * scale. */
	readonly scale: number;
	/** The longest of all (row - mean) - code / scale: what bounds the error of a score. */
	readonly maxError: number;
	/** The longest of all code / scale. */
	readonly maxLength: number;
}

export const NO_SCALE: CodeScale = { scale: 1, maxError: 0, maxLength: 0 };

const LARGEST_CODE = 127;
/** Steps by which the codes may fall short of a row that is added: about what rounding costs over a row's numbers. */
const SHORT_STEPS = 4;

/** The largest offset, of one of a row's numbers, that these codes still stand for. */
export function reachOf({ scale }: CodeScale): number {
	return (LARGEST_CODE + SHORT_STEPS) / scale;
}

/** Of any of the rows' numbers from the mean. */
export function largestOffset(rows: Float32Array, mean: Float32Array): number {
	let largest = 0;
	for (let i = 0, column = 0; i < rows.length; i++) {
		const offset = Math.abs(rows[i] - mean[column]);
		if (offset > largest) largest = offset;
		if (++column === mean.length) column = 0;
	}
	return largest;
}

/** The finest scale that clips nothing; all rows equal: any scale codes zeros without an error. */
export function finestScale(largest: number): number {
	// below the smallest offsets that differ from rounding, the scale itself must stay finite
	return Math.fround(LARGEST_CODE / Math.max(largest, 1e-30));
}

/** What the exact search's proof rests on: the errors that these codes really make. */
export function measureErrors(
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
