/**
 * From an uploaded file's bytes to upright RGB pixels. Always from a buffer: given a path, the SVG loader of
 * libvips would follow file references; and only loaders on the list below are unlocked at all.
 */
import sharp, { type Metadata, type Sharp } from "sharp";
import { AppError } from "../errors.ts";
import { isOutOfMemory, outOfMemory } from "../out-of-memory.ts";
import type { RgbImage } from "./rgb-image.ts";
import { sniffRefusedKind } from "./sniff.ts";

// an allow-list, so that a new loader in a later libvips is refused until someone thinks about it
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
	operation: ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"].map((format) => `VipsForeignLoad${format}`),
});
// every photo is decoded once: a cache of operations would only hold on to visitors' pixels
sharp.cache(false);

export interface DecodeOptions {
	/** The longer side is shrunk to this many pixels, while decoding where the format can; default: see `decodedSidePx`. */
	readonly maxSidePx?: number;
	/** More pixels than this (width x height as stored) are refused before they are decoded. */
	readonly maxPixels?: number;
}

/** How a photo is decoded; the server has it done by processes that can be killed, see decoding/decode-thread.ts. */
export type DecodePhoto = (
	bytes: Uint8Array,
	options?: DecodeOptions,
	signal?: AbortSignal,
) => Promise<DecodedPhoto>;

/** What a file says of itself before any pixel is decoded. */
export type PhotoHeader = Readonly<
	Pick<Metadata, "format" | "depth" | "channels" | "isProgressive" | "chromaSubsampling" | "pages">
> & {
	/** As stored, in pixels. */
	readonly width: number;
	readonly height: number;
	/** The size of the upright photo, in pixels. */
	readonly uprightWidth: number;
	readonly uprightHeight: number;
};

export interface DecodedPhoto extends RgbImage {
	/** Size of the upright photo before it was shrunk, in pixels. */
	readonly fullWidth: number;
	readonly fullHeight: number;
}

/** To this longer side large photos are shrunk. */
const SHRUNK_SIDE_PX = 1600;
/** Photos up to this longer side are left as they are: shrinking them takes as long as decoding does. */
const KEPT_SIDE_PX = 2048;
export const DEFAULT_MAX_PIXELS = 100_000_000;
/** EXIF orientations from 5 on lay the photo on its side. */
const FIRST_SIDEWAYS_ORIENTATION = 5;

/**
 * Decodes the first frame of a JPEG, PNG, WebP, GIF, TIFF or AVIF file: upright by its EXIF orientation, sRGB,
 * 8 bit, transparency on white, shrunk where it is large.
 * @param bytes the whole file; not kept
 * @throws AppError UNSUPPORTED_IMAGE, HEIC_NOT_SUPPORTED, TOO_MANY_PIXELS, BROKEN_IMAGE or OUT_OF_MEMORY
 */
export async function decodePhoto(bytes: Uint8Array, options: DecodeOptions = {}): Promise<DecodedPhoto> {
	return decodePixels(bytes, await readPhotoHeader(bytes, options), options);
}

/**
 * Decodes a photo whose header was read before.
 * @throws AppError BROKEN_IMAGE, UNSUPPORTED_IMAGE or OUT_OF_MEMORY
 */
export async function decodePixels(
	bytes: Uint8Array,
	header: PhotoHeader,
	options: DecodeOptions = {},
): Promise<DecodedPhoto> {
	const side = decodedSidePx(header, options);
	const image = await readPixels(
		openPhoto(bytes, options.maxPixels ?? DEFAULT_MAX_PIXELS)
			.autoOrient()
			.resize(side, side, { fit: "inside", withoutEnlargement: true }),
	);
	return { ...image, fullWidth: header.uprightWidth, fullHeight: header.uprightHeight };
}

/** The longer side, in pixels, that a photo has once it is decoded: never more than it has as stored. */
export function decodedSidePx(
	{ width, height }: Pick<PhotoHeader, "width" | "height">,
	{ maxSidePx }: DecodeOptions,
): number {
	const side = Math.max(width, height);
	return Math.min(side, maxSidePx ?? (side <= KEPT_SIDE_PX ? side : SHRUNK_SIDE_PX));
}

function refuseByContent(bytes: Uint8Array): void {
	if (bytes.byteLength === 0) {
		throw new AppError("BROKEN_IMAGE", "Expected a photo but received an empty file.", {
			hint: "Choose the file again; the upload may have been cut off.",
		});
	}
	const kind = sniffRefusedKind(bytes);
	if (kind === "heic") {
		throw new AppError(
			"HEIC_NOT_SUPPORTED",
			"Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF photo but received HEIC.",
			{
				hint: "Export it as JPEG, or on an iPhone choose Settings, Camera, Formats, Most Compatible.",
			},
		);
	}
	if (kind !== undefined) throw unsupported(`a ${kind.toUpperCase()} document`);
}

function openPhoto(bytes: Uint8Array, maxPixels: number): Sharp {
	return sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", pages: 1 });
}

/**
 * Reads what a photo's file says of itself.
 * @throws AppError UNSUPPORTED_IMAGE, HEIC_NOT_SUPPORTED, TOO_MANY_PIXELS, BROKEN_IMAGE or OUT_OF_MEMORY
 */
export async function readPhotoHeader(
	bytes: Uint8Array,
	{ maxPixels = DEFAULT_MAX_PIXELS }: DecodeOptions = {},
): Promise<PhotoHeader> {
	refuseByContent(bytes);
	// the limit is checked here by hand, so that the message can say the numbers
	const metadata = await sharp(bytes, { limitInputPixels: false, failOn: "error", pages: 1 })
		.metadata()
		.catch((cause: unknown) => {
			throw describeFailure(cause);
		});
	const {
		width,
		height,
		orientation = 1,
		format,
		depth,
		channels,
		isProgressive,
		chromaSubsampling,
		pages,
	} = metadata;
	if (width * height > maxPixels) {
		throw new AppError(
			"TOO_MANY_PIXELS",
			`Expected at most ${megapixels(maxPixels)} megapixels but received ${width} x ${height} (${megapixels(width * height)}).`,
			{ hint: "Save the photo at a smaller size and try again." },
		);
	}
	const isSideways = orientation >= FIRST_SIDEWAYS_ORIENTATION;
	return {
		...{ format, depth, channels, isProgressive, chromaSubsampling, pages, width, height },
		uprightWidth: isSideways ? height : width,
		uprightHeight: isSideways ? width : height,
	};
}

async function readPixels(photo: Sharp): Promise<RgbImage> {
	const { data, info } = await photo
		.flatten({ background: "#ffffff" })
		.toColourspace("srgb")
		.raw({ depth: "uchar" })
		.toBuffer({ resolveWithObject: true })
		.catch((cause: unknown) => {
			throw describeFailure(cause);
		});
	const { width, height, channels } = info;
	if (channels !== 3 || data.byteLength !== width * height * 3) {
		throw new RangeError(
			`Expected 3 channels of ${width} x ${height} but the decoder gave ${channels} in ${data.byteLength} bytes.`,
		);
	}
	return { width, height, data };
}

function describeFailure(cause: unknown): AppError {
	if (isOutOfMemory(cause)) return outOfMemory(cause);
	const reason = cause instanceof Error ? cause.message : String(cause);
	if (/unsupported image format/i.test(reason)) return unsupported("a file that is none of these", cause);
	return new AppError("BROKEN_IMAGE", "The photo is damaged or cut off and can't be decoded.", {
		hint: "Open it on your device; if it shows, save it anew as JPEG and try again.",
		cause,
	});
}

function unsupported(received: string, cause?: unknown): AppError {
	return new AppError(
		"UNSUPPORTED_IMAGE",
		`Expected a JPEG, PNG, WebP, GIF, TIFF or AVIF photo but received ${received}.`,
		{ hint: "Choose a photo in one of these formats; the file's name does not matter.", cause },
	);
}

function megapixels(pixels: number): string {
	return (pixels / 1e6).toFixed(pixels < 10e6 ? 1 : 0);
}
