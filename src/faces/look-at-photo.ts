/**
 * One look at a photo: what the detector sees in it at some sizes, the right way up or turned, and of that what has a
 * face's landmarks.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Detection, FaceEngine } from "./face-engine.ts";
import { intersectionOverSmaller, suppressOverlaps } from "./geometry/box.ts";
import { addTurns, type QuarterTurns, turnBoxBack, turnImage } from "./geometry/turn.ts";
import { type LocatedLandmarks, locateLandmarks, type SeenBox } from "./locate-landmarks.ts";
import { measureConfidence } from "./measure-face.ts";

/** Candidates below this score are not worth landmarks. */
const MIN_SCORE = 0.2;

/**
 * The confidence from which on a candidate is a face: any, where its landmarks are sure. Nothing that the detector sees
 * in 400 pictures without faces (bricks, wood, letters) reaches it.
 */
const MIN_CONFIDENCE = { sure: 0, doubtful: 0.3 } as const;

/**
 * A face is surely seen the right way up if its mirror error is at most this. Of 209 faces that were looked at sideways
 * or upside down, none had as little; of upright portraits, 95 % have less than 0.04.
 */
const MAX_MIRROR_ERROR = 0.045;

/**
 * Candidates of one look that get landmarks, the surest first: each costs three runs of the net, and a collage of 1,600
 * faces is no reason to look at each.
 */
const MAX_CANDIDATES = 64;
/** From so many candidates on, a photo is of a crowd. */
const CROWD = 48;
/** Doubtful candidates that are turned over too, at nine runs each: of a crowd, most stand upright or are none. */
const MAX_DOUBTFUL = { crowd: 8, others: 24 } as const;

const OTHER_WAYS_UP = [1, 2, 3] as const;

/** Two looks at one face give boxes of different size, so that one lies inside the other more than they coincide. */
const MAX_OVERLAP = 0.6;

/** What may be a face, in pixels of the photo. */
export interface Candidate extends Detection, LocatedLandmarks {
	/** How often the photo has to be turned clockwise by 90 degrees for the face to stand upright. */
	readonly turns: QuarterTurns;
	/** See `measureConfidence`. */
	readonly confidence: number;
}

/**
 * Candidates in one orientation of the photo, overlapping ones merged.
 * @param small the photo, shrunk for the detector
 * @param longSides at which the detector sees it, in pixels
 * @param turns how often it is turned clockwise by 90 degrees before
 */
export async function lookAtPhoto(
	engine: FaceEngine,
	photo: RgbImage,
	small: RgbImage,
	longSides: readonly number[],
	turns: QuarterTurns,
): Promise<Candidate[]> {
	const turned = turnImage(small, turns);
	const seen: Detection[] = [];
	for (const longSide of longSides)
		seen.push(...(await engine.detect(turned, { longSide, minScore: MIN_SCORE })));
	const scaleX = photo.width / small.width;
	const scaleY = photo.height / small.height;
	const surest = mergeLooks(seen)
		.sort((a, b) => b.score - a.score)
		.slice(0, MAX_CANDIDATES);
	const detections = surest.map(({ box, score }) => {
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
): Promise<(LocatedLandmarks & { turns: QuarterTurns })[]> {
	const located = await locateWithTurns(engine, photo, boxes);
	const maxDoubtful = MAX_DOUBTFUL[boxes.length >= CROWD ? "crowd" : "others"];
	const doubtful = [...boxes.keys()].filter((i) => !isSure(located[i]!)).slice(0, maxDoubtful);
	const turned = await locateWithTurns(
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

async function locateWithTurns(engine: FaceEngine, photo: RgbImage, boxes: readonly Required<SeenBox>[]) {
	const located = await locateLandmarks(engine, photo, boxes);
	return located.map((landmarks, i) => ({ ...landmarks, turns: boxes[i]!.turns }));
}

/** Whether a face is surely seen the right way up. */
export function isSure({ mirrorError }: LocatedLandmarks): boolean {
	return mirrorError <= MAX_MIRROR_ERROR;
}

/** Keeps one candidate of those that several looks have of one face. */
export function mergeLooks<T extends Detection>(candidates: readonly T[]): T[] {
	return suppressOverlaps(candidates, MAX_OVERLAP, intersectionOverSmaller);
}
