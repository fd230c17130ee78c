/**
 * A portrait from 68 landmarks in a handful of pen strokes: what the page shows of a person of whom it has no picture.
 * It leaves out what landmarks say nothing of, hair and skin, as an artist does who draws a face in one line.
 */
import type { Landmarks } from "../../faces/face-engine.ts";
import { PAPER } from "./brush.ts";
import { drawBrowsAndNose, drawEye, drawMouth } from "./draw-features.ts";
import { drawCutOut, drawOutline, NUM_CUT_OUTS } from "./draw-head.ts";
import { FRAME, standUpright } from "./upright-face.ts";

/**
 * Colours of the cut-out and of the lips, picked by the face itself, so that a row of portraits looks like a set. Lips are
 * red of one kind or another: in blue or green they look cold.
 */
const COLOURS = [
	{ paper: "#eab54f", lips: "#c98a48" },
	{ paper: "#7fbcb0", lips: "#bd7d70" },
	{ paper: "#ee9a7d", lips: "#cd7558" },
	{ paper: "#94a8de", lips: "#b0788c" },
	{ paper: "#c39ac6", lips: "#a97593" },
	{ paper: "#a3bf6b", lips: "#bb8162" },
] as const;

/**
 * The portrait as an `<svg>` element of 240 x 280 units, without ids, scripts or style attributes, so that any
 * number of them can stand in one page under a strict Content-Security-Policy. The same landmarks always
 * give the same drawing.
 * @returns undefined where the landmarks don't make a head
 * @throws RangeError where there are not 68 finite points
 */
export function drawFace(landmarks: Landmarks): string | undefined {
	const face = standUpright(landmarks);
	if (!face) return undefined;
	const pick = hashOf(landmarks);
	const colours = COLOURS[pick % COLOURS.length]!;
	return [
		`<svg class="drawing" viewBox="0 0 ${FRAME.width} ${FRAME.height}" aria-hidden="true" focusable="false">`,
		`<rect width="${FRAME.width}" height="${FRAME.height}" fill="${PAPER}"/>`,
		drawCutOut((pick >>> 8) % NUM_CUT_OUTS, colours.paper),
		drawOutline(face),
		drawEye(face.leftEye, face.turn),
		drawEye(face.rightEye, face.turn),
		drawBrowsAndNose(face),
		drawMouth(face, colours.lips),
		"</svg>",
	].join("");
}

/** A whole number that the proportions of the face decide. */
function hashOf(landmarks: Landmarks): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < landmarks.length; i += 3) {
		hash = Math.imul(hash ^ Math.round(landmarks[i]! * 8), 0x01000193) >>> 0;
	}
	return hash;
}
