/** Fits the score's curve on pairs of photos whose people are known. */
import type { Calibration } from "./calibration.ts";

export interface SimilarPair {
	/** Cosine of the two embeddings, -1 to 1. */
	readonly similarity: number;
	readonly isSamePerson: boolean;
}

const MAX_ITERATIONS = 100;
const TOLERANCE = 1e-10;

/**
 * Logistic regression of "same person" on the cosine by Newton's method, with Platt's smoothed targets (Platt 1999,
 * section 2.2), both kinds of pairs weighted as if equally many.
 * @throws RangeError unless there are pairs of both kinds and the curve rises
 */
export function fitCalibration(pairs: readonly SimilarPair[]): Calibration {
	const numSame = pairs.filter(({ isSamePerson }) => isSamePerson).length;
	const numDifferent = pairs.length - numSame;
	if (numSame === 0 || numDifferent === 0) {
		throw new RangeError(
			`Expected pairs of both kinds but received ${numSame} same and ${numDifferent} different.`,
		);
	}
	const points = pairs.map(({ similarity, isSamePerson }) => ({
		// centred and scaled, so that Newton's matrix is well conditioned
		x: (similarity - CENTRE) / SCALE,
		target: isSamePerson ? (numSame + 1) / (numSame + 2) : 1 / (numDifferent + 2),
		weight: 0.5 / (isSamePerson ? numSame : numDifferent),
	}));
	let [slope, offset] = [0, 0];
	for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
		let [gradientSlope, gradientOffset, hSS, hSO, hOO] = [0, 0, 1e-12, 0, 1e-12];
		for (const { x, target, weight } of points) {
			const p = 1 / (1 + Math.exp(-(slope * x + offset)));
			const residual = weight * (target - p);
			const curvature = weight * p * (1 - p);
			gradientSlope += residual * x;
			gradientOffset += residual;
			hSS += curvature * x * x;
			hSO += curvature * x;
			hOO += curvature;
		}
		const determinant = hSS * hOO - hSO * hSO;
		slope += (hOO * gradientSlope - hSO * gradientOffset) / determinant;
		offset += (hSS * gradientOffset - hSO * gradientSlope) / determinant;
		if (Math.hypot(gradientSlope, gradientOffset) < TOLERANCE) break;
	}
	if (!(slope > 0))
		throw new RangeError(
			`Expected similar pairs to be of the same person more often but the slope is ${slope}.`,
		);
	return { midpoint: CENTRE - (offset / slope) * SCALE, slope: slope / SCALE };
}

/** Cosines of face embeddings lie about here; any values near do. */
const CENTRE = 0.9;
const SCALE = 0.05;
