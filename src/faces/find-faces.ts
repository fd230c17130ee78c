/**
 * Every face in a photo. The detector looks at it in two sizes, since each misses faces that the other finds: small
 * ones in groups at half size, close-ups at full size. Where that finds no good face, it looks again: at a smaller
 * size still, and with the photo turned by quarters.
 */

import { mapInSlices } from "../give-way.ts";
import { cutRegion, type Region } from "../image/region.ts";
import { resizeImage } from "../image/resample.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import { tintIfGrey } from "../image/tint.ts";
import type { Face } from "./face.ts";
import type { Box, FaceEngine } from "./face-engine.ts";
import type { QuarterTurns } from "./geometry/turn.ts";
import { type Candidate, isSure, lookAtPhoto, mergeLooks } from "./look-at-photo.ts";
import { assessQuality } from "./quality.ts";

/** Long sides in pixels at which the detector sees a photo. */
const CLOSE_UP_LOOK = 256;
/** Of 552 faces on sheets of 30 to 120, 512 pixels find 551 and 448 find 548, a quarter faster. */
const GROUP_LOOK = 448;
/** For faces that fill the photo, when nothing good was found. */
const EXTREME_CLOSE_UP_LOOK = 192;
/** Up to this long side a photo holds no face that only the group look would find. */
const SMALL_PHOTO_PX = 320;

/** A photo whose sides have this ratio is long: a panorama, or pictures one above the other. */
const LONG_PHOTO = 2.5;
/** Longer ones are no photos. */
const MAX_PARTS = 12;

/**
 * The faces of a photo, the largest central one first; none is an empty list.
 * @returns boxes inside the photo, landmarks in its pixels
 */
export async function findFaces(engine: FaceEngine, photo: RgbImage): Promise<Face[]> {
	const long = Math.max(photo.width, photo.height);
	const small = tintIfGrey(long > GROUP_LOOK ? shrink(photo, GROUP_LOOK / long) : photo);
	const looks = long <= SMALL_PHOTO_PX ? [CLOSE_UP_LOOK] : [CLOSE_UP_LOOK, Math.min(long, GROUP_LOOK)];
	const look = (longSides: readonly number[], turns: QuarterTurns) =>
		lookAtPhoto(engine, photo, small, longSides, turns);
	let found = await look(looks, 0);
	if (evidenceOf(found) === 0) found = mergeLooks([...found, ...(await look([EXTREME_CLOSE_UP_LOOK], 0))]);
	if (evidenceOf(found) === 0) found = mergeLooks([...found, ...(await lookAtParts(engine, photo))]);
	for (const turns of waysToTurn(found)) {
		const turned = await look(looks, turns);
		if (evidenceOf(turned) > evidenceOf(found)) found = turned;
	}
	const faces = await mapInSlices(found, ({ box, score, landmarks, mirrorError }): Face => {
		const quality = assessQuality(photo, { score, landmarks, mirrorError });
		return { box: clipBox(box, photo), score, landmarks, quality };
	});
	return faces
		.filter(({ box }) => box.width >= 1 && box.height >= 1)
		.sort((a, b) => prominence(b.box, photo) - prominence(a.box, photo));
}

/**
 * Faces as a visitor means them: size and place count less the less clear a face is, and the surer the detector the
 * better. A gallery's photo is of the largest central face, clear or not.
 */
export function preferClearFaces(faces: readonly Face[], photo: RgbImage): Face[] {
	const weightOf = ({ box, score, quality }: Face) => prominence(box, photo) * score * quality.clarity;
	return faces.toSorted((a, b) => weightOf(b) - weightOf(a));
}

/** The candidates in the parts of a long photo, none in a photo that is not long: as a whole, its faces are too small. */
async function lookAtParts(engine: FaceEngine, photo: RgbImage): Promise<Candidate[]> {
	const found: Candidate[] = [];
	for (const region of partsOf(photo)) {
		const part = cutRegion(photo, region);
		const scale = Math.min(1, GROUP_LOOK / Math.max(part.width, part.height));
		const small = tintIfGrey(shrink(part, scale));
		for (const candidate of await lookAtPhoto(engine, part, small, [CLOSE_UP_LOOK, GROUP_LOOK], 0)) {
			const { box, landmarks } = candidate;
			found.push({
				...candidate,
				box: { ...box, x: box.x + region.x, y: box.y + region.y },
				landmarks: landmarks.map((value, i) => value + (i % 2 === 0 ? region.x : region.y)),
			});
		}
	}
	return mergeLooks(found);
}

/** Overlapping parts of a long photo, each half as long again as the photo's shorter side. */
function partsOf({ width, height }: RgbImage): Region[] {
	const [long, short] = [Math.max(width, height), Math.min(width, height)];
	if (long < LONG_PHOTO * short || long > MAX_PARTS * short) return [];
	const length = Math.round(1.5 * short);
	const numParts = Math.ceil((long - length) / short) + 1;
	return Array.from({ length: numParts }, (_, i) => {
		const start = Math.round((i * (long - length)) / (numParts - 1));
		return width > height
			? { x: start, y: 0, width: length, height }
			: { x: 0, y: start, width, height: length };
	});
}

/** Confidence of all faces that are surely seen the right way up. */
function evidenceOf(candidates: readonly Candidate[]): number {
	return candidates.filter(isSure).reduce((sum, { confidence }) => sum + confidence, 0);
}

/** None where the surest face stands upright; without a sure face, all are worth a try. */
function waysToTurn(candidates: readonly Candidate[]): QuarterTurns[] {
	const [surest] = candidates.filter(isSure).sort((a, b) => b.confidence - a.confidence);
	if (surest === undefined) return [1, 2, 3];
	return surest.turns === 0 ? [] : [surest.turns];
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
