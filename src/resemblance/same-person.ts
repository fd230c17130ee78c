/** How alike pairs of photos of one person are: what tells photos of one person from those of two. */
import { AppError } from "../errors.ts";

/** The share of a population below a cosine, as a logistic curve. */
export interface Curve {
	/** The population's median cosine. */
	readonly midpoint: number;
	/** Steepness of the curve there, per unit of cosine. */
	readonly slope: number;
}

/*
 * face-api: median and quartiles of 16,022 pairs of the photos of gallery.csv (`npm run evaluate:faces -- --part people`).
 * facenet: not fitted, as the weights can't be had where this was built: placed around deepface's published
 * thresholds (cosine distance 0.40 and 0.30).
 */
const CURVES: ReadonlyMap<string, Curve> = new Map([
	["face-api-dlib-chip-3", { midpoint: 0.9545, slope: 105 }],
	["facenet-box-1", { midpoint: 0.75, slope: 15 }],
	["facenet512-box-1", { midpoint: 0.8, slope: 15 }],
]);

/**
 * @param pipelineVersion what made the embeddings
 * @throws AppError PIPELINE_MISMATCH for a pipeline that nobody has looked at
 */
export function samePersonCurve(pipelineVersion: string): Curve {
	const curve = CURVES.get(pipelineVersion);
	if (curve) return curve;
	throw new AppError(
		"PIPELINE_MISMATCH",
		`Expected one of the known pipelines (${[...CURVES.keys()].join(", ")}) but received ${pipelineVersion}.`,
	);
}
