/**
 * A small ink-and-wash portrait from 68 landmarks: what the page shows of a person of whom it has no picture.
 * Features follow the landmarks; hair, neck and colour are a suggestion, since landmarks say nothing of them.
 */
import type { Landmarks } from "../../faces/face-engine.ts";
import { PAPER } from "./brush.ts";
import { drawBrow, drawEye, drawMouth, drawNose } from "./draw-features.ts";
import { drawBackdrop, drawBust, drawHead } from "./draw-head.ts";
import { FRAME, standUpright } from "./upright-face.ts";

/** One wash per drawing, picked by the face itself, so that a row of portraits looks like a set. */
const WASHES = ["#e9b44c", "#7fb3a8", "#d98873", "#8d9fc9", "#b58db6", "#9bb06a"] as const;

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
	const wash = WASHES[pickOf(landmarks, WASHES.length)]!;
	return [
		`<svg class="drawing" viewBox="0 0 ${FRAME.width} ${FRAME.height}" aria-hidden="true" focusable="false">`,
		`<rect width="${FRAME.width}" height="${FRAME.height}" fill="${PAPER}"/>`,
		drawBackdrop(wash),
		drawBust(face),
		drawHead(face, wash),
		drawEye(face.leftEye, face.turn),
		drawEye(face.rightEye, face.turn),
		drawBrow(face.leftBrow),
		drawBrow(face.rightBrow),
		drawNose(face),
		drawMouth(face),
		"</svg>",
	].join("");
}

/** A number below `count` that the proportions of the face decide. */
function pickOf(landmarks: Landmarks, count: number): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < landmarks.length; i += 3) {
		hash = Math.imul(hash ^ Math.round(landmarks[i]! * 8), 0x01000193) >>> 0;
	}
	return hash % count;
}
