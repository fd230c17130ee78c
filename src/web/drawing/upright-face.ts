/** Turns 68 landmarks into a face that looks straight out of a frame of fixed size, eyes level. */
import type { Landmarks } from "../../faces/face-engine.ts";
import { caricature } from "./caricature.ts";
import { centreOf, type Point } from "./ink.ts";

/** The drawing's frame in its own units. */
export const FRAME = { width: 240, height: 280 } as const;

/** Where the face comes to lie in the frame. */
const CENTRE_X = 120;
const EYE_LINE_Y = 134;
/** The face is as large as both of these allow, so that heads turned aside don't grow. */
const JAW_WIDTH = 140;
const EYES_TO_CHIN = 98;

/** The parts of a face, in units of the frame; left and right are the picture's, not the person's. */
export interface UprightFace {
	/** From the left ear (in the picture) round the chin to the right ear: 17 points. */
	readonly jaw: readonly Point[];
	/** From the outer end to the inner: 5 points each. */
	readonly leftBrow: readonly Point[];
	readonly rightBrow: readonly Point[];
	/** From the root down to the tip: 4 points. */
	readonly noseBridge: readonly Point[];
	/** From the left wing to the right: 5 points. */
	readonly noseBase: readonly Point[];
	/** From the left corner over the upper lid to the right corner and back below: 6 points each. */
	readonly leftEye: readonly Point[];
	readonly rightEye: readonly Point[];
	/** Round the lips from the left corner over the top: 12 outside, 8 inside. */
	readonly outerLips: readonly Point[];
	readonly innerLips: readonly Point[];
	/** -1 (turned to the picture's left) to 1 (to its right); 0 looks straight at you. */
	readonly turn: number;
}

/**
 * Rotates, scales and moves the landmarks into the frame.
 * @returns undefined where they don't make a head: no width from ear to ear, or a chin that is not below the eyes
 * @throws RangeError where there are not 68 finite points
 */
export function standUpright(landmarks: Landmarks): UprightFace | undefined {
	if (landmarks.length !== 136 || !landmarks.every(Number.isFinite)) {
		throw new RangeError(`Expected 136 finite landmark numbers but received ${landmarks.length}.`);
	}
	const raw = Array.from({ length: 68 }, (_, i) => ({ x: landmarks[2 * i]!, y: landmarks[2 * i + 1]! }));
	const leftEye = centreOf(raw.slice(36, 42));
	const rightEye = centreOf(raw.slice(42, 48));
	const roll = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
	const eyes = centreOf([leftEye, rightEye]);
	const cos = Math.cos(-roll);
	const sin = Math.sin(-roll);
	const level = raw.map(({ x, y }) => ({
		x: (x - eyes.x) * cos - (y - eyes.y) * sin,
		y: (x - eyes.x) * sin + (y - eyes.y) * cos,
	}));
	const jawWidth = level[16]!.x - level[0]!.x;
	const eyesToChin = level[8]!.y;
	if (jawWidth <= 0 || eyesToChin <= 0) return undefined;
	const scale = Math.min(JAW_WIDTH / jawWidth, EYES_TO_CHIN / eyesToChin);
	const middle = (level[0]!.x + level[16]!.x) / 2;
	const turn = Math.max(-1, Math.min(1, ((level[30]!.x - middle) / jawWidth) * 3));
	const inFrame = level.map(({ x, y }) => ({
		x: CENTRE_X + (x - middle) * scale,
		y: EYE_LINE_Y + y * scale,
	}));
	const points = caricature(inFrame, turn);
	return {
		jaw: points.slice(0, 17),
		leftBrow: points.slice(17, 22),
		rightBrow: points.slice(22, 27).reverse(),
		noseBridge: points.slice(27, 31),
		noseBase: points.slice(31, 36),
		leftEye: points.slice(36, 42),
		rightEye: points.slice(42, 48),
		outerLips: points.slice(48, 60),
		innerLips: points.slice(60, 68),
		turn,
	};
}
