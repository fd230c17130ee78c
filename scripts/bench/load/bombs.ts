/** Small files that take gigabytes or seconds. */
import sharp from "sharp";

const flat = (width: number, height: number, channels: 3 | 4 = 3) =>
	sharp({
		create: { width, height, channels, background: { r: 40, g: 90, b: 200, alpha: 0.5 } },
		limitInputPixels: false,
	});

export interface Bomb {
	readonly name: string;
	readonly bytes: Buffer;
}

export async function makeBombs(): Promise<Bomb[]> {
	const made = {
		"AVIF, 7000 x 7000": flat(7000, 7000).avif({ effort: 0 }),
		"interlaced PNG, 10000 x 10000, 16 bit": flat(10_000, 10_000, 4)
			.toColourspace("rgb16")
			.png({ compressionLevel: 1, progressive: true }),
		"interlaced PNG, 10000 x 10000": flat(10_000, 10_000).png({ compressionLevel: 1, progressive: true }),
		"PNG, 1000000 x 100": flat(1_000_000, 100).png({ compressionLevel: 1 }),
		"progressive JPEG, 10000 x 10000": flat(10_000, 10_000).jpeg({ progressive: true }),
		"GIF, 10000 x 10000": flat(10_000, 10_000).gif({ effort: 1 }),
	};
	const bombs: Bomb[] = [];
	for (const [name, picture] of Object.entries(made)) bombs.push({ name, bytes: await picture.toBuffer() });
	return bombs;
}
