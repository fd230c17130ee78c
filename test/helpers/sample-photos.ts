/** The six photos that ship inside the @vladmandic/face-api package. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const FOLDER = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);

/** Faces on each of them: 22 in all. */
export const SAMPLE_FACE_COUNTS = [3, 3, 3, 4, 5, 4] as const;

/** @param number 1 to 6 */
export function samplePhotoFile(number: number): string {
	return path.join(FOLDER, `sample${number}.jpg`);
}

export function readSamplePhoto(number: number): Promise<Buffer> {
	return readFile(samplePhotoFile(number));
}
