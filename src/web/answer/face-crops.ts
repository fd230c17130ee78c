/** Parts of visitors' photos as addresses that pages can hold, so that they need not be kept anywhere. */
import type { Box } from "../../faces/face-engine.ts";
import { encodeJpeg } from "../../image/encode-jpeg.ts";
import type { RgbImage } from "../../image/rgb-image.ts";

/** Space around a face's box, as a share of its size. */
const CROP_MARGIN = 0.35;

/** The image, or a part of it, as an address that a page can hold. */
export async function jpegUri(
	image: RgbImage,
	options: { maxSidePx?: number; region?: Box },
): Promise<string> {
	return `data:image/jpeg;base64,${(await encodeJpeg(image, options)).toString("base64")}`;
}

/** A square around the box with some space, so that all crops have one shape. */
export function widen({ x, y, width, height }: Box): Box {
	const side = Math.max(width, height) * (1 + 2 * CROP_MARGIN);
	return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side };
}
