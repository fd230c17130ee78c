/** What the API may be asked. */
import { z } from "zod";

/** Photos of one person that may be answered as one. */
export const MAX_FUSED = 5;
/** People per face that can be asked for. */
const MAX_K = 50;

const FACE = z.int().min(0).max(999).optional().describe("Answer only the face of this number, from 0.");
const COLLECTION = z
	.array(z.string().min(1).max(100))
	.max(20)
	.default([])
	.describe("Only people of these parts of the gallery; repeat it, or separate them by commas.");

const LANG = z
	.string()
	.regex(/^[a-z]{2,3}$/, "expected a language as `en` or `ru`")
	.optional()
	.describe(
		"Language of `name` and `knownFor`, where the gallery has them in it, e.g. `ru`; by default the one that `Accept-Language` puts first.",
	);

export const MATCH_OPTIONS = z.strictObject({
	k: z.int().min(1).max(MAX_K).default(7).describe("People per face."),
	face: FACE,
	exact: z.boolean().default(false).describe("Show the exact search and the approximate one side by side."),
	recall: z
		.number()
		.gt(0)
		.max(1)
		.optional()
		.describe("Answer by the approximate search, which is to find this share of the nearest people."),
	collection: COLLECTION,
	fuse: z.boolean().default(false).describe("Answer all photos as one: they show the same person."),
	lang: LANG,
});

export const DETECT_OPTIONS = z.strictObject({});

export const EMBED_OPTIONS = z.strictObject({
	face: FACE,
	format: z
		.enum(["numbers", "base64"])
		.default("numbers")
		.describe("Embeddings as numbers, or as base64 of float32, little-endian."),
});

export const COMPARE_OPTIONS = z.strictObject({});

export const PEOPLE_QUERY = z.strictObject({
	q: z
		.string()
		.max(100)
		.default("")
		.describe("Beginnings of the words of a name; case and accents don't matter."),
	collection: COLLECTION,
	limit: z.int().min(1).max(100).default(30),
	cursor: z.string().max(1000).optional().describe("`nextCursor` of the answer before."),
	lang: LANG,
});

export const PERSON_QUERY = z.strictObject({
	k: z.int().min(0).max(MAX_K).default(8).describe("Look-alikes."),
	lang: LANG,
});

export const RANDOM_QUERY = z.strictObject({
	count: z.int().min(1).max(MAX_K).default(1).describe("How many different people."),
	collection: COLLECTION,
	lang: LANG,
});

export const VERSION_QUERY = z.strictObject({});

/** The photos of a JSON request, beside its options. */
export function photosIn(max: number) {
	const photo = z
		.string()
		.min(1)
		.meta({ contentEncoding: "base64" })
		.describe("A photo's file in base64; `data:` addresses are understood too.");
	return max === 1 ? photo : z.union([photo, z.array(photo).min(1).max(max)]);
}
