/** What of a face can be measured that decides whether its embedding is worth anything. */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Detection, Landmarks } from "./face-engine.ts";
import { fitSimilarity, transformPoints, warpChip } from "./geometry/align.ts";
import { measureShapeError } from "./geometry/face-shape.ts";
import type { LocatedLandmarks } from "./locate-landmarks.ts";

export interface FaceMeasures {
	/** Side of the aligned chip in pixels of the photo: what the embedding net's 150 pixels are made of. */
	readonly chipSidePx: number;
	/** Share of the face that lies inside the photo, 0 to 1. */
	readonly visibleShare: number;
	/** Energy of the finest detail over that of all contrast, at 64 pixels per chip; about 0 where all is soft. */
	readonly sharpness: number;
	/** Mean lightness of the face, 0 (black) to 255. */
	readonly brightness: number;
	/** How far the nose is from the middle between the eyes: 0 from the front, 1 where it lies on an eye corner. */
	readonly turn: number;
	/** See `measureConfidence`. */
	readonly confidence: number;
	/** See `locate-landmarks.ts`. */
	readonly mirrorError: number;
}

/** Side of the chip on which light and sharpness are measured, so that they do not depend on the photo's size. */
const MEASURED_SIZE = 64;
/** The face without its surroundings: shares of the chip's side. */
const FACE_LEFT = 0.15;
const FACE_TOP = 0.05;
const FACE_BOTTOM = 0.95;
/** Places per side at which it is asked whether the face is inside the photo. */
const GRID = 16;

const OUTER_RIGHT_EYE = 36;
const OUTER_LEFT_EYE = 45;
const NOSE_TIP = 30;

/** The detector's score less what is wrong with the landmarks, as a shape and in the mirror: 1 at best. */
export function measureConfidence(score: number, { landmarks, mirrorError }: LocatedLandmarks): number {
	return score - measureShapeError(landmarks) - mirrorError;
}

/** A face as far as it was found. */
export type FoundFace = Pick<Detection, "score"> & LocatedLandmarks;

/** Measures a face in the photo that its landmarks are of. */
export function measureFace(photo: RgbImage, face: FoundFace): FaceMeasures {
	const { landmarks, mirrorError } = face;
	const view = fitSimilarity(landmarks, MEASURED_SIZE);
	const grey = toGrey(warpChip(photo, view, MEASURED_SIZE));
	return {
		chipSidePx: Math.hypot(view.cos, view.sin) * MEASURED_SIZE,
		visibleShare: measureVisibleShare(photo, landmarks),
		...measureLight(grey),
		turn: measureTurn(landmarks),
		confidence: measureConfidence(face.score, face),
		mirrorError,
	};
}

function toGrey({ data }: RgbImage): Float32Array {
	return Float32Array.from(
		{ length: data.length / 3 },
		(_, i) => 0.299 * data[i * 3]! + 0.587 * data[i * 3 + 1]! + 0.114 * data[i * 3 + 2]!,
	);
}

function measureLight(grey: Float32Array): Pick<FaceMeasures, "sharpness" | "brightness"> {
	const [left, right] = [Math.round(FACE_LEFT * MEASURED_SIZE), Math.round((1 - FACE_LEFT) * MEASURED_SIZE)];
	let sum = 0;
	let squares = 0;
	let detail = 0;
	let count = 0;
	for (let y = left; y < right; y++) {
		for (let x = left; x < right; x++) {
			const i = y * MEASURED_SIZE + x;
			const value = grey[i]!;
			const around = grey[i - 1]! + grey[i + 1]! + grey[i - MEASURED_SIZE]! + grey[i + MEASURED_SIZE]!;
			sum += value;
			squares += value * value;
			detail += (around - 4 * value) ** 2;
			count++;
		}
	}
	const brightness = sum / count;
	const variance = squares / count - brightness * brightness;
	// one grey level of noise keeps a flat surface from dividing by nothing
	return { brightness, sharpness: detail / count / (variance + 1) };
}

function measureVisibleShare(photo: RgbImage, landmarks: Landmarks): number {
	const places = new Float32Array(GRID * GRID * 2);
	for (let i = 0; i < GRID * GRID; i++) {
		places[i * 2] = FACE_LEFT + (((i % GRID) + 0.5) / GRID) * (1 - 2 * FACE_LEFT);
		places[i * 2 + 1] = FACE_TOP + ((Math.floor(i / GRID) + 0.5) / GRID) * (FACE_BOTTOM - FACE_TOP);
	}
	const inPhoto = transformPoints(places, fitSimilarity(landmarks, 1));
	let numInside = 0;
	for (let i = 0; i < inPhoto.length; i += 2) {
		const [x, y] = [inPhoto[i]!, inPhoto[i + 1]!];
		if (x >= 0 && y >= 0 && x <= photo.width && y <= photo.height) numInside++;
	}
	return numInside / (GRID * GRID);
}

/** Along the line through the outer corners of the eyes, whatever the roll of the head. */
function measureTurn(landmarks: Landmarks): number {
	const [fromX, fromY] = [landmarks[OUTER_RIGHT_EYE * 2]!, landmarks[OUTER_RIGHT_EYE * 2 + 1]!];
	const alongX = landmarks[OUTER_LEFT_EYE * 2]! - fromX;
	const alongY = landmarks[OUTER_LEFT_EYE * 2 + 1]! - fromY;
	const noseX = landmarks[NOSE_TIP * 2]! - fromX;
	const noseY = landmarks[NOSE_TIP * 2 + 1]! - fromY;
	const share = (noseX * alongX + noseY * alongY) / (alongX * alongX + alongY * alongY);
	return Math.abs(share - 0.5) * 2;
}
