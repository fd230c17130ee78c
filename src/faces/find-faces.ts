/**
 * Every face in a photo. The detector looks at it in two sizes, since each misses faces that the other finds: small
 * ones in groups at half size, close-ups at full size. Where that finds no good face, it looks again: at a smaller
 * size still, and with the photo turned by quarters.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import { intersectionOverSmaller, suppressOverlaps } from "./box.ts";
import type { Face } from "./face.ts";
import type { Box, Detection, FaceEngine } from "./face-engine.ts";
import { type LocatedLandmarks, locateLandmarks, type SeenBox } from "./locate-landmarks.ts";
import { measureConfidence } from "./measure-face.ts";
import { assessQuality } from "./quality.ts";
import { resizeImage } from "./resample.ts";
import { addTurns, type QuarterTurns, turnBoxBack, turnImage } from "./turn.ts";

/** Long sides in pixels at which the detector sees a photo. */
const CLOSE_UP_LOOK = 256;
const GROUP_LOOK = 512;
/** For faces that fill the photo, when nothing good was found. */
const EXTREME_CLOSE_UP_LOOK = 192;
/** Up to this long side a photo holds no face that only the group look would find. */
const SMALL_PHOTO_PX = 320;

/** Candidates below this score are not worth landmarks. */
const MIN_SCORE = 0.2;

/**
 * The confidence from which on a candidate is a face: any, where its landmarks are sure. Of what the detector sees in
 * 400 upright pictures without faces (bricks, wood, letters), the most confident reaches 0.24, all with doubtful ones.
 */
const MIN_CONFIDENCE = { sure: 0, doubtful: 0.3 } as const;

/**
 * A face is surely seen the right way up if its mirror error is at most this; without such a face, the photo may lie
 * on its side. Of 209 faces that were looked at sideways or upside down, none had as little.
 */
const MAX_MIRROR_ERROR = 0.05;

const OTHER_WAYS_UP = [1, 2, 3] as const;

/** Two looks at one face give boxes of different size, so that one lies inside the other more than they coincide. */
const MAX_OVERLAP = 0.6;

interface Candidate extends SeenBox, Detection, LocatedLandmarks {
	/** The detector's score less the errors of the face's shape and in the mirror. */
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
	if (bestUpright(found) === 0) {
		const closer = await lookAt(engine, photo, small, [EXTREME_CLOSE_UP_LOOK], 0);
		found = suppressOverlaps([...found, ...closer], MAX_OVERLAP, intersectionOverSmaller);
	}
	if (bestUpright(found) === 0) {
		for (const turns of [1, 2, 3] as const) {
			const turned = await lookAt(engine, photo, small, looks, turns);
			if (bestUpright(turned) > bestUpright(found)) found = turned;
		}
	}
	return found
		.map(({ box, score, landmarks, mirrorError }): Face => {
			const quality = assessQuality(photo, { score, landmarks, mirrorError });
			return { box: clipBox(box, photo), score, landmarks, quality };
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
	const located = await locateAnyWayUp(engine, photo, detections);
	return detections
		.map((detection, i) => ({
			...detection,
			...located[i]!,
			confidence: measureConfidence(detection.score, located[i]!),
		}))
		.filter((candidate) => candidate.confidence >= MIN_CONFIDENCE[isSure(candidate) ? "sure" : "doubtful"]);
}

/** Landmarks of each box; where they are doubtful, the face is looked at sideways and upside down too. */
async function locateAnyWayUp(
	engine: FaceEngine,
	photo: RgbImage,
	boxes: readonly Required<SeenBox>[],
): Promise<LocatedLandmarks[]> {
	const located = await locateLandmarks(engine, photo, boxes);
	const doubtful = [...boxes.keys()].filter((i) => !isSure(located[i]!));
	const turned = await locateLandmarks(
		engine,
		photo,
		doubtful.flatMap((i) =>
			OTHER_WAYS_UP.map((turns) => ({ ...boxes[i]!, turns: addTurns(boxes[i]!.turns, turns) })),
		),
	);
	for (const [place, i] of doubtful.entries()) {
		const candidates = turned.slice(place * OTHER_WAYS_UP.length, (place + 1) * OTHER_WAYS_UP.length);
		const [surest] = candidates.filter(isSure).sort((a, b) => a.mirrorError - b.mirrorError);
		if (surest) located[i] = surest;
	}
	return located;
}

function isSure({ mirrorError }: LocatedLandmarks): boolean {
	return mirrorError <= MAX_MIRROR_ERROR;
}

/** Best confidence of the faces that are seen the right way up, 0 without one. */
function bestUpright(candidates: readonly Candidate[]): number {
	return candidates.filter(isSure).reduce((best, { confidence }) => Math.max(best, confidence), 0);
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
