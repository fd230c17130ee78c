/** Our own drawings as pixels. Photos that visitors send are never read as SVG: see decode-photo.ts and sniff.ts. */
import sharp from "sharp";
// first locked with all others there, so that the order of imports makes no difference
import "./decode-photo.ts";

export interface RasterizeOptions {
	/** In pixels. */
	readonly width: number;
	readonly height: number;
	/** Whether a few colours do, as in drawings without photos: a quarter of the bytes. Default false. */
	readonly fewColours?: boolean;
}

/**
 * A PNG of an SVG document that this program has written.
 * @param svg never a visitor's
 */
export async function rasterizeSvg(svg: string, options: RasterizeOptions): Promise<Buffer> {
	const { width, height, fewColours = false } = options;
	sharp.unblock({ operation: ["VipsForeignLoadSvg"] });
	return sharp(Buffer.from(svg)).resize(width, height).png({ palette: fewColours }).toBuffer();
}
