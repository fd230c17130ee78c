/** Many photos for a bench: the package's six samples, each in several sizes and brightnesses, under as many names as wanted. */
import { readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import sharp from "sharp";
import { Random } from "../../../src/search/random.ts";

const SAMPLES = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);
const NUM_SAMPLES = 6;
const VARIATIONS_OF_EACH = 10;

/**
 * Writes them into a folder.
 * @returns the names of `numPhotos` files, of which every sixtieth is the same photo
 */
export async function makePhotoFiles(folder: string, numPhotos: number, seed: number): Promise<string[]> {
	const random = new Random(seed);
	const photos: string[] = [];
	for (let i = 0; i < NUM_SAMPLES * VARIATIONS_OF_EACH; i++) {
		const sample = await readFile(path.join(SAMPLES, `sample${(i % NUM_SAMPLES) + 1}.jpg`));
		const varied = sharp(sample)
			.resize({ width: 1200 + Math.floor(random.uniform() * 700) })
			.modulate({ brightness: 0.85 + 0.3 * random.uniform() })
			.jpeg({ quality: 88 });
		const file = path.join(folder, `variation-${i}.jpg`);
		await writeFile(file, await varied.toBuffer());
		photos.push(file);
	}
	return Promise.all(
		Array.from({ length: numPhotos }, async (_, i) => {
			const file = path.join(folder, `${String(i).padStart(5, "0")}.jpg`);
			await symlink(photos[i % photos.length] as string, file);
			return file;
		}),
	);
}
