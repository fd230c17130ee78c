/** What the API's administration may be asked, and what it answers. */
import { z } from "zod";
import { PERSON, PERSON_ID } from "./people.ts";

/** Photos that may come at a time. */
export const MAX_ADDED = 10;

const NAME = z.string().min(1).max(200);
/** What no title can hold: signs that mean something in wiki text, control characters, and parts of "." and "..". */
const TITLE = /^(?!(.*\/)?\.{1,2}(\/|$))[^#<>[\]|{}\p{Cc}]+$/u;
const ARTICLE = z
	.string()
	.min(1)
	.max(300)
	.regex(TITLE, "expected the title of an article, e.g. Grace Kelly")
	.describe("Title of the person's article in the English Wikipedia.");

const ADDRESS = z
	.url({ protocol: /^https?$/, error: "expected an address as https://example.org/page" })
	.max(500);
/** Whose work the photos of a request are, where they are somebody else's than the owner's. */
const CREDIT_OPTIONS = {
	author: z
		.string()
		.min(1)
		.max(300)
		.optional()
		.describe("Who made the photos. Only with `licence` and `page`."),
	licence: z.string().min(1).max(100).optional().describe("E.g. `CC BY-SA 4.0`. Only with `page`."),
	licenceUrl: ADDRESS.optional().describe("Where the licence can be read."),
	page: ADDRESS.optional().describe("Where the photos are described. Only with `licence`."),
};

export const ADD_PERSON_OPTIONS = z.strictObject({
	name: NAME.describe("The name to show. Whoever has it, or the article or id, already gets the photos."),
	wikipedia: ARTICLE.optional(),
	wikidata: z
		.string()
		.regex(/^Q[1-9]\d{0,15}$/, "expected an id as Q42")
		.optional()
		.describe("Id in Wikidata, e.g. `Q42`."),
	group: z.string().min(1).max(100).optional().describe("The part of the gallery that the person joins."),
	knownFor: z.string().min(1).max(200).optional().describe("In a few English words."),
	birthYear: z.int().min(1000).max(2100).optional(),
	...CREDIT_OPTIONS,
});

export const ADD_PHOTOS_OPTIONS = z.strictObject({
	sure: z
		.boolean()
		.default(false)
		.describe("Take photos also if the face hardly resembles those that are there: it is the same person."),
	...CREDIT_OPTIONS,
});

export const REMOVE_OPTIONS = z.strictObject({});

export const RENAME_OPTIONS = z.strictObject({
	name: NAME.optional().describe("The name to show from now on."),
	wikipedia: ARTICLE.nullable().optional().describe("Null for no article."),
});

export const ADD_ANSWER = z
	.strictObject({
		person: PERSON,
		numAdded: z.int().min(0).describe("Photos that the person has more now."),
		numPassedOver: z.int().min(0).describe("Photos that were there already."),
		refused: z
			.array(
				z.strictObject({
					photo: z.int().min(0).describe("Which of the photos that were sent, from 0."),
					code: z.string(),
					message: z.string(),
					hint: z.string().nullable().describe("What to do about it."),
				}),
			)
			.describe("Photos that were not taken, and why; the others were."),
	})
	.meta({ id: "AddAnswer" });

export const REMOVE_ANSWER = z
	.strictObject({
		numRemoved: z.int().min(1).describe("Photos that are not in the gallery any more."),
		numPeople: z.int().min(0).describe("Of the gallery, as it is now."),
		numPhotos: z.int().min(0),
	})
	.meta({ id: "RemoveAnswer" });

export const RENAME_ANSWER = z
	.strictObject({
		person: PERSON,
		formerId: PERSON_ID.describe("What stood for the person before; `person.id` does from now on."),
	})
	.meta({ id: "RenameAnswer" });
