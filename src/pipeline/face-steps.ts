/** The verbs that every story shares: decode, detect, align, embed. Each adds to what it is given. */
import { AppError } from "../errors.ts";
import { cutChip, embedChips } from "../faces/embed-faces.ts";
import type { EmbeddingModel } from "../faces/embedding-model.ts";
import type { Face } from "../faces/face.ts";
import type { FaceEngine } from "../faces/face-engine.ts";
import { findFaces } from "../faces/find-faces.ts";
import { type DecodedPhoto, type DecodeOptions, decodePhoto, decodeRegion } from "../image/decode-photo.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { BatchStep, Step } from "./pipeline.ts";

/** The models a story works with; wired once, at start. */
export interface FaceTools {
	readonly engine: FaceEngine;
	readonly model: EmbeddingModel;
}

export interface DecodedStage {
	/** The file, for faces that are worth a second look at full resolution. */
	readonly bytes: Uint8Array;
	readonly photo: DecodedPhoto;
}

export interface DetectedStage extends DecodedStage {
	/** The largest central face first; never empty. */
	readonly faces: readonly Face[];
	/** Faces that were found beyond those. */
	readonly numUnanswered: number;
}

export interface AlignedStage extends DetectedStage {
	/** chips[i] is the aligned crop of faces[i]. */
	readonly chips: readonly RgbImage[];
}

export interface EmbeddedStage extends AlignedStage {
	/** embeddings[i] is of chips[i], unit length. */
	readonly embeddings: readonly Float32Array[];
}

/** Photos per call of the embedding net: measured, larger batches only cost memory. */
export const EMBEDDING_BATCH = 8;

/** @throws AppError as decodePhoto */
export function decode(options: DecodeOptions = {}): Step<Uint8Array, DecodedStage> {
	return async (bytes) => ({ bytes, photo: await decodePhoto(bytes, options) });
}

/**
 * Finds the faces and keeps the first `maxFaces` of them.
 * @throws AppError NO_FACE_FOUND
 */
export function detect(
	{ engine }: FaceTools,
	maxFaces = Number.POSITIVE_INFINITY,
): Step<DecodedStage, DetectedStage> {
	return async (stage) => {
		const faces = await findFaces(engine, stage.photo);
		if (faces.length === 0) {
			throw new AppError("NO_FACE_FOUND", "Expected a photo with a face but found none.", {
				hint: "Take one from the front, in good light, with the whole face in the picture.",
			});
		}
		return { ...stage, faces: faces.slice(0, maxFaces), numUnanswered: Math.max(0, faces.length - maxFaces) };
	};
}

/** Cuts the aligned chip of each face, from the full-size photo where the shrunken one holds too few pixels. */
export function align({ model }: FaceTools, options: DecodeOptions = {}): Step<DetectedStage, AlignedStage> {
	return async (stage) => {
		const chips = stage.faces.map((face) => cutFinestChip(model, stage, face, options));
		return { ...stage, chips: await Promise.all(chips) };
	};
}

/** Embeds the chips of all photos of the batch in one call. */
export function embed({ engine, model }: FaceTools): BatchStep<AlignedStage, EmbeddedStage> {
	return async (stages) => {
		const embeddings = await embedChips(
			engine,
			model,
			stages.flatMap(({ chips }) => chips),
		);
		const next = embeddings.values();
		return stages.map((stage) => ({
			...stage,
			embeddings: stage.chips.map(() => next.next().value as Float32Array),
		}));
	};
}

async function cutFinestChip(
	model: EmbeddingModel,
	{ bytes, photo }: DecodedStage,
	face: Face,
	options: DecodeOptions,
): Promise<RgbImage> {
	const shrink = photo.width / photo.fullWidth;
	if (shrink === 1 || Math.min(face.box.width, face.box.height) >= model.chipSize)
		return cutChip(model, photo, face);

	// the face with half its size around it, in whole pixels of the full-size photo
	const left = Math.max(0, Math.floor((face.box.x - face.box.width / 2) / shrink));
	const top = Math.max(0, Math.floor((face.box.y - face.box.height / 2) / shrink));
	const width = Math.min(photo.fullWidth - left, Math.ceil((face.box.width * 2) / shrink));
	const height = Math.min(photo.fullHeight - top, Math.ceil((face.box.height * 2) / shrink));
	const region = await decodeRegion(bytes, { left, top, width, height }, options);
	const { x, y, width: boxWidth, height: boxHeight } = face.box;
	return cutChip(model, region, {
		box: {
			x: x / shrink - left,
			y: y / shrink - top,
			width: boxWidth / shrink,
			height: boxHeight / shrink,
		},
		landmarks: face.landmarks.map((value, i) => value / shrink - (i % 2 === 0 ? left : top)),
	});
}
