/** What became of a candidate: a person with photos, or nobody, and why. */
import { z } from "zod";

/** Why a person or one of their photos is not taken. */
export const LEFT_OUT_REASONS = [
	// the person
	"NOT_IN_WIKIDATA",
	"SAME_PERSON",
	"NOT_A_PERSON",
	"DENIED",
	"BORN_UNKNOWN",
	"BORN_TOO_EARLY",
	"MINOR",
	"DEAD",
	"LIVING",
	"NO_PORTRAIT",
	// a photo
	"FILE_MISSING",
	"NOT_A_PHOTO",
	"TOO_SMALL",
	"LICENCE_MISSING",
	"LICENCE_NOT_REUSABLE",
	"AUTHOR_MISSING",
	"MINOR_IN_PHOTO",
	"PORTRAIT_OF_ANOTHER",
	"CATEGORY_REFUSED",
	"FILE_REFUSED",
	"FILE_UNSERVED",
	"CHECKSUM_MISMATCH",
	"BROKEN_PHOTO",
	"NO_GOOD_FACE",
	"SEVERAL_FACES",
	"ANOTHER_FACE",
	"SAME_PICTURE",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

const CREDIT = z.object({
	author: z.string().optional(),
	licence: z.string(),
	licenceUrl: z.string().optional(),
	page: z.string(),
	title: z.string().optional(),
	sha1: z.string().optional(),
	restrictions: z.string().optional(),
	retrieved: z.string().optional(),
});
const FINISHED = z.object({
	/** The id that the selection yielded. */
	candidate: z.string(),
	/** Wikidata's id of today. */
	id: z.string(),
	/** Titles of the pictures that were to show the person; none for whoever is left out before. */
	images: z.array(z.string()),
	person: z
		.object({
			id: z.string(),
			name: z.string(),
			names: z.record(z.string(), z.string()),
			aliases: z.array(z.string()),
			knownFor: z.string().optional(),
			/** Not in what was fetched before it was asked for. */
			knownForIn: z.record(z.string(), z.string()).optional(),
			wikipedia: z.string().optional(),
			birthYear: z.number().optional(),
			sitelinks: z.number(),
		})
		.optional(),
	/** None for whoever is left out. */
	photos: z.array(z.object({ photo: z.string(), credit: CREDIT })),
	leftOut: z.array(
		z.object({
			id: z.string(),
			name: z.string().optional(),
			/** Of the photo, if it is one. */
			title: z.string().optional(),
			reason: z.enum(LEFT_OUT_REASONS),
			message: z.string().optional(),
		}),
	),
});

export type FinishedPerson = z.infer<typeof FINISHED>;
export type LeftOut = FinishedPerson["leftOut"][number];

/** @returns undefined for another kind of entry */
export function parseFinished(entry: unknown): FinishedPerson | undefined {
	const parsed = FINISHED.safeParse(entry);
	return parsed.success ? parsed.data : undefined;
}
