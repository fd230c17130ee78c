/**
 * Whether a found face is good enough to be compared, and what a person can do about it if not. Thresholds were
 * chosen on pairs of LFW's DevTrain, of whose photos one was made worse step by step: up to a threshold, at least
 * 95 % of the pairs are still told to be the same person; beyond it, it quickly becomes fewer.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Quality, QualityIssue, QualityIssueCode } from "./face.ts";
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
		// told: 99 % up to 0.4, 96 % between that and 0.6; of held-out photos beyond 0.45, 6 % come back as somebody else
		isPassed: ({ turn }) => turn <= 0.45,
	},
	{
		code: "FACE_UNCERTAIN",
		advice: "Choose a photo that shows the face more clearly: it is hard to make out.",
		// 95 % of unspoilt portraits have more than 0.77 and less than 0.04; wrong landmarks begin at 0.05
		isPassed: ({ confidence, mirrorError }) => confidence >= 0.45 && mirrorError <= 0.06,
	},
];

/** Where a measure is as good as can be, and where its gate closes. */
interface Ramp {
	readonly valueOf: (measures: FaceMeasures) => number;
	readonly good: number;
	readonly bad: number;
}

/** What is wrong with a face, as an adjective. */
const ISSUE_WORDS: Readonly<Record<QualityIssueCode, string>> = {
	FACE_TOO_SMALL: "too small",
	FACE_CUT_OFF: "cut off",
	FACE_BLURRED: "blurred",
	FACE_TOO_DARK: "too dark",
	FACE_TURNED_AWAY: "turned away",
	FACE_UNCERTAIN: "hard to make out",
};

const RAMPS: readonly Ramp[] = [
	{ valueOf: ({ chipSidePx }) => chipSidePx, good: 60, bad: 32 },
	{ valueOf: ({ visibleShare }) => visibleShare, good: 0.95, bad: 0.75 },
	{ valueOf: ({ sharpness }) => sharpness, good: 0.1, bad: 0.035 },
	{ valueOf: ({ brightness }) => brightness, good: 70, bad: 35 },
	{ valueOf: ({ turn }) => turn, good: 0.25, bad: 0.45 },
	{ valueOf: ({ confidence }) => confidence, good: 0.75, bad: 0.45 },
	{ valueOf: ({ mirrorError }) => mirrorError, good: 0.04, bad: 0.06 },
];

/** What is left of the clarity where a gate closes, and what any one measure leaves at least. */
const CLARITY_AT_GATE = 0.6;
const LEAST_CLARITY = 0.3;
/** With an issue, a face is never a lot like anyone: scores are multiplied by the clarity. */
const MOST_WITH_ISSUES = 0.49;

/**
 * Cosine of a chip's and its mirror image's embedding, by face-api's net. Of held-out photos 0.3 % come back as somebody
 * else beyond 0.993, 2 % at 0.986, 15 % at 0.98 and 25 % below 0.977: profiles whose landmarks look like a face from
 * the front, faces lit from the side, hands before the mouth.
 */
const MIRROR = { good: 0.987, bad: 0.98 } as const;

/**
 * What the embedding says of the photo that it was made of.
 * @param mirrorSimilarity cosine of the embeddings of the chip and of its mirror image
 */
export function judgeEmbedding({ issues, clarity }: Quality, mirrorSimilarity: number): Quality {
	const rest = clarity * rampAt(mirrorSimilarity, MIRROR);
	if (mirrorSimilarity >= MIRROR.bad) return { issues, clarity: rest };
	const isSaid = issues.some(({ code }) => code === UNEVEN.code);
	return { issues: isSaid ? issues : [...issues, UNEVEN], clarity: Math.min(rest, MOST_WITH_ISSUES) };
}

const UNEVEN: QualityIssue = {
	code: "FACE_UNCERTAIN",
	advice:
		"Choose a photo from the front, evenly lit and with nothing before the face: this one is hard to make out.",
};

function rampAt(value: number, { good, bad }: { readonly good: number; readonly bad: number }): number {
	const at = (value - bad) / (good - bad);
	return Math.min(1, Math.max(LEAST_CLARITY, CLARITY_AT_GATE + (1 - CLARITY_AT_GATE) * at));
}

/** The gates that a face does not pass. */
export function assessQuality(photo: RgbImage, face: FoundFace): Quality {
	return judgeMeasures(measureFace(photo, face));
}

/** The gates that a face with these measures does not pass. */
export function judgeMeasures(measures: FaceMeasures): Quality {
	const failed = GATES.filter(({ isPassed }) => !isPassed(measures));
	const clarity = RAMPS.reduce((product, ramp) => product * rampAt(ramp.valueOf(measures), ramp), 1);
	return {
		issues: failed.map(({ code, advice }) => ({ code, advice })),
		clarity: failed.length > 0 ? Math.min(clarity, MOST_WITH_ISSUES) : clarity,
	};
}

/** E.g. "too small, blurred". */
export function describeIssues(issues: readonly QualityIssue[]): string {
	return issues.map(({ code }) => ISSUE_WORDS[code]).join(", ");
}
