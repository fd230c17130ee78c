/** Every operation of the API, described once: the routes, their checks and the description are made of this. */
import type { z } from "zod";
import type { ErrorCode } from "../../errors.ts";
import {
	ADD_ANSWER,
	ADD_PERSON_OPTIONS,
	ADD_PHOTOS_OPTIONS,
	MAX_ADDED,
	REMOVE_ANSWER,
	REMOVE_OPTIONS,
	RENAME_ANSWER,
	RENAME_OPTIONS,
} from "./schemas/administration.ts";
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

export type Method = "get" | "post" | "patch" | "delete";

export interface Operation {
	readonly method: Method;
	/** Below API_PATH, with parameters as `{id}`. */
	readonly path: string;
	readonly summary: string;
	readonly description: string;
	readonly options: z.ZodObject;
	/** Photos that a request may hold; none for questions without a photo. */
	readonly maxPhotos?: number;
	readonly answer: z.ZodType;
	/** Whether the options come as a JSON object, without a photo. */
	readonly isJson?: boolean;
	/** Whether a key with the right to administer is needed, on a server where that is switched on. */
	readonly isAdministration?: boolean;
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
	"OUT_OF_MEMORY",
	"ENGINE_UNAVAILABLE",
	"SHUTTING_DOWN",
	"ANSWER_TIMEOUT",
] as const;

/** What can go wrong where a gallery in a database is asked for embeddings. */
const DATABASE_ERRORS = ["DATABASE_UNAVAILABLE", "GALLERY_BUSY"] as const;

/** What can go wrong wherever the gallery is changed. */
const CHANGE_ERRORS = [
	"INVALID_REQUEST",
	"FORBIDDEN",
	"NOT_FOUND",
	"GALLERY_BUSY",
	"GALLERY_NOT_WRITABLE",
	"CHANGE_INTERRUPTED",
] as const;

/** What can be wrong with a photo that is to be added. */
const ADD_ERRORS = [
	...PHOTO_ERRORS,
	...CHANGE_ERRORS,
	"NO_FACE_FOUND",
	"SEVERAL_FACES",
	"FACE_NOT_GOOD_ENOUGH",
	"KEPT_OUT",
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
		errors: [...PHOTO_ERRORS, ...DATABASE_ERRORS, "NO_FACE_FOUND", "INVALID_ARGUMENT", "EMPTY_GALLERY"],
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
		errors: [...DATABASE_ERRORS, "INVALID_REQUEST", "NOT_FOUND"],
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
	addPerson: {
		method: "post",
		path: "/people",
		summary: "Add somebody to the gallery",
		description:
			"Adds a person with photos of the person alone. Of each photo the gallery keeps an embedding and landmarks, and a crop of the face where it has pictures; the photo itself is not kept. Who was removed is kept out.",
		options: ADD_PERSON_OPTIONS,
		maxPhotos: MAX_ADDED,
		isAdministration: true,
		answer: ADD_ANSWER,
		errors: ADD_ERRORS,
	},
	addPhotos: {
		method: "post",
		path: "/people/{id}/photos",
		summary: "Add photos of somebody who is in the gallery",
		description: "As above, for a person who is there. Photos that are there already are passed over.",
		options: ADD_PHOTOS_OPTIONS,
		maxPhotos: MAX_ADDED,
		isAdministration: true,
		answer: ADD_ANSWER,
		errors: [...ADD_ERRORS, "SOMEBODY_ELSE"],
	},
	removePhoto: {
		method: "delete",
		path: "/people/{id}/photos/{photo}",
		summary: "Remove a photo from the gallery",
		description:
			"Takes the photo out of every file of the gallery, and keeps it out. A person without photos is gone too.",
		options: REMOVE_OPTIONS,
		isAdministration: true,
		answer: REMOVE_ANSWER,
		errors: CHANGE_ERRORS,
	},
	removePerson: {
		method: "delete",
		path: "/people/{id}",
		summary: "Remove somebody from the gallery",
		description:
			"Takes the person with all photos out of every file of the gallery, and keeps them out of later ones. The index is built anew, which takes seconds, with many thousands of photos minutes.",
		options: REMOVE_OPTIONS,
		isAdministration: true,
		answer: REMOVE_ANSWER,
		errors: CHANGE_ERRORS,
	},
	renamePerson: {
		method: "patch",
		path: "/people/{id}",
		summary: "Give somebody another name or article",
		description:
			"Changes the name, the article, or both. The person's id follows the name. A name that is somebody else's wants an article with it, by which the two are told apart.",
		options: RENAME_OPTIONS,
		isJson: true,
		isAdministration: true,
		answer: RENAME_ANSWER,
		errors: [...CHANGE_ERRORS, "INVALID_ARGUMENT", "KEPT_OUT"],
	},
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** The methods of an operation's path, for the header Allow. */
export function methodsOf(path: string): string {
	const methods = Object.values(OPERATIONS).flatMap((operation) =>
		operation.path === path ? [operation.method.toUpperCase()] : [],
	);
	return methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
}

/** Express writes `:id` for what the description calls `{id}`. */
export function routeOf(path: string): string {
	return API_PATH + path.replaceAll(/\{(\w+)\}/g, ":$1");
}
