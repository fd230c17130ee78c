/** The package as other programs import it: an engine is opened once, and photos are answered with a gallery. */
import { readConfig } from "./config/config.ts";
import { type ChooseEngineOptions, chooseFaceEngine } from "./engines/choose-engine.ts";
import type { Gallery } from "./gallery/gallery.ts";
import { readGallery } from "./gallery/gallery-store.ts";
import { embeddingModel } from "./nets/embedding-models.ts";
import type { Answer } from "./pipeline/answer.ts";
import {
	type CompareOptions,
	type Comparison,
	comparePhotos as compareWithTools,
} from "./pipeline/compare-photos.ts";
import {
	type DescribedPhoto,
	type DescribeOptions,
	detectFaces as detectWithTools,
	type EmbeddedFaces,
	embedFaces as embedWithTools,
} from "./pipeline/describe-faces.ts";
import type { FaceTools } from "./pipeline/face-steps.ts";
import { findLookalikes as findWithTools, type LookalikeOptions } from "./pipeline/find-lookalikes.ts";
import { findFusedLookalikes } from "./pipeline/fuse-photos.ts";
import type { Strangers } from "./resemblance/strangers.ts";
import { readStrangers } from "./resemblance/strangers-file.ts";

export { AppError, type ErrorCode } from "./errors.ts";
export type { Face, Quality } from "./faces/face.ts";
export type { Box, Landmarks } from "./faces/face-engine.ts";
export { Gallery, type GalleryContents } from "./gallery/gallery.ts";
export type { GalleryPhoto, Person } from "./gallery/person.ts";
export type { Answer, AnsweredFace, Lookalike } from "./pipeline/answer.ts";
export type {
	ChooseEngineOptions,
	CompareOptions,
	Comparison,
	DescribedPhoto,
	DescribeOptions,
	EmbeddedFaces,
	LookalikeOptions,
};

/** What computes the nets, until it is closed. */
export interface Engine extends FaceTools {
	/** Whom scores are measured against. */
	readonly strangers: Strangers | undefined;
	/** Frees models and threads. */
	close(): Promise<void>;
}

export interface Asked {
	readonly engine: Engine;
	readonly gallery: Gallery;
}

/**
 * Starts the fastest engine that works here.
 * @throws AppError ENGINE_UNAVAILABLE, WEIGHTS_MISMATCH, MODEL_NOT_FETCHED
 */
export async function openEngine(options: ChooseEngineOptions = {}): Promise<Engine> {
	const engine = await chooseFaceEngine(options);
	const model = embeddingModel(options.model ?? "face-api");
	const strangers = readStrangers(model.pipelineVersion);
	return { engine, model, strangers, close: () => engine.close() };
}

/**
 * Reads a gallery, a file or a folder.
 * @param place default: the starter gallery that ships with the package
 * @throws AppError FILE_NOT_FOUND, INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH, INDEX_CORRUPT
 */
export function openGallery(place?: string): Gallery {
	return readGallery(readConfig({ GALLERY: place }, {}).galleryFile);
}

/**
 * The people of the gallery who look most like the faces of a photo.
 * @param photo the photo's file; several of one person are answered as one
 * @throws AppError NO_FACE_FOUND, UNSUPPORTED_IMAGE, BROKEN_IMAGE, TOO_MANY_PIXELS, EMPTY_GALLERY
 */
export function findLookalikes(
	photo: Uint8Array | readonly Uint8Array[],
	asked: Asked,
	options: LookalikeOptions = {},
): Promise<Answer> {
	const tools = { ...asked.engine, gallery: asked.gallery };
	return photo instanceof Uint8Array
		? findWithTools(photo, tools, options)
		: findFusedLookalikes(photo, tools, options);
}

/** How alike all faces of one photo are to all of another, or to each other. @throws AppError as findLookalikes */
export function comparePhotos(
	photos: readonly Uint8Array[],
	asked: Asked,
	options: CompareOptions = {},
): Promise<Comparison> {
	return compareWithTools(photos, { ...asked.engine, gallery: asked.gallery }, options);
}

/** The faces of a photo; it may have none. @throws AppError UNSUPPORTED_IMAGE, BROKEN_IMAGE, TOO_MANY_PIXELS */
export function detectFaces(
	photo: Uint8Array,
	engine: Engine,
	options: DescribeOptions = {},
): Promise<DescribedPhoto> {
	return detectWithTools(photo, engine, options);
}

/** The embeddings of the faces of a photo. @throws AppError as detectFaces; NO_FACE_FOUND */
export function embedFaces(
	photo: Uint8Array,
	engine: Engine,
	options: DescribeOptions = {},
): Promise<EmbeddedFaces> {
	return embedWithTools(photo, engine, options);
}
