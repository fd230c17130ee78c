/**
 * From cosine to a resemblance that means something: the mean of two shares, in percent. One is of strangers: how
 * many of them have a weaker best match among the starter gallery's 1,664 people. The other is of pairs of photos
 * that show the same person: how many are less alike. So 50 is more alike than nearly every stranger's best match
 * or an ordinary pair of one person's photos, and nobody gets near 100 but the person.
 */
import { AppError } from "../errors.ts";
import type { Resemblance, ResemblanceWords } from "./resemblance.ts";

/** The share of a population below a cosine, as a logistic curve. */
export interface Curve {
	/** The population's median cosine. */
	readonly midpoint: number;
	/** Steepness of the curve there, per unit of cosine. */
	readonly slope: number;
}

export interface Calibration {
	/** Best matches of people who are not in the gallery. */
	readonly bestOfStrangers: Curve;
	/** Pairs of photos of one person. */
	readonly samePerson: Curve;
}

/*
 * face-api: fitted by `npm run fit:resemblance` on the starter gallery, which prints how well the curves fit.
 * facenet: not fitted, as the weights can't be had where this was built: placed around deepface's published
 * thresholds (cosine distance 0.40 and 0.30). Whoever has the weights can fit them on a gallery of their own.
 */
const CALIBRATIONS: ReadonlyMap<string, Calibration> = new Map([
	[
		"face-api-dlib-chip-3",
		{ bestOfStrangers: { midpoint: 0.9344, slope: 202 }, samePerson: { midpoint: 0.9545, slope: 105 } },
	],
	[
		"facenet-box-1",
		{ bestOfStrangers: { midpoint: 0.55, slope: 25 }, samePerson: { midpoint: 0.75, slope: 15 } },
	],
	[
		"facenet512-box-1",
		{ bestOfStrangers: { midpoint: 0.6, slope: 25 }, samePerson: { midpoint: 0.8, slope: 15 } },
	],
]);

/**
 * @param pipelineVersion what made the embeddings
 * @throws AppError PIPELINE_MISMATCH if nobody has calibrated that pipeline
 */
export function calibrationFor(pipelineVersion: string): Calibration {
	const calibration = CALIBRATIONS.get(pipelineVersion);
	if (calibration) return calibration;
	throw new AppError(
		"PIPELINE_MISMATCH",
		`Expected a pipeline with a calibrated score (${[...CALIBRATIONS.keys()].join(", ")}) but received ${pipelineVersion}.`,
	);
}

/** Least scores of the words, best first. Of strangers' best matches, 1 in 100 is a twin and 3 in 10 are loose. */
const WORDS: readonly (readonly [least: number, words: ResemblanceWords])[] = [
	[80, "could be a twin"],
	[50, "strong resemblance"],
	[20, "fair resemblance"],
	[0, "loose resemblance"],
];

/**
 * @param similarity cosine of two embeddings, -1 to 1
 * @returns a whole score from 0 to 100 and its words
 */
export function resemblanceOf(similarity: number, { bestOfStrangers, samePerson }: Calibration): Resemblance {
	const score = Math.round(
		50 * (shareBelow(similarity, bestOfStrangers) + shareBelow(similarity, samePerson)),
	);
	return { score, words: wordsOf(score) };
}

/** @param score 0 to 100 */
export function wordsOf(score: number): ResemblanceWords {
	const [, words] = WORDS.find(([least]) => score >= least) as (typeof WORDS)[number];
	return words;
}

/** 0 to 1. */
export function shareBelow(similarity: number, { midpoint, slope }: Curve): number {
	return 1 / (1 + Math.exp(-slope * (similarity - midpoint)));
}
