/**
 * Alignment: the similarity transform (rotation, one scale, shift) that lays some of a face's landmarks on those of
 * dlib's mean face, and the square chip that an embedding net sees through it. The least-squares fit is the closed
 * form in complex numbers.
 */
import type { RgbImage } from "../../image/rgb-image.ts";
import type { Landmarks } from "../face-engine.ts";
import { CHIP_PADDING, CHIP_POINTS, FIVE_POINTS, type MeanFacePoints } from "./mean-face.ts";

/** x' = cos x - sin y + dx, y' = sin x + cos y + dy, where cos and sin carry the scale. */
export interface Similarity {
	readonly cos: number;
	readonly sin: number;
	readonly dx: number;
	readonly dy: number;
}

/** Most samples per chip pixel and axis; beyond six, chips differ by less than a grey level. */
const MAX_SAMPLES = 6;

/**
 * The transform from a square view, as wide as dlib's chip, to the image: eyes and nose in their places, however the
 * head is rolled. What frames and measures a face.
 * @param size side of the view in pixels
 * @throws RangeError when the five points coincide, so that nothing can be fitted
 */
export function fitSimilarity(landmarks: Landmarks, size: number): Similarity {
	return fitMeanFace(landmarks, FIVE_POINTS, size);
}

/**
 * The transform from the chip that dlib's recognition net was trained on to the image.
 * @param chipSize side of the chip in pixels
 * @throws RangeError when the points coincide, so that nothing can be fitted
 */
export function fitChip(landmarks: Landmarks, chipSize: number): Similarity {
	return fitMeanFace(landmarks, CHIP_POINTS, chipSize);
}

function fitMeanFace(landmarks: Landmarks, { points, places }: MeanFacePoints, size: number): Similarity {
	const boxSide = size / (1 + 2 * CHIP_PADDING);
	return fitPoints(
		places.map((share) => (share + CHIP_PADDING) * boxSide),
		points.flatMap((point) => [landmarks[point * 2]!, landmarks[point * 2 + 1]!]),
	);
}

/**
 * The similarity that carries points nearest to others, in the sense of least squares.
 * @param from x0, y0, x1, y1, ...
 * @param to where each of them belongs, in the same order
 * @throws RangeError when the points of `to` coincide
 */
export function fitPoints(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
	const fromMean = meanPoint(from);
	const toMean = meanPoint(to);
	let spread = 0;
	let cos = 0;
	let sin = 0;
	for (let i = 0; i < from.length; i += 2) {
		const fromX = from[i]! - fromMean.x;
		const fromY = from[i + 1]! - fromMean.y;
		const toX = to[i]! - toMean.x;
		const toY = to[i + 1]! - toMean.y;
		spread += fromX * fromX + fromY * fromY;
		cos += fromX * toX + fromY * toY;
		sin += fromX * toY - fromY * toX;
	}
	cos /= spread;
	sin /= spread;
	if (!(Math.hypot(cos, sin) > 0)) throw new RangeError("Expected points that differ but they coincide.");
	return {
		cos,
		sin,
		dx: toMean.x - (cos * fromMean.x - sin * fromMean.y),
		dy: toMean.y - (sin * fromMean.x + cos * fromMean.y),
	};
}

/** Where the transform carries points: x0, y0, x1, y1, ... */
export function transformPoints(points: Float32Array, { cos, sin, dx, dy }: Similarity): Float32Array {
	const result = new Float32Array(points.length);
	for (let i = 0; i < points.length; i += 2) {
		result[i] = cos * points[i]! - sin * points[i + 1]! + dx;
		result[i + 1] = sin * points[i]! + cos * points[i + 1]! + dy;
	}
	return result;
}

/**
 * The transform from a square region of what another transform looks at, brought to a size of its own.
 * @param region centre and side in the pixels that `similarity` starts from
 * @param size side of the new square in pixels
 */
export function narrowTo(
	similarity: Similarity,
	region: { readonly x: number; readonly y: number; readonly side: number },
	size: number,
): Similarity {
	const scale = region.side / size;
	const left = region.x - region.side / 2;
	const top = region.y - region.side / 2;
	const { cos, sin, dx, dy } = similarity;
	return {
		cos: cos * scale,
		sin: sin * scale,
		dx: cos * left - sin * top + dx,
		dy: sin * left + cos * top + dy,
	};
}

/**
 * The square part of an image that a transform looks at: several samples per pixel where the image is shrunk,
 * black where the chip reaches beyond it.
 * @param size side of the chip in pixels
 */
export function warpChip(image: RgbImage, { cos, sin, dx, dy }: Similarity, size: number): RgbImage {
	const samples = Math.min(MAX_SAMPLES, Math.max(1, Math.ceil(Math.hypot(cos, sin) / 1.5)));
	const step = 1 / samples;
	const share = step * step;
	const { width, data: source } = image;
	const lastColumn = width - 1;
	const lastRow = image.height - 1;
	const data = new Uint8Array(size * size * 3);
	const border = new Float64Array(3);
	for (let y = 0, o = 0; y < size; y++) {
		for (let x = 0; x < size; x++, o += 3) {
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let j = 0; j < samples; j++) {
				const chipY = y + (j + 0.5) * step;
				for (let i = 0; i < samples; i++) {
					const chipX = x + (i + 0.5) * step;
					// a pixel's centre lies at its number plus one half
					const imageX = cos * chipX - sin * chipY + dx - 0.5;
					const imageY = sin * chipX + cos * chipY + dy - 0.5;
					const left = Math.floor(imageX);
					const top = Math.floor(imageY);
					const across = imageX - left;
					const down = imageY - top;
					if (left >= 0 && top >= 0 && left < lastColumn && top < lastRow) {
						const a = (top * width + left) * 3;
						const b = a + width * 3;
						const weightD = across * down;
						const weightC = down - weightD;
						const weightB = across - weightD;
						const weightA = 1 - across - weightC;
						red +=
							source[a]! * weightA +
							source[a + 3]! * weightB +
							source[b]! * weightC +
							source[b + 3]! * weightD;
						green +=
							source[a + 1]! * weightA +
							source[a + 4]! * weightB +
							source[b + 1]! * weightC +
							source[b + 4]! * weightD;
						blue +=
							source[a + 2]! * weightA +
							source[a + 5]! * weightB +
							source[b + 2]! * weightC +
							source[b + 5]! * weightD;
					} else {
						sampleAtBorder(image, left, top, across, down, border);
						red += border[0]!;
						green += border[1]!;
						blue += border[2]!;
					}
				}
			}
			data[o] = red * share + 0.5;
			data[o + 1] = green * share + 0.5;
			data[o + 2] = blue * share + 0.5;
		}
	}
	return { width: size, height: size, data };
}

/**
 * The colour between four pixels of which some are not there and count as black.
 * @param across from the left pixels to the right ones, 0 to 1; `down` likewise
 * @param colour three numbers R, G, B, overwritten
 */
function sampleAtBorder(
	{ width, height, data }: RgbImage,
	left: number,
	top: number,
	across: number,
	down: number,
	colour: Float64Array,
): void {
	colour.fill(0);
	for (let place = 0; place < 4; place++) {
		const column = left + (place % 2);
		const row = top + (place >> 1);
		if (column < 0 || column >= width || row < 0 || row >= height) continue;
		const weight = (place % 2 === 0 ? 1 - across : across) * (place < 2 ? 1 - down : down);
		for (let channel = 0; channel < 3; channel++)
			colour[channel]! += data[(row * width + column) * 3 + channel]! * weight;
	}
}

function meanPoint(points: ArrayLike<number>): { x: number; y: number } {
	let x = 0;
	let y = 0;
	for (let i = 0; i < points.length; i += 2) {
		x += points[i]!;
		y += points[i + 1]!;
	}
	const share = 2 / points.length;
	return { x: x * share, y: y * share };
}
