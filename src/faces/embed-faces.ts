/** From a found face to its embedding. Embeddings are unit length; they are normalised here and nowhere else. */

import { mirrorImage } from "../image/resample.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { EmbeddingModel } from "./embedding-model.ts";
import type { Face } from "./face.ts";
import type { FaceEngine } from "./face-engine.ts";
import { fitChip, warpChip } from "./geometry/align.ts";
import { cropBox } from "./geometry/crop-box.ts";

/** The crop of a face that the model takes. */
export function cutChip(
	{ crop, chipSize }: EmbeddingModel,
	photo: RgbImage,
	face: Pick<Face, "box" | "landmarks">,
): RgbImage {
	if (crop.kind === "box") return cropBox(photo, face.box, crop.margins, chipSize);
	return warpChip(photo, fitChip(face.landmarks, chipSize), chipSize);
}

export interface EmbeddedChip {
	/** Unit length. */
	readonly embedding: Float32Array;
	/** Cosine of the chip's and its mirror image's embedding, where the model asks for both; see quality.ts. */
	readonly mirrorSimilarity: number | undefined;
}

/**
 * One embedding per chip, unit length: where the model asks for it, the mean of the chip's and its mirror image's.
 * (Measured on LFW with face-api's net, the mirror image halves the errors that are left after alignment.)
 * @param chips of one photo or of many: they go to the engine in one call
 * @throws RangeError when the net answers with zeros or no numbers
 */
export async function embedChips(
	engine: FaceEngine,
	{ isMirrorAveraged }: EmbeddingModel,
	chips: readonly RgbImage[],
): Promise<EmbeddedChip[]> {
	if (!isMirrorAveraged) {
		const raw = await engine.embed(chips);
		return raw.map((vector) => ({ embedding: toUnitLength(vector), mirrorSimilarity: undefined }));
	}
	const raw = await engine.embed(chips.flatMap((chip) => [chip, mirrorImage(chip)]));
	return chips.map((_, i) => {
		const [straight, mirrored] = [raw[i * 2]!, raw[i * 2 + 1]!];
		return {
			embedding: toUnitLength(straight.map((value, j) => value + mirrored[j]!)),
			mirrorSimilarity: cosine(toUnitLength(straight), toUnitLength(mirrored)),
		};
	});
}

function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function toUnitLength(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	if (!(length > 0 && Number.isFinite(length))) {
		throw new RangeError(`Expected an embedding of finite, positive length but received ${length}.`);
	}
	return vector.map((value) => value / length);
}
