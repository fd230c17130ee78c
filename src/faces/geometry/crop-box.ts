/** The chip of models that were trained on detector boxes rather than on aligned faces. */

import { cutRegion } from "../../image/region.ts";
import { resizeImage } from "../../image/resample.ts";
import type { RgbImage } from "../../image/rgb-image.ts";
import type { Margins } from "../embedding-model.ts";
import type { Box } from "../face-engine.ts";

/**
 * The part of an image that a box and its margins cover, in whole pixels, cut at the border and stretched to a square.
 * @param size side of the chip in pixels
 * @throws RangeError where the box lies outside the image
 */
export function cropBox(image: RgbImage, box: Box, margins: Margins, size: number): RgbImage {
	const left = Math.max(0, Math.floor(box.x - margins.left * box.width));
	const top = Math.max(0, Math.floor(box.y - margins.top * box.height));
	const right = Math.min(image.width, Math.ceil(box.x + (1 + margins.right) * box.width));
	const bottom = Math.min(image.height, Math.ceil(box.y + (1 + margins.bottom) * box.height));
	const width = right - left;
	const height = bottom - top;
	if (!(width > 0 && height > 0)) {
		throw new RangeError(
			`Expected a box within ${image.width} x ${image.height} pixels but received one at ${box.x}, ${box.y}.`,
		);
	}
	return resizeImage(cutRegion(image, { x: left, y: top, width, height }), size, size);
}
