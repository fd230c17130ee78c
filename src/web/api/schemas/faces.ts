/** What the API says of photos and faces. These schemas are the one source of types, checks and description. */
import { z } from "zod";

const pixels = z.number().describe("In pixels of the uploaded photo, turned upright.");

export const BOX = z
	.strictObject({ x: pixels, y: pixels, width: pixels, height: pixels })
	.meta({ id: "Box", description: "A rectangle; x and y are its left upper corner." });

const share = z.number().describe("As a share of the photo's width or height, 0 to 1.");

const RELATIVE_BOX = z
	.strictObject({ x: share, y: share, width: share, height: share })
	.meta({ id: "RelativeBox", description: "The box, whatever size the photo is shown at." });

export const POINT = z
	.tuple([z.number(), z.number()])
	.meta({ id: "Point", description: "x (to the right) and y (downwards)." });

export const LANDMARKS = z
	.strictObject({
		five: z
			.strictObject({ rightEye: POINT, leftEye: POINT, nose: POINT, mouthRight: POINT, mouthLeft: POINT })
			.describe("Right and left are the person's own."),
		all: z.array(POINT).length(68).describe("The 68 points in the order of iBUG 300-W."),
	})
	.meta({ id: "Landmarks" });

export const PHOTO = z
	.strictObject({ width: z.int().min(1), height: z.int().min(1) })
	.meta({ id: "Photo", description: "Size in pixels of the uploaded photo, turned upright by its EXIF." });

export const QUALITY = z
	.strictObject({
		clarity: z
			.number()
			.min(0)
			.max(1)
			.describe("How far the face's embedding can be relied on; below 0.5 with any issue."),
		issues: z.array(
			z.strictObject({
				code: z.enum([
					"FACE_TOO_SMALL",
					"FACE_CUT_OFF",
					"FACE_BLURRED",
					"FACE_TOO_DARK",
					"FACE_TURNED_AWAY",
					"FACE_UNCERTAIN",
				]),
				advice: z.string().describe("What to do about it, in one sentence."),
			}),
		),
	})
	.meta({ id: "Quality" });

export const FACE_SHAPE = {
	face: z
		.int()
		.min(0)
		.describe(
			"Number of the face in the photo: the clearest and largest is 0. It can be asked for as `face`.",
		),
	box: BOX,
	relativeBox: RELATIVE_BOX,
	score: z.number().min(0).max(1).describe("The detector's confidence."),
	quality: QUALITY,
};

export const DETECTED_FACE = z
	.strictObject({
		...FACE_SHAPE,
		landmarks: LANDMARKS.describe("In pixels, as the box."),
		relativeLandmarks: LANDMARKS.describe("As shares of width and height, 0 to 1."),
	})
	.meta({ id: "DetectedFace" });

export const EMBEDDED_FACE = z
	.strictObject({
		...FACE_SHAPE,
		embedding: z
			.union([
				z.array(z.number()).describe("With `format=numbers`."),
				z
					.string()
					.describe("With `format=base64`: float32, little-endian.")
					.meta({ contentEncoding: "base64" }),
			])
			.describe("Of unit length: the cosine of two embeddings is their dot product."),
	})
	.meta({ id: "EmbeddedFace" });

export const NUM_UNANSWERED = z.int().min(0).describe("Faces that were found beyond those.");
export const TIMINGS = z
	.record(z.string(), z.number().min(0))
	.describe("Milliseconds of each step that ran.");

export const DETECT_ANSWER = z
	.strictObject({
		photo: PHOTO,
		faces: z.array(DETECTED_FACE).describe("Empty where the photo has none."),
		numUnanswered: NUM_UNANSWERED,
		timings: TIMINGS,
	})
	.meta({ id: "DetectAnswer" });

export const EMBED_ANSWER = z
	.strictObject({
		photo: PHOTO,
		faces: z.array(EMBEDDED_FACE).min(1),
		numUnanswered: NUM_UNANSWERED,
		dimension: z.int().min(1).describe("Numbers in an embedding."),
		pipelineVersion: z
			.string()
			.describe("What made the embeddings; those of another pipeline can't be compared with them."),
		timings: TIMINGS,
	})
	.meta({ id: "EmbedAnswer" });
