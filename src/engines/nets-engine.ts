/** The face engine: pixels of the size each net wants on the one side, faces in pixels of the photo on the other. */

import type { Detection, DetectOptions, EngineName, FaceEngine, Landmarks } from "../faces/face-engine.ts";
import { LANDMARK_CROP_SIZE } from "../faces/face-engine.ts";
import { suppressOverlaps } from "../faces/geometry/box.ts";
import { resizeImage } from "../image/resample.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { FaceNets } from "../nets/face-nets.ts";

/** Boxes of one look that overlap more are one face: the value face-api's detector was published with. */
const MAX_OVERLAP = 0.5;

/** Measured: larger batches of the small nets cost memory and gain nothing. */
const LANDMARK_BATCH = 8;

export class NetsEngine implements FaceEngine {
	readonly name: EngineName;
	readonly description: string;
	readonly #nets: FaceNets;

	/** @param nets are owned from now on: closing the engine closes them */
	constructor(name: EngineName, nets: FaceNets) {
		this.name = name;
		this.description = nets.description;
		this.#nets = nets;
	}

	async detect(image: RgbImage, { longSide, minScore }: DetectOptions): Promise<Detection[]> {
		const scale = longSide / Math.max(image.width, image.height);
		const frame = resizeImage(
			image,
			Math.max(1, Math.round(image.width * scale)),
			Math.max(1, Math.round(image.height * scale)),
		);
		const { boxes, scores } = await this.#nets.detect(frame, minScore);
		const scaleX = image.width / frame.width;
		const scaleY = image.height / frame.height;
		const detections = Array.from(scores, (score, i): Detection => {
			const [top, left, bottom, right] = boxes.subarray(i * 4, i * 4 + 4);
			const box = {
				x: left! * scaleX,
				y: top! * scaleY,
				width: (right! - left!) * scaleX,
				height: (bottom! - top!) * scaleY,
			};
			return { box, score };
		});
		return suppressOverlaps(detections, MAX_OVERLAP);
	}

	async locateLandmarks(crops: readonly RgbImage[]): Promise<Landmarks[]> {
		const landmarks: Landmarks[] = [];
		for (let start = 0; start < crops.length; start += LANDMARK_BATCH) {
			const shares = await this.#nets.locateLandmarks(crops.slice(start, start + LANDMARK_BATCH));
			landmarks.push(...shares.map((share) => share.map((value) => value * LANDMARK_CROP_SIZE)));
		}
		return landmarks;
	}

	embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
		return this.#nets.embed(chips);
	}

	close(): Promise<void> {
		return this.#nets.close();
	}
}
