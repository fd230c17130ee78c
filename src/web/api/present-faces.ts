/** From the pipeline's faces to the API's: in pixels of the photo that was uploaded, not of the shrunk one. */
import type { z } from "zod";
import type { Face } from "../../faces/face.ts";
import type { Box, Landmarks } from "../../faces/face-engine.ts";
import type { DecodedPhoto } from "../../image/decode-photo.ts";
import type { DescribedPhoto, EmbeddedFaces } from "../../pipeline/describe-faces.ts";
import type { DETECT_ANSWER, EMBED_ANSWER, FACE_SHAPE, LANDMARKS, PHOTO } from "./schemas/faces.ts";

type ApiBox = z.output<(typeof FACE_SHAPE)["box"]>;
type ApiLandmarks = z.output<typeof LANDMARKS>;
type ApiPoint = ApiLandmarks["all"][number];
type ApiFace = { [Key in keyof typeof FACE_SHAPE]: z.output<(typeof FACE_SHAPE)[Key]> };

/** First and last point of the iBUG order that make up an eye. */
const RIGHT_EYE = [36, 41] as const;
const LEFT_EYE = [42, 47] as const;
const NOSE_TIP = 30;
const RIGHT_MOUTH_CORNER = 48;
const LEFT_MOUTH_CORNER = 54;

export function presentPhoto({ fullWidth, fullHeight }: DecodedPhoto): z.output<typeof PHOTO> {
	return { width: fullWidth, height: fullHeight };
}

/** @param number of the face in the photo, from 0 */
export function presentFace({ box, score, quality }: Face, number: number, photo: DecodedPhoto): ApiFace {
	const { clarity, issues } = quality;
	return {
		face: number,
		box: scaleBox(box, photo.fullWidth / photo.width, photo.fullHeight / photo.height),
		relativeBox: scaleBox(box, 1 / photo.width, 1 / photo.height),
		score,
		quality: { clarity, issues: issues.map(({ code, advice }) => ({ code, advice })) },
	};
}

export function presentDetected({
	photo,
	faces,
	numUnanswered,
	timings,
}: DescribedPhoto): z.output<typeof DETECT_ANSWER> {
	return {
		photo: presentPhoto(photo),
		faces: faces.map((face, number) => ({
			...presentFace(face, number, photo),
			landmarks: presentLandmarks(
				face.landmarks,
				photo.fullWidth / photo.width,
				photo.fullHeight / photo.height,
			),
			relativeLandmarks: presentLandmarks(face.landmarks, 1 / photo.width, 1 / photo.height),
		})),
		numUnanswered,
		timings,
	};
}

export interface EmbedPresentation {
	readonly format: "numbers" | "base64";
	/** Number of the first face, where only that one was asked for. */
	readonly face: number | undefined;
	readonly pipelineVersion: string;
}

export function presentEmbedded(
	{ photo, faces, embeddings, numUnanswered, timings }: EmbeddedFaces,
	{ format, face: first = 0, pipelineVersion }: EmbedPresentation,
): z.output<typeof EMBED_ANSWER> {
	return {
		photo: presentPhoto(photo),
		faces: faces.map((face, i) => {
			const embedding = embeddings[i] as Float32Array;
			return {
				...presentFace(face, first + i, photo),
				embedding: format === "base64" ? toBase64(embedding) : [...embedding],
			};
		}),
		numUnanswered,
		dimension: embeddings[0]?.length as number,
		pipelineVersion,
		timings,
	};
}

/** Float32, little-endian on any machine. */
function toBase64(embedding: Float32Array): string {
	const bytes = Buffer.alloc(embedding.length * 4);
	for (const [i, value] of embedding.entries()) bytes.writeFloatLE(value, i * 4);
	return bytes.toString("base64");
}

function scaleBox({ x, y, width, height }: Box, byX: number, byY: number): ApiBox {
	return { x: x * byX, y: y * byY, width: width * byX, height: height * byY };
}

function presentLandmarks(landmarks: Landmarks, byX: number, byY: number): ApiLandmarks {
	const all = Array.from(
		{ length: landmarks.length / 2 },
		(_, i): ApiPoint => [(landmarks[i * 2] as number) * byX, (landmarks[i * 2 + 1] as number) * byY],
	);
	return {
		five: {
			rightEye: middleOf(all, RIGHT_EYE),
			leftEye: middleOf(all, LEFT_EYE),
			nose: all[NOSE_TIP] as ApiPoint,
			mouthRight: all[RIGHT_MOUTH_CORNER] as ApiPoint,
			mouthLeft: all[LEFT_MOUTH_CORNER] as ApiPoint,
		},
		all,
	};
}

function middleOf(points: readonly ApiPoint[], [first, last]: readonly [number, number]): ApiPoint {
	const some = points.slice(first, last + 1);
	const mean = (axis: 0 | 1) => some.reduce((sum, point) => sum + point[axis], 0) / some.length;
	return [mean(0), mean(1)];
}
