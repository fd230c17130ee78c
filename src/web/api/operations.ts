/** Every operation of the API, described once: the routes, their checks and the description are made of this. */
import type { z } from "zod";
import type { ErrorCode } from "../../errors.ts";
import { COMPARE_ANSWER, MATCH_ANSWER, VERSION_ANSWER } from "./schemas/answers.ts";
import { DETECT_ANSWER, EMBED_ANSWER } from "./schemas/faces.ts";
import { PEOPLE_ANSWER, PERSON_ANSWER, RANDOM_ANSWER } from "./schemas/people.ts";
import {
	COMPARE_OPTIONS,
	DETECT_OPTIONS,
	EMBED_OPTIONS,
	MATCH_OPTIONS,
	MAX_FUSED,
	PEOPLE_QUERY,
	PERSON_QUERY,
	RANDOM_QUERY,
	VERSION_QUERY,
} from "./schemas/requests.ts";

export const API_PATH = "/api/v1";

export interface Operation {
	readonly method: "get" | "post";
	/** Below API_PATH, with parameters as `{id}`. */
	readonly path: string;
	readonly summary: string;
	readonly description: string;
	readonly options: z.ZodObject;
	/** Photos that a request may hold; none for questions without a photo. */
	readonly maxPhotos?: number;
	readonly answer: z.ZodType;
	/** What else than the common failures can go wrong. */
	readonly errors: readonly ErrorCode[];
}

/** What can go wrong wherever a photo is sent. */
const PHOTO_ERRORS = [
	"NO_PHOTO",
	"INVALID_REQUEST",
	"UPLOAD_TIMEOUT",
	"PHOTO_TOO_LARGE",
	"TOO_MANY_PIXELS",
	"PHOTO_TOO_DEMANDING",
	"UNSUPPORTED_IMAGE",
	"HEIC_NOT_SUPPORTED",
	"BROKEN_IMAGE",
	"SERVER_BUSY",
	"ENGINE_UNAVAILABLE",
	"SHUTTING_DOWN",
	"ANSWER_TIMEOUT",
] as const;

export const OPERATIONS = {
	match: {
		method: "post",
		path: "/match",
		summary: "Whom does a face look like?",
		description:
			"Finds the people of the gallery who look most like each face of a photo, one entry for each person. Several photos of one person are answered as one with `fuse`, which can't be combined with `face`.",
		options: MATCH_OPTIONS,
		maxPhotos: MAX_FUSED,
		answer: MATCH_ANSWER,
		errors: [...PHOTO_ERRORS, "NO_FACE_FOUND", "INVALID_ARGUMENT", "EMPTY_GALLERY"],
	},
	detect: {
		method: "post",
		path: "/detect",
		summary: "Where are the faces of a photo?",
		description: "Finds the faces of a photo: boxes, landmarks, and how good each face is, with reasons.",
		options: DETECT_OPTIONS,
		maxPhotos: 1,
		answer: DETECT_ANSWER,
		errors: PHOTO_ERRORS,
	},
	embed: {
		method: "post",
		path: "/embed",
		summary: "The embeddings of the faces of a photo",
		description:
			"Computes an embedding of each face. It is sent to whoever asked and kept nowhere. Mind that an embedding is personal data.",
		options: EMBED_OPTIONS,
		maxPhotos: 1,
		answer: EMBED_ANSWER,
		errors: [...PHOTO_ERRORS, "NO_FACE_FOUND"],
	},
	compare: {
		method: "post",
		path: "/compare",
		summary: "How alike are two faces?",
		description:
			"Compares every face of one photo with every face of another; with one photo, its faces with each other. The resemblance says by how much the two are more alike than each is to the faces around it.",
		options: COMPARE_OPTIONS,
		maxPhotos: 2,
		answer: COMPARE_ANSWER,
		errors: [...PHOTO_ERRORS, "NO_FACE_FOUND"],
	},
	people: {
		method: "get",
		path: "/people",
		summary: "Who is in the gallery?",
		description: "Lists people, the best known first, or those whose names have words that begin as asked.",
		options: PEOPLE_QUERY,
		answer: PEOPLE_ANSWER,
		errors: ["INVALID_REQUEST"],
	},
	person: {
		method: "get",
		path: "/people/{id}",
		summary: "One person, with credits and look-alikes",
		description:
			"What the gallery knows of a person, whose work the photos are, and who looks most like them.",
		options: PERSON_QUERY,
		answer: PERSON_ANSWER,
		errors: ["INVALID_REQUEST", "NOT_FOUND"],
	},
	random: {
		method: "get",
		path: "/random",
		summary: "Somebody of the gallery",
		description: "Draws different people by lot.",
		options: RANDOM_QUERY,
		answer: RANDOM_ANSWER,
		errors: ["INVALID_REQUEST"],
	},
	version: {
		method: "get",
		path: "/version",
		summary: "What answers here",
		description: "The versions, the engine and the gallery of the service.",
		options: VERSION_QUERY,
		answer: VERSION_ANSWER,
		errors: ["INVALID_REQUEST"],
	},
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
