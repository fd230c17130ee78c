/**
 * Whether a found face is good enough to be compared, and what a person can do about it if not. Thresholds were
 * chosen on pairs of LFW's DevTrain, of whose photos one was made worse step by step: up to a threshold, at least
 * 95 % of the pairs are still told to be the same person; beyond it, it quickly becomes fewer.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Quality, QualityIssueCode } from "./face.ts";
import { type FaceMeasures, type FoundFace, measureFace } from "./measure-face.ts";

interface Gate {
	readonly code: QualityIssueCode;
	readonly advice: string;
	readonly isPassed: (measures: FaceMeasures) => boolean;
}

const GATES: readonly Gate[] = [
	{
		code: "FACE_TOO_SMALL",
		advice: "Move closer or choose a larger photo: the face has too few pixels.",
		// told: 98 % at 37 px, 95 % at 28, 88 % at 24
		isPassed: ({ chipSidePx }) => chipSidePx >= 32,
	},
	{
		code: "FACE_CUT_OFF",
		advice: "Choose a photo that shows the whole face: this one is cut off at the edge.",
		// told: 98 % where 0.83 is visible, 93 % at 0.69, 88 % at 0.71
		isPassed: ({ visibleShare }) => visibleShare >= 0.75,
	},
	{
		code: "FACE_BLURRED",
		advice: "Choose a sharper photo: the face is blurred.",
		// told: 100 % with a blur that leaves 0.09, 88 % at 0.035
		isPassed: ({ sharpness }) => sharpness >= 0.035,
	},
	{
		code: "FACE_TOO_DARK",
		advice: "Take the photo in more light: the face is too dark.",
		// told: 95 % at 48, 38 % at 23, mostly because the face is not found any more
		isPassed: ({ brightness }) => brightness >= 35,
	},
	{
		code: "FACE_TURNED_AWAY",
		advice: "Look into the camera: the face is turned too far to the side.",
		// told: 99 % up to 0.4, 96 % between that and 0.6; one portrait in 100 is turned further than 0.49
		isPassed: ({ turn }) => turn <= 0.5,
	},
	{
		code: "FACE_UNCERTAIN",
		advice: "Choose a photo that shows the face more clearly: it is hard to make out.",
		// 95 % of unspoilt portraits have more than 0.77 and less than 0.04; wrong landmarks begin at 0.05
		isPassed: ({ confidence, mirrorError }) => confidence >= 0.45 && mirrorError <= 0.06,
	},
];

/** The gates that a face does not pass. */
export function assessQuality(photo: RgbImage, face: FoundFace): Quality {
	return judgeMeasures(measureFace(photo, face));
}

/** The gates that a face with these measures does not pass. */
export function judgeMeasures(measures: FaceMeasures): Quality {
	const failed = GATES.filter(({ isPassed }) => !isPassed(measures));
	return { issues: failed.map(({ code, advice }) => ({ code, advice })) };
}
