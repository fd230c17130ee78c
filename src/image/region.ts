/** A part of an image. */
import type { RgbImage } from "./rgb-image.ts";

/** In pixels of the image; may lie outside it in part. */
export interface Region {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** What of a region lies inside the image, in whole pixels; never of no size. */
export function regionWithin(
	region: Region,
	{ width, height }: Pick<RgbImage, "width" | "height">,
): { left: number; top: number; width: number; height: number } {
	const left = clamp(Math.round(region.x), 0, width - 1);
	const top = clamp(Math.round(region.y), 0, height - 1);
	return {
		left,
		top,
		width: clamp(Math.round(region.x + region.width) - left, 1, width - left),
		height: clamp(Math.round(region.y + region.height) - top, 1, height - top),
	};
}

/** A copy of that part of the image. */
export function cutRegion(image: RgbImage, region: Region): RgbImage {
	const { left, top, width, height } = regionWithin(region, image);
	const data = new Uint8Array(width * height * 3);
	for (let row = 0; row < height; row++) {
		const start = ((top + row) * image.width + left) * 3;
		data.set(image.data.subarray(start, start + width * 3), row * width * 3);
	}
	return { width, height, data };
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(Math.max(value, least), most);
}
