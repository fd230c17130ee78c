/**
 * How much memory decoding a photo takes, told by its header: what libvips and the format's library were measured to
 * take at most (docs/operations.md), so that a bomb is known before it goes off.
 */
import { type DecodeOptions, decodedSidePx, type PhotoHeader } from "../decode-photo.ts";

/** Buffers of the decoder, and the shrunk photo itself twice, whatever the file. */
const FIXED_BYTES = 40e6;
/** Rows of a photo that are held at a time where it need not be held whole. */
const ROWS_HELD = 700;
/** What shrinking adds to the rows that are held: measured 3.0. */
const ROWS_FACTOR = 3.2;
/** Whole-picture buffers of formats that are not read row by row, in bytes per pixel. */
const BYTES_PER_PIXEL = { avif: 20, avifDeep: 28, gif: 6, webp: 5, animatedWebp: 12 } as const;
/** Coefficients that a progressive JPEG keeps, in bytes per sample; chroma at half size has half as many. */
const BYTES_PER_COEFFICIENT = 2.15;
/** An interlaced PNG is held whole, and the last pass beside it. */
const INTERLACED_FACTOR = 1.3;

const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = { ushort: 2, short: 2 };
/** 32-bit integers and floats. */
const WIDEST_SAMPLE = 4;

/** From here on a photo is slow too, and waits apart from the others. */
const HEAVY_BYTES = 150e6;
/** As many samples take about a second to unpack, where the format can't skip any. */
const HEAVY_SAMPLES = 120e6;

export interface DecodeNeed {
	/** Most memory that decoding takes beyond the process itself. */
	readonly bytes: number;
	/** Whether it takes seconds rather than a part of one. */
	readonly isHeavy: boolean;
}

/** What decoding a photo with these options takes. */
export function estimateNeed(header: PhotoHeader, options: DecodeOptions): DecodeNeed {
	const bytes = Math.ceil(FIXED_BYTES + outputBytes(header, options) + formatBytes(header));
	const numSamples = header.width * header.height * header.channels;
	const isUnpackedWhole = header.format !== "jpeg" && numSamples > HEAVY_SAMPLES;
	return { bytes, isHeavy: bytes > HEAVY_BYTES || isUnpackedWhole };
}

function outputBytes(header: PhotoHeader, options: DecodeOptions): number {
	const { width, height } = header;
	const scale = decodedSidePx(header, options) / Math.max(width, height);
	return width * height * scale * scale * 3 * 2;
}

function formatBytes(header: PhotoHeader): number {
	const { format, width, height, channels, depth, isProgressive, chromaSubsampling, pages = 1 } = header;
	const pixels = width * height;
	const bytesPerPixel = channels * sampleBytes(depth);
	const rows = width * Math.min(height, ROWS_HELD) * bytesPerPixel * ROWS_FACTOR;
	switch (format) {
		case "jpeg": {
			// shrunk while it is read: hardly any rows are held
			const strip = width * 64 * channels;
			const samples = chromaSubsampling === "4:2:0" ? 1.5 : channels;
			return isProgressive ? strip + pixels * samples * BYTES_PER_COEFFICIENT : strip;
		}
		case "png":
			return isProgressive ? rows + pixels * bytesPerPixel * INTERLACED_FACTOR : rows;
		case "webp":
			return rows + pixels * (pages > 1 ? BYTES_PER_PIXEL.animatedWebp : BYTES_PER_PIXEL.webp);
		case "gif":
			return rows + pixels * BYTES_PER_PIXEL.gif;
		case "heif":
			return pixels * (sampleBytes(depth) > 1 ? BYTES_PER_PIXEL.avifDeep : BYTES_PER_PIXEL.avif);
		default:
			// a TIFF may be one strip or one tile: the whole picture
			return rows + pixels * bytesPerPixel;
	}
}

function sampleBytes(depth: string): number {
	return depth === "uchar" || depth === "char" ? 1 : (BYTES_PER_SAMPLE[depth] ?? WIDEST_SAMPLE);
}
