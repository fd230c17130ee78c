/** From RGB pixels back to a small JPEG: for what a page shows of a photo. */
import sharp from "sharp";
import type { RgbImage } from "./rgb-image.ts";

export interface EncodeOptions {
	/** The longer side is shrunk to this many pixels; never enlarged. */
	readonly maxSidePx?: number;
	/** What part to take, in pixels of the image; whatever lies outside it is left out. Default: all. */
	readonly region?: {
		readonly x: number;
		readonly y: number;
		readonly width: number;
		readonly height: number;
	};
	/** 1 to 100. */
	readonly quality?: number;
}

/** A progressive JPEG without metadata. */
export async function encodeJpeg(image: RgbImage, options: EncodeOptions = {}): Promise<Buffer> {
	const { maxSidePx = Math.max(image.width, image.height), region, quality = 82 } = options;
	const { width, height } = image;
	let picture = sharp(image.data, { raw: { width, height, channels: 3 } });
	if (region) {
		const left = clamp(Math.round(region.x), 0, width - 1);
		const top = clamp(Math.round(region.y), 0, height - 1);
		picture = picture.extract({
			left,
			top,
			width: clamp(Math.round(region.x + region.width) - left, 1, width - left),
			height: clamp(Math.round(region.y + region.height) - top, 1, height - top),
		});
	}
	return picture
		.resize(maxSidePx, maxSidePx, { fit: "inside", withoutEnlargement: true })
		.jpeg({ quality, progressive: true })
		.toBuffer();
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(Math.max(value, least), most);
}
