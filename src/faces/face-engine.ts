/**
 * The seam between faces and model runtimes. Whatever stands above it (looks at several
 * scales, alignment, flip averaging, quality) is plain TypeScript that every engine shares,
 * so that two engines can be compared on the same input and replaced for one another.
 */
import type { RgbImage } from "../image/rgb-image.ts";

/** A rectangle in pixels of the image it was found in; it may reach beyond the border. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface Detection {
	readonly box: Box;
	/** The detector's confidence that this is a face, 0 to 1. */
	readonly score: number;
}

/** 68 points in the iBUG 300-W order as x0, y0, x1, y1, ...: 136 numbers in pixels of the image. */
export type Landmarks = Float32Array;

/** Side of the square that the landmark net takes, in pixels. */
export const LANDMARK_CROP_SIZE = 112;

/** The model runtimes that can be asked for; see `choose-engine.ts`. */
export type EngineName = "onnx" | "tensorflow" | "wasm";

export interface DetectOptions {
	/**
	 * Pixels to which the image's longer side is brought before the detector sees it.
	 * 512 finds small faces in groups, 256 finds close-ups that 512 misses.
	 */
	readonly longSide: number;
	/** Detections below this score, 0 to 1, are dropped. */
	readonly minScore: number;
}

/** Detection, landmarks and embedding on raw pixels. Calls may overlap; an engine queues them itself. */
export interface FaceEngine {
	readonly name: EngineName;
	/** One line for logs, `/readyz` and the footer, e.g. "onnxruntime-node 1.30.0 (CPU)". */
	readonly description: string;
	/** Faces in the image, best score first, overlapping ones already merged; none is an empty list. */
	detect(image: RgbImage, options: DetectOptions): Promise<Detection[]>;
	/** The landmarks in each square crop of a face, in pixels of the crop; see `locate-landmarks.ts`. */
	locateLandmarks(crops: readonly RgbImage[]): Promise<Landmarks[]>;
	/** The raw (not normalised) embedding of each aligned chip, in the order of the chips. */
	embed(chips: readonly RgbImage[]): Promise<Float32Array[]>;
	/** Frees models and threads; the engine must not be used afterwards. */
	close(): Promise<void>;
}
