/**
 * Every face in a photo. The detector is asked at two sizes, since each misses faces that the other finds: small
 * ones in groups at half size, close-ups at full size.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import { intersectionOverSmaller, suppressOverlaps } from "./box.ts";
import type { Face } from "./face.ts";
import type { Box, Detection, FaceEngine } from "./face-engine.ts";
import { locateLandmarks } from "./locate-landmarks.ts";
import { assessQuality } from "./quality.ts";

/** Long sides in pixels at which the detector looks at a photo. */
const LOOKS = [512, 256] as const;

/** Below this score a detection is no face. */
const MIN_SCORE = 0.5;

/** Two looks at one face give boxes of different size, so that one lies inside the other more than they coincide. */
const MAX_OVERLAP = 0.6;

/**
 * The faces of a photo, the largest central one first; none is an empty list.
 * @returns boxes inside the photo, landmarks in its pixels
 */
export async function findFaces(engine: FaceEngine, photo: RgbImage): Promise<Face[]> {
	const looks: Detection[][] = [];
	for (const longSide of LOOKS) looks.push(await engine.detect(photo, { longSide, minScore: MIN_SCORE }));
	const detections = suppressOverlaps(looks.flat(), MAX_OVERLAP, intersectionOverSmaller)
		.map(({ box, score }) => ({ box: clipBox(box, photo), score }))
		.filter(({ box }) => box.width >= 1 && box.height >= 1);
	const landmarks = await locateLandmarks(
		engine,
		photo,
		detections.map(({ box }) => box),
	);
	return detections
		.map(({ box, score }, i): Face => {
			const face = { box, score, landmarks: landmarks[i]! };
			return { ...face, quality: assessQuality(photo, face) };
		})
		.sort((a, b) => prominence(b.box, photo) - prominence(a.box, photo));
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
