/** Fits a curve of the score on a population of similarities. */
import type { Curve } from "./calibration.ts";

/** The natural logarithm of 3: a logistic curve is at 1/4 and 3/4 this far from its midpoint, over its slope. */
const QUARTILE = Math.log(3);
const LEAST_VALUES = 20;

/**
 * The logistic distribution with the population's median and quartiles, which a few wrong labels do not move.
 * @param similarities cosines, in any order
 * @throws RangeError for fewer than 20, or if half of them are equal
 */
export function fitCurve(similarities: ArrayLike<number>): Curve {
	if (similarities.length < LEAST_VALUES) {
		throw new RangeError(
			`Expected at least ${LEAST_VALUES} similarities but received ${similarities.length}.`,
		);
	}
	const sorted = Float64Array.from(similarities).sort();
	const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
	const spread = at(0.75) - at(0.25);
	if (!(spread > 0)) throw new RangeError("Expected similarities that differ.");
	return { midpoint: at(0.5), slope: (2 * QUARTILE) / spread };
}
