/** Photos of single people, cut while the tests run from the package's sample photos. */
import sharp from "sharp";
import type { FaceEngine } from "../../src/faces/face-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { encodeJpeg } from "../../src/image/encode-jpeg.ts";
import { readSamplePhoto } from "./sample-photos.ts";

/**
 * All faces of a sample photo, each with half of its size around it.
 *
 * @param sample 1 to 6
 * @returns JPEG, in the order in which the faces are found
 */
export async function cutFaces(engine: FaceEngine, sample: number): Promise<Buffer[]> {
	const photo = await decodePhoto(await readSamplePhoto(sample));
	const faces = await findFaces(engine, photo);
	return Promise.all(
		faces.map(async ({ box: { x, y, width, height } }) => {
			const region = { x: x - width / 2, y: y - height / 2, width: width * 2, height: height * 2 };
			return Buffer.from(await encodeJpeg(photo, { region, quality: 95 }));
		}),
	);
}

/** A portrait from the first sample photo: JPEG of 500 x 560 pixels. */
export async function readPortrait(): Promise<Buffer> {
	const region = { left: 1320, top: 80, width: 500, height: 560 };
	return sharp(await readSamplePhoto(1))
		.extract(region)
		.jpeg()
		.toBuffer();
}
