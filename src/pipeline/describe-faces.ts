/** What can be told of a photo's faces without a gallery: where they are, how good they are, their embeddings. */
import type { Face } from "../faces/face.ts";
import { findFaces, preferClearFaces } from "../faces/find-faces.ts";
import type { DecodedPhoto, DecodeOptions } from "../image/decode-photo.ts";
import { align, decode, detectVisitors, EMBEDDING_BATCH, embed, type FaceTools } from "./face-steps.ts";
import { heedSignal } from "./heed-signal.ts";
import { Pipeline } from "./pipeline.ts";

export interface DescribeOptions extends DecodeOptions {
	/** Most faces that are told of. Default: all. */
	readonly maxFaces?: number;
	/** Number of the one face to tell of, from 0, in the order in which all of them would come. */
	readonly face?: number | undefined;
	readonly signal?: AbortSignal;
}

export interface DescribedPhoto {
	/** The upright photo in which boxes and landmarks are measured; it may have been shrunk. */
	readonly photo: DecodedPhoto;
	/** The clearest and largest first, as findLookalikes has them. */
	readonly faces: readonly Face[];
	/** Faces that were found beyond those. */
	readonly numUnanswered: number;
	/** Milliseconds per step. */
	readonly timings: Readonly<Record<string, number>>;
}

export interface EmbeddedFaces extends DescribedPhoto {
	/** embeddings[i] is of faces[i], unit length. */
	readonly embeddings: readonly Float32Array[];
}

/**
 * Finds the faces of a photo; a photo without any has none.
 * @param bytes the photo's file
 * @throws AppError as decodePhoto; the signal's reason when it aborts
 */
export async function detectFaces(
	bytes: Uint8Array,
	tools: FaceTools,
	options: DescribeOptions = {},
): Promise<DescribedPhoto> {
	const { maxFaces = Number.POSITIVE_INFINITY, signal } = options;
	const engine = heedSignal(tools.engine, signal);
	const { value, timings } = await Pipeline.from([bytes])
		.step("decode", decode(tools, options))
		.step("detect", async ({ photo }) => ({
			photo,
			found: preferClearFaces(await findFaces(engine, photo), photo),
		}))
		.only(signal);
	const { photo, found } = value;
	const faces = found.slice(0, maxFaces);
	return { photo, faces, numUnanswered: found.length - faces.length, timings };
}

/**
 * Embeds the faces of a photo.
 * @param bytes the photo's file
 * @throws AppError as decodePhoto; NO_FACE_FOUND; the signal's reason when it aborts
 */
export async function embedFaces(
	bytes: Uint8Array,
	tools: FaceTools,
	options: DescribeOptions = {},
): Promise<EmbeddedFaces> {
	const { maxFaces = Number.POSITIVE_INFINITY, face, signal } = options;
	const heeding = { ...tools, engine: heedSignal(tools.engine, signal) };
	const { value, timings } = await Pipeline.from([bytes])
		.step("decode", decode(heeding, options))
		.step("detect", detectVisitors(heeding, maxFaces, face))
		.step("align", align(heeding, options))
		.batch("embed", embed(heeding), { size: EMBEDDING_BATCH })
		.only(signal);
	const { photo, faces, embeddings, numUnanswered } = value;
	return { photo, faces, embeddings, numUnanswered, timings };
}
