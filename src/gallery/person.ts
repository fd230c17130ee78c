/** Who a gallery knows, and what it keeps of each of their photos. */
import { z } from "zod";
import type { Box, Landmarks } from "../faces/face-engine.ts";
import type { Credit } from "./credit.ts";
import { foldName } from "./people/fold-name.ts";

/** How many would know the person: 3 nearly everyone in the world, 2 most people, 1 some, 0 hardly anyone. */
export type Fame = 0 | 1 | 2 | 3;

export interface Person {
	/** The name to show. */
	readonly name: string;
	/** Title of the person's article in the English Wikipedia, where known. */
	readonly wikipedia: string | undefined;
	/** The parts of the gallery the person belongs to, e.g. "celebrities"; may be none. */
	readonly collections: readonly string[];
	/** Id in Wikidata, e.g. "Q42". */
	readonly wikidata?: string;
	/** The name in other languages, by their BCP 47 codes. */
	readonly names?: Readonly<Record<string, string>>;
	/** Other names, e.g. at birth or on stage. */
	readonly aliases?: readonly string[];
	/** What the person is known for, in a few English words. */
	readonly knownFor?: string;
	/** The same in other languages, by their BCP 47 codes. */
	readonly knownForIn?: Readonly<Record<string, string>>;
	readonly birthYear?: number;
	readonly fame?: Fame;
	/** Source of the photo that stands for the person, where the owner chose one. */
	readonly portrait?: string;
}

const TEXT = z.string().min(1);
/** A Person that comes from outside. */
export const PERSON = z.object({
	name: TEXT,
	wikipedia: TEXT.optional(),
	collections: z.array(TEXT),
	wikidata: z
		.string()
		.regex(/^Q\d+$/)
		.optional(),
	names: z.record(z.string(), TEXT).optional(),
	aliases: z.array(TEXT).optional(),
	knownFor: TEXT.optional(),
	knownForIn: z.record(z.string(), TEXT).optional(),
	birthYear: z.number().int().optional(),
	fame: z.number().int().min(0).max(3).optional(),
	portrait: TEXT.optional(),
});

/** Halves of characters, and what is not seen and turns or joins the text around it; but not what Persian and Hindi join by. */
const UNSEEN = /[\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** A name on one line, without what a terminal would obey or nobody sees; "" where no letter or digit is left of it. */
export function cleanName(text: string): string {
	const name = text
		.replace(/\p{Cc}+/gu, " ")
		.replace(UNSEEN, "")
		.trim();
	return /[\p{L}\p{N}]/u.test(name) ? name : "";
}

/** What two names share that are spelt alike, but for capitals. */
export function asSpelt(name: string): string {
	return name.normalize("NFC").toLowerCase();
}

/** The person's name in a language, where the gallery has it, or else the name to show. */
export function nameIn({ name, names }: Person, language: string): string {
	return names?.[language] ?? name;
}

/** One photo of a person; its embedding is the index row of the same number. */
export interface GalleryPhoto {
	/** Number of the person, which is also the row's group in the index. */
	readonly person: number;
	/** The photo's file as the list named it: for reports and for rebuilding, never opened by the server. */
	readonly source: string;
	/** Where the face was, in pixels of the upright photo, shrunk as the pipeline shrinks it. */
	readonly box: Box;
	/** The 68 landmarks in the same pixels, exact to 1/65535 of the larger side of their bounding box. */
	readonly landmarks: Landmarks;
	/** File name of the face crop in the gallery's picture folder, where the gallery keeps pictures. */
	readonly picture: string | undefined;
	/** Whose work the photo is, where known. */
	readonly credit?: Credit;
}

/**
 * What two entries of one person share: the Wikidata id, or else the article, or else the name, without regard to
 * case and accents. Namesakes share it too: whether two collections mean one person, their faces decide.
 */
export function personKey({
	name,
	wikipedia,
	wikidata,
}: Pick<Person, "name" | "wikipedia" | "wikidata">): string {
	return wikidata ?? foldName(wikipedia ?? name);
}

/** Fame from the number of Wikipedias that have an article on the person. */
export function fameOfSitelinks(numSitelinks: number): Fame {
	if (numSitelinks >= 100) return 3;
	if (numSitelinks >= 40) return 2;
	return numSitelinks >= 10 ? 1 : 0;
}
