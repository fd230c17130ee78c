/** The verbs that every story shares: decode, detect, align, embed. Each adds to what it is given. */
import { AppError } from "../errors.ts";
import { cutChip, type EmbeddedChip, embedChips } from "../faces/embed-faces.ts";
import type { EmbeddingModel } from "../faces/embedding-model.ts";
import type { Face } from "../faces/face.ts";
import type { FaceEngine } from "../faces/face-engine.ts";
import { findFaces, preferClearFaces } from "../faces/find-faces.ts";
import { judgeEmbedding } from "../faces/quality.ts";
import { mapInSlices } from "../give-way.ts";
import {
	type DecodedPhoto,
	type DecodeOptions,
	type DecodePhoto,
	decodePhoto as decodeHere,
} from "../image/decode-photo.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { BatchStep, Step } from "./pipeline.ts";

/** The models a story works with; wired once, at start. */
export interface FaceTools {
	readonly engine: FaceEngine;
	readonly model: EmbeddingModel;
	/** Default: in this process. */
	readonly decodePhoto?: DecodePhoto;
}

/** Aborts the decoding, where that can be stopped. */
export interface DecodeStepOptions extends DecodeOptions {
	readonly signal?: AbortSignal;
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

/** Longer side, in pixels, of the larger decode that small faces are cut from: bounds its memory. */
const MAX_DETAIL_SIDE_PX = 6000;
/** How much larger a second decode must be to be worth its time. */
const LEAST_GAIN = 1.2;

/** Photos per call of the embedding net: measured, larger batches only cost memory. */
export const EMBEDDING_BATCH = 8;

/** @throws AppError as decodePhoto */
export function decode(
	{ decodePhoto = decodeHere }: Pick<FaceTools, "decodePhoto">,
	{ signal, ...options }: DecodeStepOptions = {},
): Step<Uint8Array, DecodedStage> {
	return async (bytes) => ({ bytes, photo: await decodePhoto(bytes, options, signal) });
}

/**
 * As `detect`, but a clear face comes before a larger one that is turned away or hardly seen.
 * @param only number of the one face to keep, from 0 in that order
 * @throws AppError NO_FACE_FOUND, also where there is no face of that number
 */
export function detectVisitors(
	tools: FaceTools,
	maxFaces: number,
	only?: number,
): Step<DecodedStage, DetectedStage> {
	const detectAll = detect(tools);
	return async (stage) => {
		const { faces, photo } = await detectAll(stage);
		const ordered = preferClearFaces(faces, photo);
		const kept = only === undefined ? ordered.slice(0, maxFaces) : ordered.slice(only, only + 1);
		if (kept.length > 0) return { ...stage, faces: kept, numUnanswered: faces.length - kept.length };
		throw new AppError(
			"NO_FACE_FOUND",
			`Expected a face with the number ${only} but the photo has ${faces.length}.`,
			{ hint: `Faces are numbered from 0 to ${faces.length - 1}, the clearest and largest first.` },
		);
	};
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

/** Cuts the aligned chip of each face, those that shrinking made too small from a larger decode of the photo. */
export function align(
	{ model, decodePhoto = decodeHere }: FaceTools,
	{ signal, ...options }: DecodeStepOptions = {},
): Step<DetectedStage, AlignedStage> {
	return async (stage) => {
		const { bytes, photo, faces } = stage;
		const smallestSidePx = Math.min(...faces.map(sidePx));
		const scale = Math.min(photo.fullWidth / photo.width, model.chipSize / smallestSidePx);
		const isWorthIt = scale >= LEAST_GAIN;
		const maxSidePx = Math.min(MAX_DETAIL_SIDE_PX, Math.ceil(Math.max(photo.width, photo.height) * scale));
		const larger = () => decodePhoto(bytes, { ...options, maxSidePx }, signal).catch(insteadOf(photo));
		const detail = isWorthIt ? await larger() : photo;
		const chips = await mapInSlices(faces, (face) =>
			sidePx(face) < model.chipSize
				? cutChip(model, detail, scaleFace(face, detail.width / photo.width))
				: cutChip(model, photo, face),
		);
		return { ...stage, chips };
	};
}

/** Embeds the chips of all photos of the batch in one call. */
export function embed({ engine, model }: FaceTools): BatchStep<AlignedStage, EmbeddedStage> {
	return async (stages) => {
		const embedded = await embedChips(
			engine,
			model,
			stages.flatMap(({ chips }) => chips),
		);
		const next = embedded.values();
		return stages.map((stage) => {
			const own = stage.chips.map(() => next.next().value as EmbeddedChip);
			return {
				...stage,
				faces: stage.faces.map((face, i) => withJudgement(face, own[i] as EmbeddedChip)),
				embeddings: own.map(({ embedding }) => embedding),
			};
		});
	};
}

/** The face with what its embedding says of its quality. */
function withJudgement(face: Face, { mirrorSimilarity }: EmbeddedChip): Face {
	if (mirrorSimilarity === undefined) return face;
	return { ...face, quality: judgeEmbedding(face.quality, mirrorSimilarity) };
}

/** The photo as it is, where there is no memory for a larger decode: its small faces count as unclear. */
function insteadOf(photo: DecodedPhoto): (reason: unknown) => DecodedPhoto {
	return (reason) => {
		if (reason instanceof AppError && reason.code === "PHOTO_TOO_DEMANDING") return photo;
		throw reason;
	};
}

function sidePx({ box }: Face): number {
	return Math.min(box.width, box.height);
}

function scaleFace({ box, landmarks }: Face, scale: number): Pick<Face, "box" | "landmarks"> {
	return {
		box: { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale },
		landmarks: landmarks.map((value) => value * scale),
	};
}
