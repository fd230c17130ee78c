/** Whether a found face is good enough to be compared, and what a person can do about it if not. */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Face, Quality, QualityIssue, QualityIssueCode } from "./face.ts";

const ADVICE: Readonly<Record<QualityIssueCode, string>> = {
	FACE_TOO_SMALL: "Move closer or choose a larger photo: the face has too few pixels.",
	FACE_CUT_OFF: "Choose a photo that shows the whole face: this one is cut off at the edge.",
	FACE_BLURRED: "Choose a sharper photo: the face is blurred.",
	FACE_TOO_DARK: "Take the photo in more light: the face is too dark.",
	FACE_TURNED_AWAY: "Look into the camera: the face is turned too far to the side.",
	FACE_UNCERTAIN: "Choose a photo that shows the face more clearly: this may not be one.",
};

/** Face width, in pixels, below which embeddings of the same person drift apart. */
const MIN_SIDE_PX = 40;
const MIN_SCORE = 0.6;

/** The gates that a face does not pass. */
export function assessQuality(_photo: RgbImage, face: Omit<Face, "quality">): Quality {
	const issues: QualityIssue[] = [];
	const report = (code: QualityIssueCode) => issues.push({ code, advice: ADVICE[code] });
	if (Math.min(face.box.width, face.box.height) < MIN_SIDE_PX) report("FACE_TOO_SMALL");
	if (face.score < MIN_SCORE) report("FACE_UNCERTAIN");
	return { issues };
}
