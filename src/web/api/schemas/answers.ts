/** What the API answers about photos, and how it says what went wrong. */
import { z } from "zod";
import { STATUS_OF_CODE } from "../../error-statuses.ts";
import { FACE_SHAPE, NUM_UNANSWERED, PHOTO, QUALITY, TIMINGS } from "./faces.ts";
import { CREDIT, PERSON_ID, RESEMBLANCE_SHAPE } from "./people.ts";

const ENGINE = z
	.strictObject({ name: z.string(), description: z.string() })
	.meta({ id: "Engine", description: "What computes the nets." });

const GALLERY = z
	.strictObject({
		name: z.string(),
		numPeople: z.int().min(0),
		numPhotos: z.int().min(0),
		pipelineVersion: z.string(),
		file: z.enum(["served", "missing", "refused"]).optional(),
	})
	.meta({ id: "Gallery", description: "Whom the answers are about." });

const STRANGERS_BELOW = z
	.number()
	.min(0)
	.max(1)
	.describe("Share of strangers whose best match in the gallery is weaker.");

export const MATCH = z
	.strictObject({
		rank: z.int().min(1).describe("1 is the most similar."),
		id: PERSON_ID,
		name: z.string().describe("In the language asked for, where the gallery has it."),
		...RESEMBLANCE_SHAPE,
		strangersBelow: STRANGERS_BELOW,
		wikipedia: z.string().nullable().describe("Address of the person's article."),
		collections: z.array(z.string()),
		photo: z
			.strictObject({
				similarity: z.number().describe("Cosine with that photo alone."),
				picture: z.string().nullable(),
				credit: CREDIT.nullable(),
			})
			.describe("The person's photo that is most similar."),
	})
	.meta({ id: "Match" });

const MATCHES = z.array(MATCH).describe("One for each person, best first.");
const SEARCH_MS = z.number().min(0);

export const MATCHED_FACE = z
	.strictObject({
		...FACE_SHAPE,
		isWeak: z.boolean().describe("True where even the best match is only a loose resemblance."),
		matches: MATCHES,
		searchMs: SEARCH_MS,
		exact: MATCHES.optional().describe("With `exact`: the exact search's."),
		exactSearchMs: SEARCH_MS.optional(),
		lsh: MATCHES.optional().describe("With `exact`: what the approximate search alone found."),
		lshSearchMs: SEARCH_MS.optional(),
		agreement: z.int().min(0).optional().describe("How many people of `exact` are in `lsh` too."),
	})
	.meta({ id: "MatchedFace" });

export const MATCH_ANSWER = z
	.strictObject({
		photo: PHOTO,
		faces: z.array(MATCHED_FACE).min(1),
		numUnanswered: NUM_UNANSWERED,
		fused: z
			.strictObject({ numPhotos: z.int().min(1), numUsed: z.int().min(1) })
			.optional()
			.describe(
				"With `fuse`: how many photos came, and how many of them counted. The boxes are in the clearest.",
			),
		timings: TIMINGS,
		engine: ENGINE,
		gallery: GALLERY,
	})
	.meta({ id: "MatchAnswer" });

const PLACE = z.strictObject({
	photo: z.int().min(0).max(1).describe("0 for the first photo, 1 for the second."),
	face: z.int().min(0),
});

export const COMPARE_ANSWER = z
	.strictObject({
		photos: z.array(
			z.strictObject({
				photo: PHOTO,
				faces: z.array(z.strictObject(FACE_SHAPE)),
				numUnanswered: NUM_UNANSWERED,
			}),
		),
		pairs: z
			.array(
				z.strictObject({
					first: PLACE,
					second: PLACE,
					similarity: RESEMBLANCE_SHAPE.similarity,
					words: z.enum(["same person", "very alike", "alike", "a bit alike", "not alike"]),
					strangersBelow: z
						.number()
						.min(0)
						.max(1)
						.describe(
							"Share of random pairs of strangers who are less alike: half of such pairs have 0.5 and more, so only what is near 1 says that two are alike.",
						),
					isUnclear: z.boolean().describe("Whether a face shows too little to tell people apart by it."),
					clarity: QUALITY.shape.clarity.describe("That of the less clear face."),
				}),
			)
			.describe("Every face of one photo with every face of the other, most alike first."),
	})
	.meta({ id: "CompareAnswer" });

export const VERSION_ANSWER = z
	.strictObject({
		api: z.literal("v1"),
		state: z.enum(["starting", "ready", "stopping", "unwell"]),
		versions: z.record(z.string(), z.string()).describe("Of the program (`app`) and of what it runs on."),
		engine: ENGINE.nullable(),
		gallery: GALLERY.nullable(),
	})
	.meta({ id: "VersionAnswer" });

export const ERROR_CODES = [...STATUS_OF_CODE.keys(), "INTERNAL_ERROR"] as const;

export const ERROR_ANSWER = z
	.strictObject({
		error: z.strictObject({
			code: z.enum(ERROR_CODES),
			message: z.string().describe("What was expected and what came."),
			hint: z.string().nullable().describe("What to do about it."),
			requestId: z.string().describe("As in the header X-Request-Id: the server's log has it."),
		}),
	})
	.meta({ id: "ErrorAnswer" });
