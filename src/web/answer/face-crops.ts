/** Parts of visitors' photos as addresses that pages can hold, so that they need not be kept anywhere. */
import type { Box } from "../../faces/face-engine.ts";
import { encodeJpeg } from "../../image/encode-jpeg.ts";
import type { RgbImage } from "../../image/rgb-image.ts";

/** Space around a face's box, as a share of its size. */
const CROP_MARGIN = 0.35;
/** As much as it takes to show a whole head, however near the next one is. */
const LEAST_MARGIN = 0.15;

/** The image, or a part of it, as an address that a page can hold. */
export async function jpegUri(
	image: RgbImage,
	options: { maxSidePx?: number; region?: Box },
): Promise<string> {
	return `data:image/jpeg;base64,${(await encodeJpeg(image, options)).toString("base64")}`;
}

/**
 * A square around the box with some space, so that all crops have one shape.
 * @param boxes of all faces of the photo: the space ends before the next, of which half would only disturb
 */
export function widen(box: Box, boxes: readonly Box[]): Box {
	const { x, y, width, height } = box;
	const centre = { x: x + width / 2, y: y + height / 2 };
	const size = Math.max(width, height) / 2;
	const others = boxes.filter((other) => other !== box);
	const free = others.map((other) =>
		Math.max(
			Math.abs(other.x + other.width / 2 - centre.x) - other.width / 2,
			Math.abs(other.y + other.height / 2 - centre.y) - other.height / 2,
		),
	);
	const reach = Math.max(size * (1 + 2 * LEAST_MARGIN), Math.min(size * (1 + 2 * CROP_MARGIN), ...free));
	return { x: centre.x - reach, y: centre.y - reach, width: 2 * reach, height: 2 * reach };
}
