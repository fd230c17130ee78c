/** A face that was found: what the detector, the landmark net and the quality gates say of it. */
import type { Box, Landmarks } from "./face-engine.ts";

/** Why a face may give a poor answer; each has a threshold and an advice in `quality.ts`. */
export type QualityIssueCode =
	| "FACE_TOO_SMALL"
	| "FACE_CUT_OFF"
	| "FACE_BLURRED"
	| "FACE_TOO_DARK"
	| "FACE_TURNED_AWAY"
	| "FACE_UNCERTAIN";

export interface QualityIssue {
	readonly code: QualityIssueCode;
	/** One sentence for the person: what to do about it. */
	readonly advice: string;
}

/** Empty `issues` means good. Visitors are warned; the gallery builder rejects. */
export interface Quality {
	readonly issues: readonly QualityIssue[];
	/** How far the face's embedding can be relied on: 1 for a good photo, below 0.5 with any issue; more than 0. */
	readonly clarity: number;
}

export interface Face {
	readonly box: Box;
	/** The detector's confidence, 0 to 1. */
	readonly score: number;
	readonly landmarks: Landmarks;
	readonly quality: Quality;
}
