/** What the API says of the people of the gallery. */
import { z } from "zod";

export const RESEMBLANCE_SHAPE = {
	similarity: z.number().describe("Cosine, -1 to 1: what ranks."),
	resemblance: z.int().min(0).max(100).describe("The score that the page shows."),
	words: z.enum(["could be a twin", "strong resemblance", "fair resemblance", "loose resemblance"]),
};

export const PERSON_ID = z
	.string()
	.min(1)
	.max(200)
	.describe("What stands for the person in addresses, e.g. `grace-kelly`.");

export const CREDIT = z
	.strictObject({
		author: z.string().nullable(),
		licence: z.string().describe('E.g. "CC BY-SA 4.0".'),
		licenceUrl: z.string().nullable(),
		page: z.string().describe("Where the photo is described."),
	})
	.meta({ id: "Credit", description: "Whose work a photo is, and on which terms it may be shown." });

const PICTURE = z
	.string()
	.nullable()
	.describe("Path of the gallery's own picture on this server, if it has one.");

export const PERSON = z
	.strictObject({
		id: PERSON_ID,
		name: z.string().describe("In the language asked for, where the gallery has it; else as it is listed."),
		wikipedia: z.string().nullable().describe("Address of the person's article."),
		wikidata: z.string().nullable().describe("Id in Wikidata, e.g. `Q42`."),
		knownFor: z
			.string()
			.nullable()
			.describe("In the language asked for, as far as there are words: titles of films stay as they are."),
		birthYear: z.int().nullable(),
		fame: z.int().min(0).max(3).nullable().describe("3: nearly everyone knows them; 0: hardly anyone."),
		collections: z.array(z.string()).describe("Parts of the gallery that they belong to."),
		numPhotos: z.int().min(1),
		page: z.string().describe("Path of the person's page on this server."),
		picture: PICTURE,
		credit: CREDIT.nullable().describe("Of the picture."),
	})
	.meta({ id: "Person" });

const PHOTO_ID = z.string().describe("What stands for the photo, as long as it is in the gallery.");

export const PERSON_ANSWER = z
	.strictObject({
		...PERSON.shape,
		names: z.record(z.string(), z.string()).describe("The name in other languages, by BCP 47 codes."),
		aliases: z.array(z.string()),
		photos: z.array(z.strictObject({ id: PHOTO_ID, picture: PICTURE, credit: CREDIT.nullable() })),
		lookalikes: z
			.array(z.strictObject({ id: PERSON_ID, name: z.string(), ...RESEMBLANCE_SHAPE }))
			.describe("Who of the gallery looks most like this person, best first."),
	})
	.meta({ id: "PersonAnswer" });

export const PEOPLE_ANSWER = z
	.strictObject({
		people: z.array(PERSON),
		numFound: z.int().min(0).describe("How many there are on all pages."),
		nextCursor: z
			.string()
			.nullable()
			.describe("Ask again with it as `cursor` for the next people; null at the end."),
		didYouMean: z
			.array(z.strictObject({ id: PERSON_ID, name: z.string() }))
			.describe("People with a name much like `q`, where it finds nobody."),
	})
	.meta({ id: "PeopleAnswer" });

export const RANDOM_ANSWER = z.strictObject({ people: z.array(PERSON) }).meta({ id: "RandomAnswer" });
