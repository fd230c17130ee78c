/**
 * Every face in a photo. The detector looks at it in two sizes, since each misses faces that the other finds: small
 * ones in groups at half size, close-ups at full size. Where that finds no good face, it looks again: at a smaller
 * size still, and with the photo turned by quarters.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import { intersectionOverSmaller, suppressOverlaps } from "./box.ts";
import type { Face } from "./face.ts";
import type { Box, Detection, FaceEngine, Landmarks } from "./face-engine.ts";
import { measureShapeError } from "./face-shape.ts";
import { locateLandmarks, type SeenBox } from "./locate-landmarks.ts";
import { assessQuality } from "./quality.ts";
import { resizeImage } from "./resample.ts";
import { type QuarterTurns, turnBoxBack, turnImage } from "./turn.ts";

/** Long sides in pixels at which the detector sees a photo. */
const CLOSE_UP_LOOK = 256;
const GROUP_LOOK = 512;
/** For faces that fill the photo, when nothing good was found. */
const EXTREME_CLOSE_UP_LOOK = 192;
/** Up to this long side a photo holds no face that only the group look would find. */
const SMALL_PHOTO_PX = 320;

/** Candidates below this score are not worth landmarks: of 3,443 portraits, six have no better one. */
const MIN_SCORE = 0.3;

/**
 * The detector's score less the error of the face's shape, from which on a candidate is a face. Of what the detector
 * sees in pictures without faces (bricks, wood, letters), the most confident reaches 0.31.
 */
const MIN_CONFIDENCE = 0.35;

/**
 * Below this, the photo may lie on its side, and from this on a turned photo has a face: upright faces have 0.88 on
 * average, and what the detector sees in turned pictures without faces reaches 0.43.
 */
const GOOD_CONFIDENCE = 0.6;

/** Two looks at one face give boxes of different size, so that one lies inside the other more than they coincide. */
const MAX_OVERLAP = 0.6;

interface Candidate extends SeenBox, Detection {
	readonly landmarks: Landmarks;
	readonly confidence: number;
}

/**
 * The faces of a photo, the largest central one first; none is an empty list.
 * @returns boxes inside the photo, landmarks in its pixels
 */
export async function findFaces(engine: FaceEngine, photo: RgbImage): Promise<Face[]> {
	const long = Math.max(photo.width, photo.height);
	const small = long > GROUP_LOOK ? shrink(photo, GROUP_LOOK / long) : photo;
	const looks = long <= SMALL_PHOTO_PX ? [CLOSE_UP_LOOK] : [CLOSE_UP_LOOK, Math.min(long, GROUP_LOOK)];
	let found = await lookAt(engine, photo, small, looks, 0);
	if (bestConfidence(found) < GOOD_CONFIDENCE) {
		const again = await lookAt(engine, photo, small, [EXTREME_CLOSE_UP_LOOK], 0);
		found = mergeLooks([...found, ...again]);
		for (const turns of [1, 2, 3] as const) {
			const turned = await lookAt(engine, photo, small, looks, turns);
			if (bestConfidence(turned) > Math.max(GOOD_CONFIDENCE, bestConfidence(found))) found = turned;
		}
	}
	return found
		.map(({ box, score, landmarks }): Face => {
			const face = { box: clipBox(box, photo), score, landmarks };
			return { ...face, quality: assessQuality(photo, face) };
		})
		.filter(({ box }) => box.width >= 1 && box.height >= 1)
		.sort((a, b) => prominence(b.box, photo) - prominence(a.box, photo));
}

/** The faces that show in one orientation of the photo, boxes and landmarks in the photo's own pixels. */
async function lookAt(
	engine: FaceEngine,
	photo: RgbImage,
	small: RgbImage,
	looks: readonly number[],
	turns: QuarterTurns,
): Promise<Candidate[]> {
	const turned = turnImage(small, turns);
	const seen: Detection[] = [];
	for (const longSide of looks)
		seen.push(...(await engine.detect(turned, { longSide, minScore: MIN_SCORE })));
	const scaleX = photo.width / small.width;
	const scaleY = photo.height / small.height;
	const detections = suppressOverlaps(seen, MAX_OVERLAP, intersectionOverSmaller).map(({ box, score }) => {
		const { x, y, width, height } = turnBoxBack(box, small, turns);
		return {
			box: { x: x * scaleX, y: y * scaleY, width: width * scaleX, height: height * scaleY },
			score,
			turns,
		};
	});
	const landmarks = await locateLandmarks(engine, photo, detections);
	return detections
		.map((detection, i): Candidate => {
			const confidence = detection.score - measureShapeError(landmarks[i]!);
			return { ...detection, landmarks: landmarks[i]!, confidence };
		})
		.filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
}

function mergeLooks(candidates: readonly Candidate[]): Candidate[] {
	return suppressOverlaps(candidates, MAX_OVERLAP, intersectionOverSmaller);
}

function bestConfidence(candidates: readonly Candidate[]): number {
	return candidates.reduce((best, { confidence }) => Math.max(best, confidence), 0);
}

function shrink(image: RgbImage, scale: number): RgbImage {
	return resizeImage(
		image,
		Math.max(1, Math.round(image.width * scale)),
		Math.max(1, Math.round(image.height * scale)),
	);
}

/** Size of a face, less the further it is from the photo's centre: half at the corners. */
function prominence(box: Box, photo: RgbImage): number {
	const away = Math.hypot(box.x + box.width / 2 - photo.width / 2, box.y + box.height / 2 - photo.height / 2);
	return Math.sqrt(box.width * box.height) * (1 - away / Math.hypot(photo.width, photo.height));
}

function clipBox(box: Box, photo: RgbImage): Box {
	const x = Math.max(0, box.x);
	const y = Math.max(0, box.y);
	return {
		x,
		y,
		width: Math.min(photo.width, box.x + box.width) - x,
		height: Math.min(photo.height, box.y + box.height) - y,
	};
}
