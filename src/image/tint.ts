/**
 * Black-and-white photos for the detector, which was shown coloured ones: of 65 faces, it is below 0.75 sure of two in
 * colour, of five in grey, two of them below 0.5, and of two again once grey is tinted like skin.
 */
import type { RgbImage } from "./rgb-image.ts";

/** Factors of red, green and blue. */
const SKIN_TINT = [1.2, 0.95, 0.8] as const;
/** Mean difference between red and blue up to which a photo is grey: scans of prints have a little colour. */
const MAX_COLOUR = 3;

/** The image itself where it has colours, else a tinted copy; landmarks and embeddings are of the photo as it is. */
export function tintIfGrey(image: RgbImage): RgbImage {
	const { data } = image;
	let difference = 0;
	for (let i = 0; i < data.length; i += 3) difference += Math.abs(data[i]! - data[i + 2]!);
	if (difference > (MAX_COLOUR * data.length) / 3) return image;
	const tinted = new Uint8ClampedArray(data.length);
	for (let i = 0; i < data.length; i++) tinted[i] = data[i]! * SKIN_TINT[i % 3]!;
	return { ...image, data: new Uint8Array(tinted.buffer) };
}
