/** Small sums over lists of numbers, in float64. */

/** The largest absolute difference between numbers in the same place; NaN counts as infinitely far. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
	if (a.length !== b.length) throw new RangeError(`Expected ${b.length} numbers but received ${a.length}.`);
	let largest = 0;
	for (let i = 0; i < a.length; i++) {
		const difference = Math.abs(a[i]! - b[i]!);
		largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
	}
	return largest;
}

/** The same direction with length 1. */
export function unitLength(vector: ArrayLike<number>): Float64Array {
	const values = Float64Array.from(vector);
	const norm = Math.hypot(...values);
	return values.map((value) => value / norm);
}
