import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeJpeg } from "../../src/image/encode-jpeg.ts";

const image = { width: 40, height: 20, data: new Uint8Array(40 * 20 * 3).fill(120) };

async function sizeOf(jpeg: Buffer): Promise<string> {
	const { format, width, height, exif } = await sharp(jpeg).metadata();
	return `${format} ${width} x ${height}${exif ? " with EXIF" : ""}`;
}

describe("encodeJpeg", () => {
	it("keeps the size unless told, and adds no metadata", async () => {
		expect(await sizeOf(await encodeJpeg(image))).toBe("jpeg 40 x 20");
	});

	it("shrinks the longer side and never enlarges", async () => {
		expect(await sizeOf(await encodeJpeg(image, { maxSidePx: 10 }))).toBe("jpeg 10 x 5");
		expect(await sizeOf(await encodeJpeg(image, { maxSidePx: 100 }))).toBe("jpeg 40 x 20");
	});

	it.each([
		["inside", { x: 5, y: 5, width: 10, height: 10 }, "jpeg 10 x 10"],
		["over the border", { x: -5, y: 15, width: 10, height: 10 }, "jpeg 5 x 5"],
		["outside", { x: 100, y: 100, width: 10, height: 10 }, "jpeg 1 x 1"],
	])("takes what is there of a region %s", async (_where, region, size) => {
		expect(await sizeOf(await encodeJpeg(image, { region }))).toBe(size);
	});
});
