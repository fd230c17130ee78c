/** From RGB pixels to a small WebP: for what a gallery keeps of a photo. */
import sharp from "sharp";
import { type Region, regionWithin } from "./region.ts";
import type { RgbImage } from "./rgb-image.ts";

export interface WebpOptions {
	/** The longer side is shrunk to this many pixels; never enlarged. */
	readonly maxSidePx: number;
	/** What part to take, in pixels of the image; whatever lies outside it is left out. Default: all. */
	readonly region?: Region;
	/** Written into the file, so that it says by itself whose work it is. */
	readonly credit?: { readonly artist?: string; readonly copyright: string };
}

const QUALITY = 80;

/** The same pixels and options give the same bytes. */
export async function encodeWebp(
	image: RgbImage,
	{ maxSidePx, region, credit }: WebpOptions,
): Promise<Buffer> {
	const { width, height } = image;
	let picture = sharp(image.data, { raw: { width, height, channels: 3 } });
	if (region) picture = picture.extract(regionWithin(region, image));
	picture = picture.resize(maxSidePx, maxSidePx, { fit: "inside", withoutEnlargement: true });
	if (credit) {
		const { artist, copyright } = credit;
		picture = picture.withExif({
			IFD0: { Copyright: copyright, ...(artist !== undefined && { Artist: artist }) },
		});
	}
	return picture.webp({ quality: QUALITY }).toBuffer();
}
