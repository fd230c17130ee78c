/**
 * From cosine to a resemblance that means the same for every embedding model: the chance, in percent, that two
 * photos of this similarity show the same person, if same and different people were equally common. A logistic
 * curve of the cosine (Platt, "Probabilistic outputs for support vector machines", 1999).
 */
import { AppError } from "../errors.ts";
import type { Resemblance, ResemblanceWords } from "./resemblance.ts";

export interface Calibration {
	/** The cosine at which same and different people are equally likely: resemblance 50. */
	readonly midpoint: number;
	/** Steepness of the logistic curve there, per unit of cosine. */
	readonly slope: number;
}

/*
 * face-api: fitted here on LFW's DevTrain pairs by scripts/fit-resemblance.ts, which prints the check on DevTest.
 * facenet: not measured here, as the weights can't be had where this was built. The midpoints are deepface's
 * published thresholds (cosine distance 0.40 and 0.30), the slope is CompreFace's for FaceNet (2 x 5.292 per unit of
 * distance, at distance 1.18).
 */
const CALIBRATIONS: ReadonlyMap<string, Calibration> = new Map([
	["face-api-5pt-flip-2", { midpoint: 0.92, slope: 90 }],
	["facenet-box-1", { midpoint: 0.6, slope: 9 }],
	["facenet512-box-1", { midpoint: 0.7, slope: 9 }],
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

/** Least scores of the words, best first. */
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
export function resemblanceOf(similarity: number, { midpoint, slope }: Calibration): Resemblance {
	const score = Math.round(100 / (1 + Math.exp(-slope * (similarity - midpoint))));
	const [, words] = WORDS.find(([least]) => score >= least) as (typeof WORDS)[number];
	return { score, words };
}
