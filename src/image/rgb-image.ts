/** The one shape in which pixels travel: upright, sRGB, 8 bit, three channels. */
export interface RgbImage {
	/** Pixels per row. */
	readonly width: number;
	/** Rows. */
	readonly height: number;
	/** Row-major R, G, B bytes: `width * height * 3` of them. */
	readonly data: Uint8Array;
}
