/** Resampling of RGB pixels: whole images to a size, and mirror images. */
import type { RgbImage } from "./rgb-image.ts";

/**
 * The image at another size. Bilinear; where it shrinks to half or less, whole blocks of pixels are averaged
 * first, so that no detail is skipped. Returns the same object where the size is already right.
 * @param width of the result, in pixels, at least 1; `height` likewise
 */
export function resizeImage(image: RgbImage, width: number, height: number): RgbImage {
	const blockWidth = Math.max(1, Math.floor(image.width / width));
	const blockHeight = Math.max(1, Math.floor(image.height / height));
	const source = averageBlocks(image, blockWidth, blockHeight);
	if (source.width === width && source.height === height) return source;
	const from = source.data;
	const data = new Uint8Array(width * height * 3);
	const columns = interpolation(source.width, width, image.width / blockWidth / width);
	const rows = interpolation(source.height, height, image.height / blockHeight / height);
	for (let y = 0, o = 0; y < height; y++) {
		const top = rows.first[y]! * source.width;
		const bottom = rows.second[y]! * source.width;
		const down = rows.weight[y]!;
		for (let x = 0; x < width; x++) {
			const left = columns.first[x]!;
			const right = columns.second[x]!;
			const across = columns.weight[x]!;
			const a = (top + left) * 3;
			const b = (top + right) * 3;
			const c = (bottom + left) * 3;
			const d = (bottom + right) * 3;
			for (let channel = 0; channel < 3; channel++, o++) {
				const upper = from[a + channel]! * (1 - across) + from[b + channel]! * across;
				const lower = from[c + channel]! * (1 - across) + from[d + channel]! * across;
				data[o] = upper + (lower - upper) * down + 0.5;
			}
		}
	}
	return { width, height, data };
}

/** The image seen in a mirror. */
export function mirrorImage({ width, height, data }: RgbImage): RgbImage {
	const mirrored = new Uint8Array(data.length);
	for (let y = 0, o = 0; y < height; y++) {
		for (let x = 0; x < width; x++, o += 3) {
			const from = (y * width + width - 1 - x) * 3;
			mirrored[o] = data[from]!;
			mirrored[o + 1] = data[from + 1]!;
			mirrored[o + 2] = data[from + 2]!;
		}
	}
	return { width, height, data: mirrored };
}

function averageBlocks(image: RgbImage, blockWidth: number, blockHeight: number): RgbImage {
	if (blockWidth === 1 && blockHeight === 1) return image;
	const source = image.data;
	const width = Math.floor(image.width / blockWidth);
	const height = Math.floor(image.height / blockHeight);
	const rowLength = image.width * 3;
	const data = new Uint8Array(width * height * 3);
	const share = 1 / (blockWidth * blockHeight);
	for (let y = 0, o = 0; y < height; y++) {
		for (let x = 0; x < width; x++, o += 3) {
			let red = 0;
			let green = 0;
			let blue = 0;
			let start = y * blockHeight * rowLength + x * blockWidth * 3;
			for (let j = 0; j < blockHeight; j++, start += rowLength) {
				for (let from = start; from < start + blockWidth * 3; from += 3) {
					red += source[from]!;
					green += source[from + 1]!;
					blue += source[from + 2]!;
				}
			}
			data[o] = red * share + 0.5;
			data[o + 1] = green * share + 0.5;
			data[o + 2] = blue * share + 0.5;
		}
	}
	return { width, height, data };
}

/**
 * Which two source pixels each pixel of one axis lies between, and how near the second one is.
 * @param scale source pixels per pixel
 */
function interpolation(sourceSize: number, size: number, scale: number) {
	const first = new Int32Array(size);
	const second = new Int32Array(size);
	const weight = new Float32Array(size);
	for (let i = 0; i < size; i++) {
		const position = Math.max(0, (i + 0.5) * scale - 0.5);
		const before = Math.min(Math.floor(position), sourceSize - 1);
		first[i] = before;
		second[i] = Math.min(before + 1, sourceSize - 1);
		weight[i] = position - before;
	}
	return { first, second, weight };
}
