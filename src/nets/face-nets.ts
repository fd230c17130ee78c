/**
 * What a model runtime has to run: three nets on pixels of the size each net wants. Everything between a photo and
 * these pixels, and between raw numbers and faces, is shared by all runtimes in `nets-engine.ts`.
 */
import type { RgbImage } from "../image/rgb-image.ts";

/** Candidate faces before overlaps are merged. */
export interface RawDetections {
	/** Row-major n x 4: top, left, bottom, right in pixels of the frame; they may reach beyond it. */
	readonly boxes: Float32Array;
	/** n scores, 0 to 1. */
	readonly scores: Float32Array;
}

/** The nets of one runtime. A call must have ended before the next one starts. */
export interface FaceNets {
	/** The runtime and its version for logs, e.g. "onnxruntime-node 1.30.0 (CPU)". */
	readonly description: string;
	/**
	 * SSD MobileNet v1.
	 * @param frame of any size; the photo is all it shows, nothing is added to make it square
	 * @param minScore candidates below it are left out
	 */
	detect(frame: RgbImage, minScore: number): Promise<RawDetections>;
	/**
	 * The 68-point landmark net.
	 * @param crops each LANDMARK_CROP_SIZE square
	 * @returns per crop 136 numbers x0, y0, ... as shares of the crop's side
	 */
	locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]>;
	/** The embedding net: one raw embedding per aligned chip. */
	embed(chips: readonly RgbImage[]): Promise<Float32Array[]>;
	/** Number of tensors that are alive, where the runtime counts them: constant, or memory leaks. */
	countTensors?(): number | Promise<number | undefined>;
	close(): Promise<void>;
}

/** Loads a package by its name; a test gives its own to stand in for a library that does not load. */
export type LoadPackage = (name: string) => unknown;

/** The rows of a batch's result. @param values row-major */
export function splitRows(values: Float32Array, numRows: number): Float32Array[] {
	const length = values.length / numRows;
	return Array.from({ length: numRows }, (_, row) => values.slice(row * length, (row + 1) * length));
}
