/** The API's answers and options as types, made from the schemas. */
import type { z } from "zod";
import type {
	ADD_ANSWER,
	ADD_PERSON_OPTIONS,
	ADD_PHOTOS_OPTIONS,
	REMOVE_ANSWER,
	RENAME_ANSWER,
	RENAME_OPTIONS,
} from "./schemas/administration.ts";
import type { COMPARE_ANSWER, ERROR_ANSWER, MATCH, MATCH_ANSWER, VERSION_ANSWER } from "./schemas/answers.ts";
import type { DETECT_ANSWER, EMBED_ANSWER } from "./schemas/faces.ts";
import type { PEOPLE_ANSWER, PERSON, PERSON_ANSWER, RANDOM_ANSWER } from "./schemas/people.ts";
import type {
	EMBED_OPTIONS,
	MATCH_OPTIONS,
	PEOPLE_QUERY,
	PERSON_QUERY,
	RANDOM_QUERY,
} from "./schemas/requests.ts";

export type MatchOptions = z.input<typeof MATCH_OPTIONS>;
export type EmbedOptions = z.input<typeof EMBED_OPTIONS>;
export type PeopleQuery = z.input<typeof PEOPLE_QUERY>;
export type PersonQuery = z.input<typeof PERSON_QUERY>;
export type AddPersonOptions = z.input<typeof ADD_PERSON_OPTIONS>;
export type AddPhotosOptions = z.input<typeof ADD_PHOTOS_OPTIONS>;
export type RenameOptions = z.input<typeof RENAME_OPTIONS>;
export type RandomQuery = z.input<typeof RANDOM_QUERY>;

export type Match = z.output<typeof MATCH>;
export type MatchAnswer = z.output<typeof MATCH_ANSWER>;
export type DetectAnswer = z.output<typeof DETECT_ANSWER>;
export type EmbedAnswer = z.output<typeof EMBED_ANSWER>;
export type CompareAnswer = z.output<typeof COMPARE_ANSWER>;
export type Person = z.output<typeof PERSON>;
export type PeopleAnswer = z.output<typeof PEOPLE_ANSWER>;
export type PersonAnswer = z.output<typeof PERSON_ANSWER>;
export type RandomAnswer = z.output<typeof RANDOM_ANSWER>;
export type AddAnswer = z.output<typeof ADD_ANSWER>;
export type RemoveAnswer = z.output<typeof REMOVE_ANSWER>;
export type RenameAnswer = z.output<typeof RENAME_ANSWER>;
export type VersionAnswer = z.output<typeof VERSION_ANSWER>;
export type ErrorAnswer = z.output<typeof ERROR_ANSWER>;
