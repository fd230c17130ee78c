/**
 * Alignment: the similarity transform (rotation, one scale, shift) that lays a face's eye corners and nose on those
 * of a mean face, and the square chip that an embedding net sees through it. Template and five points are dlib's
 * (get_face_chip_details, five-point model); the least-squares fit is the closed form in complex numbers.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import type { Landmarks } from "./face-engine.ts";
import { addSample } from "./resample.ts";

/** From chip to image: x' = cos x - sin y + dx, y' = sin x + cos y + dy, where cos and sin carry the scale. */
export interface Similarity {
	readonly cos: number;
	readonly sin: number;
	readonly dx: number;
	readonly dy: number;
}

/** Outer and inner corner of the left eye, those of the right eye, base of the nose; numbers of the 68 points. */
const ALIGNMENT_POINTS = [45, 42, 36, 39, 33] as const;

/** The same points on dlib's mean face, as shares of the side of its box. */
const MEAN_FACE = [
	[0.8595674595992, 0.2134981538014],
	[0.6460604764104, 0.2289674387677],
	[0.1205750620789, 0.2137274526848],
	[0.3340850613712, 0.2290642403242],
	[0.4901123135679, 0.6277975316475],
] as const;

/** What the chip shows around the mean face's box, as a share of the box's side. */
const CHIP_PADDING = 0.25;

/** Most samples per chip pixel and axis; beyond six, chips differ by less than a grey level. */
const MAX_SAMPLES = 6;

/**
 * The transform from a chip to the image.
 * @param chipSize side of the chip in pixels
 * @throws RangeError when the five points coincide, so that nothing can be fitted
 */
export function fitSimilarity(landmarks: Landmarks, chipSize: number): Similarity {
	const scale = chipSize / (1 + 2 * CHIP_PADDING);
	const chipPoints = MEAN_FACE.map(([x, y]) => ({
		x: (x + CHIP_PADDING) * scale,
		y: (y + CHIP_PADDING) * scale,
	}));
	const imagePoints = ALIGNMENT_POINTS.map((point) => ({
		x: landmarks[point * 2]!,
		y: landmarks[point * 2 + 1]!,
	}));
	const chipMean = mean(chipPoints);
	const imageMean = mean(imagePoints);
	let spread = 0;
	let cos = 0;
	let sin = 0;
	for (const [i, chipPoint] of chipPoints.entries()) {
		const cx = chipPoint.x - chipMean.x;
		const cy = chipPoint.y - chipMean.y;
		const ix = imagePoints[i]!.x - imageMean.x;
		const iy = imagePoints[i]!.y - imageMean.y;
		spread += cx * cx + cy * cy;
		cos += cx * ix + cy * iy;
		sin += cx * iy - cy * ix;
	}
	cos /= spread;
	sin /= spread;
	if (!(Math.hypot(cos, sin) > 0))
		throw new RangeError("Expected five different landmarks but they coincide.");
	return {
		cos,
		sin,
		dx: imageMean.x - (cos * chipMean.x - sin * chipMean.y),
		dy: imageMean.y - (sin * chipMean.x + cos * chipMean.y),
	};
}

/**
 * The square part of an image that a transform looks at: several samples per pixel where the image is shrunk,
 * black where the chip reaches beyond it.
 * @param size side of the chip in pixels
 */
export function warpChip(image: RgbImage, { cos, sin, dx, dy }: Similarity, size: number): RgbImage {
	const samples = Math.min(MAX_SAMPLES, Math.max(1, Math.ceil(Math.hypot(cos, sin) / 1.5)));
	const data = new Uint8Array(size * size * 3);
	const sum = new Float64Array(3);
	const share = 1 / (samples * samples);
	for (let y = 0, o = 0; y < size; y++) {
		for (let x = 0; x < size; x++, o += 3) {
			sum.fill(0);
			for (let j = 0; j < samples; j++) {
				const chipY = y + (j + 0.5) / samples;
				for (let i = 0; i < samples; i++) {
					const chipX = x + (i + 0.5) / samples;
					addSample(image, cos * chipX - sin * chipY + dx, sin * chipX + cos * chipY + dy, sum);
				}
			}
			data[o] = sum[0]! * share + 0.5;
			data[o + 1] = sum[1]! * share + 0.5;
			data[o + 2] = sum[2]! * share + 0.5;
		}
	}
	return { width: size, height: size, data };
}

function mean(points: readonly { x: number; y: number }[]): { x: number; y: number } {
	let x = 0;
	let y = 0;
	for (const point of points) {
		x += point.x / points.length;
		y += point.y / points.length;
	}
	return { x, y };
}
