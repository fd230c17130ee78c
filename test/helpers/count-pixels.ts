/** What colours a picture has. */
import sharp from "sharp";

/** How many pixels of a PNG have about this colour. */
export async function countPixels(png: ArrayBuffer, [red, green, blue]: readonly [number, number, number]) {
	const { data } = await sharp(Buffer.from(png)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	let count = 0;
	for (let i = 0; i < data.length; i += 3) {
		const distance =
			Math.abs(data[i]! - red) + Math.abs(data[i + 1]! - green) + Math.abs(data[i + 2]! - blue);
		if (distance < 24) count++;
	}
	return count;
}
