/** Pictures turned by quarters, and boxes brought back from them. */
import type { RgbImage } from "../../image/rgb-image.ts";
import type { Box, Landmarks } from "../face-engine.ts";

/** How often a picture is turned clockwise by 90 degrees. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** Heads are tilted by less, in photos that stand upright. */
const LEAST_LYING = Math.PI / 3;

/** Both turns, one after the other. */
export function addTurns(a: QuarterTurns, b: QuarterTurns): QuarterTurns {
	return ((a + b) % 4) as QuarterTurns;
}

/**
 * How often a picture has to be turned for most of its faces to stand upright, the larger counting for more.
 * @param faces their landmarks, in the picture's pixels; of none, 0
 */
export function turnsToStand(faces: readonly Landmarks[]): QuarterTurns {
	let right = 0;
	let down = 0;
	for (const landmarks of faces) {
		// from the outer corner of the one eye to that of the other
		right += landmarks[2 * 45]! - landmarks[2 * 36]!;
		down += landmarks[2 * 45 + 1]! - landmarks[2 * 36 + 1]!;
	}
	const tilt = Math.atan2(down, right);
	if (Math.abs(tilt) < LEAST_LYING) return 0;
	return ((4 - Math.round(tilt / (Math.PI / 2))) % 4) as QuarterTurns;
}

/** The picture turned clockwise. */
export function turnImage(image: RgbImage, turns: QuarterTurns): RgbImage {
	if (turns === 0) return image;
	const isOnSide = turns % 2 === 1;
	const width = isOnSide ? image.height : image.width;
	const height = isOnSide ? image.width : image.height;
	const data = new Uint8Array(image.data.length);
	for (let y = 0, o = 0; y < height; y++) {
		for (let x = 0; x < width; x++, o += 3) {
			const fromX = turns === 1 ? y : turns === 2 ? width - 1 - x : height - 1 - y;
			const fromY = turns === 1 ? width - 1 - x : turns === 2 ? height - 1 - y : x;
			const from = (fromY * image.width + fromX) * 3;
			data[o] = image.data[from]!;
			data[o + 1] = image.data[from + 1]!;
			data[o + 2] = image.data[from + 2]!;
		}
	}
	return { width, height, data };
}

/**
 * Where a box of the turned picture lies in the picture before it was turned.
 * @param image the size before
 */
export function turnBoxBack(
	box: Box,
	image: { readonly width: number; readonly height: number },
	turns: QuarterTurns,
): Box {
	const { x, y, width, height } = box;
	switch (turns) {
		case 0:
			return box;
		case 1:
			return { x: y, y: image.height - x - width, width: height, height: width };
		case 2:
			return { x: image.width - x - width, y: image.height - y - height, width, height };
		case 3:
			return { x: image.width - y - height, y: x, width: height, height: width };
	}
}
