/** What every command's JSON says of a face, in the same words as the API where it says the same. */
import type { Face, QualityIssueCode } from "../../faces/face.ts";
import type { Box } from "../../faces/face-engine.ts";
import type { DecodedPhoto } from "../../image/decode-photo.ts";

export interface DescribedFace {
	/** In pixels of the photo's file, turned upright. */
	readonly box: Box;
	/** The detector's confidence, 0 to 1. */
	readonly score: number;
	/** See Quality. */
	readonly clarity: number;
	readonly issues: readonly QualityIssueCode[];
}

/** @param photo in which the face was found; it may have been shrunk */
export function describeFace(
	{ box: { x, y, width, height }, score, quality }: Face,
	photo: DecodedPhoto,
): DescribedFace {
	const scale = photo.fullWidth / photo.width;
	return {
		box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
		score,
		clarity: quality.clarity,
		issues: quality.issues.map(({ code }) => code),
	};
}
