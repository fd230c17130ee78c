/** From a found face to its embedding. Embeddings are unit length; they are normalised here and nowhere else. */
import type { RgbImage } from "../image/rgb-image.ts";
import { fitSimilarity, warpChip } from "./align.ts";
import type { EmbeddingModel } from "./embedding-model.ts";
import type { Face } from "./face.ts";
import type { FaceEngine } from "./face-engine.ts";
import { mirrorImage } from "./resample.ts";

/** The aligned crop of a face, of the size that the model takes. */
export function cutChip(model: EmbeddingModel, photo: RgbImage, face: Pick<Face, "landmarks">): RgbImage {
	return warpChip(photo, fitSimilarity(face.landmarks, model.chipSize), model.chipSize);
}

/**
 * One embedding per chip: the mean of the chip's and its mirror image's, unit length. (Measured on LFW, the mirror
 * image halves the errors that are left after alignment.)
 * @param chips of one photo or of many: they go to the engine in one call
 * @throws RangeError when the net answers with zeros or no numbers
 */
export async function embedChips(engine: FaceEngine, chips: readonly RgbImage[]): Promise<Float32Array[]> {
	const raw = await engine.embed(chips.flatMap((chip) => [chip, mirrorImage(chip)]));
	return chips.map((_, i) => toUnitMean(raw[i * 2]!, raw[i * 2 + 1]!));
}

function toUnitMean(a: Float32Array, b: Float32Array): Float32Array {
	const sum = a.map((value, i) => value + b[i]!);
	const length = Math.hypot(...sum);
	if (!(length > 0 && Number.isFinite(length))) {
		throw new RangeError(`Expected an embedding of finite, positive length but received ${length}.`);
	}
	return sum.map((value) => value / length);
}
