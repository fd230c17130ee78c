import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import type { AppError } from "../../src/errors.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";

/** Left half red, right half blue, so that turning and mirroring show. */
function twoHalves(width: number, height: number): Sharp {
	const half = { width: width >> 1, height, channels: 3 as const, background: "#ff0000" };
	return sharp({ create: { width, height, channels: 3, background: "#0000ff" } }).composite([
		{ input: { create: half }, left: 0, top: 0 },
	]);
}

function flat(width: number, height: number): Sharp {
	return sharp({ create: { width, height, channels: 3, background: "#c80a1e" } });
}

function pixel(image: { width: number; data: Uint8Array }, x: number, y: number): number[] {
	const at = (y * image.width + x) * 3;
	return [...image.data.subarray(at, at + 3)];
}

function isRed([red = 0, , blue = 0]: number[]): boolean {
	return red > 150 && blue < 60;
}

async function failure(bytes: Uint8Array, maxPixels = 100_000_000): Promise<AppError> {
	return decodePhoto(bytes, { maxPixels }).then(
		() => expect.fail("the photo was decoded"),
		(error: AppError) => error,
	);
}

describe("decodePhoto reads", () => {
	it.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)(
		"%s to three bytes a pixel",
		async (format) => {
			const photo = await decodePhoto(await flat(64, 48).toFormat(format).toBuffer());
			expect([photo.width, photo.height, photo.data.length]).toEqual([64, 48, 64 * 48 * 3]);
			expect(isRed(pixel(photo, 32, 24))).toBe(true);
		},
	);

	// where the stored left half comes to lie once the photo is upright: [x, y] of a red pixel in a 40 x 20 photo
	it.each([
		[1, 40, 20, [2, 10]],
		[2, 40, 20, [37, 10]],
		[3, 40, 20, [37, 10]],
		[4, 40, 20, [2, 10]],
		[5, 20, 40, [10, 2]],
		[6, 20, 40, [10, 2]],
		[7, 20, 40, [10, 37]],
		[8, 20, 40, [10, 37]],
	] as const)("EXIF orientation %i upright", async (orientation, width, height, [x, y]) => {
		const bytes = await sharp(await twoHalves(40, 20).png().toBuffer())
			.withMetadata({ orientation })
			.png()
			.toBuffer();
		const photo = await decodePhoto(bytes);
		expect([photo.width, photo.height, photo.fullWidth, photo.fullHeight]).toEqual([
			width,
			height,
			width,
			height,
		]);
		expect(isRed(pixel(photo, x, y))).toBe(true);
		expect(isRed(pixel(photo, width - 1 - x, height - 1 - y))).toBe(false);
	});

	it.each([
		["grey", (photo: Sharp) => photo.greyscale().png()],
		["16 bits a channel", (photo: Sharp) => photo.toColourspace("rgb16").png()],
		["16-bit grey", (photo: Sharp) => photo.toColourspace("grey16").png()],
		["CMYK", (photo: Sharp) => photo.toColourspace("cmyk").jpeg()],
		["a palette", (photo: Sharp) => photo.png({ palette: true })],
		["Display P3", (photo: Sharp) => photo.withIccProfile("p3").jpeg()],
		["progressive JPEG", (photo: Sharp) => photo.jpeg({ progressive: true })],
	])("%s as sRGB", async (_name, encode) => {
		const photo = await decodePhoto(await encode(flat(64, 48)).toBuffer());
		expect(photo.data.length).toBe(64 * 48 * 3);
	});

	it("transparency as white", async () => {
		const clear = sharp({
			create: { width: 8, height: 8, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
		});
		const photo = await decodePhoto(await clear.png().toBuffer());
		expect(pixel(photo, 4, 4)).toEqual([255, 255, 255]);
	});

	it.each(["gif", "webp"] as const)("only the first frame of an animated %s", async (format) => {
		const frames = [flat(32, 20), twoHalves(32, 20)].map((frame) => frame.png().toBuffer());
		const animation = sharp(await Promise.all(frames), { join: { animated: true } });
		const photo = await decodePhoto(await animation.toFormat(format).toBuffer());
		expect([photo.width, photo.height]).toEqual([32, 20]);
	});

	it.each([
		[1, 1, 1, 1],
		[2000, 2, 2000, 2],
		[2048, 1024, 2048, 1024],
		[2049, 1024, 1600, 800],
		[3000, 1500, 1600, 800],
		[9000, 9000, 1600, 1600],
	])("%i x %i shrunk to %i x %i", async (width, height, shrunkWidth, shrunkHeight) => {
		const photo = await decodePhoto(await flat(width, height).jpeg().toBuffer());
		expect([photo.width, photo.height]).toEqual([shrunkWidth, shrunkHeight]);
		expect([photo.fullWidth, photo.fullHeight]).toEqual([width, height]);
	});
});

describe("decodePhoto refuses", () => {
	const svg =
		'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
	it.each([
		["an SVG", Buffer.from(svg), "UNSUPPORTED_IMAGE", /received a SVG document/],
		[
			"an SVG behind a prolog",
			Buffer.from(`<?xml version="1.0"?>\n<!-- a -->\n${svg}`),
			"UNSUPPORTED_IMAGE",
			/SVG/,
		],
		["an SVG in UTF-16", Buffer.from(`\ufeff${svg}`, "utf16le"), "UNSUPPORTED_IMAGE", /SVG/],
		["a PDF", Buffer.from("%PDF-1.7\n1 0 obj"), "UNSUPPORTED_IMAGE", /received a PDF document/],
		["text", Buffer.from("hello".repeat(100)), "UNSUPPORTED_IMAGE", /none of these/],
		[
			"HTML",
			Buffer.from("<!doctype html><html><body>photo.jpg</body></html>"),
			"UNSUPPORTED_IMAGE",
			/none of these/,
		],
		[
			"a PPM, which libvips could read",
			Buffer.from("P6\n2 2\n255\n123456123456"),
			"UNSUPPORTED_IMAGE",
			/none/,
		],
		["no bytes", Buffer.alloc(0), "BROKEN_IMAGE", /empty file/],
		["HEIC", heif("heic", "mif1", "heic"), "HEIC_NOT_SUPPORTED", /received HEIC/],
		["HEIC under the general brand", heif("mif1", "mif1", "heix"), "HEIC_NOT_SUPPORTED", /received HEIC/],
		["an ftyp box that lies about its length", heif("avif").subarray(0, 11), "UNSUPPORTED_IMAGE", /none/],
	])("%s", async (_name, bytes, code, message) => {
		const error = await failure(bytes);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.hint).toMatch(/\.$/);
	});

	it.each([
		["JPEG", "jpeg", 0.5],
		["JPEG", "jpeg", 0.95],
		["PNG", "png", 0.5],
		["WebP", "webp", 0.5],
		["AVIF", "avif", 0.5],
	] as const)("a %s cut short (%s, %d of it)", async (_name, format, share) => {
		const noise = sharp({
			create: {
				width: 200,
				height: 150,
				channels: 3,
				background: "#888888",
				noise: { type: "gaussian", mean: 128, sigma: 40 },
			},
		});
		const whole = await noise.toFormat(format).toBuffer();
		expect((await failure(whole.subarray(0, Math.floor(whole.length * share)))).code).toBe("BROKEN_IMAGE");
	});

	it("more pixels than the limit, saying both numbers, before decoding any", async () => {
		const error = await failure(await flat(300, 200).png().toBuffer(), 50_000);
		expect(error.code).toBe("TOO_MANY_PIXELS");
		expect(error.message).toBe("Expected at most 0.1 megapixels but received 300 x 200 (0.1).");
	});

	it("a picture of a gigapixel without reading it", async () => {
		const png = await flat(8, 8).png().toBuffer();
		// IHDR holds width and height at bytes 16 and 20, its checksum at 29
		png.writeUInt32BE(40_000, 16);
		png.writeUInt32BE(40_000, 20);
		png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
		const error = await failure(png);
		expect(error.code).toBe("TOO_MANY_PIXELS");
		expect(error.message).toContain("received 40000 x 40000 (1600)");
	});
});

/** The first box of a HEIF file: major brand, then the compatible ones. */
function heif(major: string, ...compatible: string[]): Buffer {
	const box = Buffer.alloc(16 + compatible.length * 4);
	box.writeUInt32BE(box.length, 0);
	box.write(`ftyp${major}`, 4, "latin1");
	for (const [i, brand] of compatible.entries()) box.write(brand, 16 + i * 4, "latin1");
	return Buffer.concat([box, Buffer.alloc(64)]);
}
