/** Files of Wikimedia Commons: where they are, whose they are, and whether they may be used. */
import { z } from "zod";
import type { Credit } from "../../gallery/credit.ts";
import { judgeLicence } from "../../gallery/licence.ts";
import type { WikimediaClient } from "../http/wikimedia-client.ts";
import { textOfHtml } from "./html-text.ts";

/** Most files per call, as scaled images are wanted of them. */
const FILES_BATCH = 50;
/** Most parts of one answer: a service that always says that there is more must not hold us for ever. */
const MAX_PARTS = 20;
/** The only widths that are served to everybody: $wgThumbnailSteps of 2026. */
export const THUMBNAIL_WIDTHS = [20, 40, 60, 120, 250, 330, 500, 960, 1280, 1920, 3840] as const;

export interface CommonsFile {
	/** E.g. "File:A B.jpg". */
	readonly title: string;
	/** What to download, as the service names it: addresses of scaled images are not made by hand. */
	readonly address: string;
	/** Whether that is the file itself, which then has `sha1`. */
	readonly isOriginal: boolean;
	/** Of the original. */
	readonly sha1: string;
	readonly mime: string;
	/** Of the original, in pixels. */
	readonly width: number;
	readonly height: number;
	/** The year in which it was made, where that is said. */
	readonly year: number | undefined;
	/** Missing where it may not be used. */
	readonly credit: Omit<Credit, "retrieved"> | undefined;
	/** Why it may not be used; for the report. */
	readonly refusal: "LICENCE_MISSING" | "LICENCE_NOT_REUSABLE" | "AUTHOR_MISSING" | undefined;
}

const METADATA = [
	"Artist",
	"Credit",
	"Attribution",
	"License",
	"LicenseShortName",
	"LicenseUrl",
	"UsageTerms",
	"AttributionRequired",
	"Restrictions",
	"DateTimeOriginal",
];
const VALUE = z.object({ value: z.coerce.string() }).transform(({ value }) => value);
const INFO = z.object({
	url: z.url(),
	thumburl: z.url().optional(),
	// shown as a link
	descriptionurl: z.url({ protocol: /^https?$/ }),
	width: z.number(),
	height: z.number(),
	mime: z.string(),
	sha1: z.string().regex(/^[0-9a-f]{40}$/),
	extmetadata: z.record(z.string(), VALUE.optional().catch(undefined)).optional().catch(undefined),
});
const ANSWER = z.object({
	continue: z.record(z.string(), z.coerce.string()).optional(),
	query: z
		.object({
			normalized: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
			pages: z.array(
				z.object({
					title: z.string(),
					// a page without a file, e.g. one that was deleted, has none
					imageinfo: z.array(z.unknown()).optional(),
				}),
			),
		})
		.optional(),
});

/**
 * @param titles e.g. "File:A B.jpg"; asked for fifty at a time
 * @param width one of THUMBNAIL_WIDTHS
 * @returns by the titles that were asked for; files that are not there are missing
 * @throws AppError as WikimediaClient.commons
 */
export async function readCommonsFiles(
	client: Pick<WikimediaClient, "commons">,
	titles: readonly string[],
	width: number,
): Promise<Map<string, CommonsFile>> {
	const files = new Map<string, CommonsFile>();
	const names = new Map(titles.map((title) => [title, title]));
	for (let from = 0; from < titles.length; from += FILES_BATCH) {
		const some = titles.slice(from, from + FILES_BATCH).join("|");
		for await (const { query } of pages(client, { titles: some }, width)) {
			for (const normalized of query?.normalized ?? []) names.set(normalized.from, normalized.to);
			for (const file of filesIn(query)) files.set(file.title, file);
		}
	}
	return new Map(
		[...names].flatMap(([asked, title]) => {
			const file = files.get(title);
			return file ? [[asked, file] as const] : [];
		}),
	);
}

/**
 * The first files of a category, in its order; none where there is no such category.
 * @param category its name, without "Category:"
 * @throws AppError as WikimediaClient.commons: QUERY_FAILED for a name that no category can have
 */
export async function readCategoryFiles(
	client: Pick<WikimediaClient, "commons">,
	category: string,
	width: number,
): Promise<CommonsFile[]> {
	const generator = {
		generator: "categorymembers",
		gcmtitle: `Category:${category}`,
		gcmtype: "file",
		gcmlimit: String(FILES_BATCH),
	};
	const files = new Map<string, CommonsFile>();
	for await (const { query } of pages(client, generator, width)) {
		for (const file of filesIn(query)) files.set(file.title, file);
	}
	// pages come in no order
	return [...files.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** Goes on where an answer says that there is more of the same files, but not to a category's further files. */
async function* pages(
	client: Pick<WikimediaClient, "commons">,
	which: Readonly<Record<string, string>>,
	width: number,
): AsyncGenerator<z.infer<typeof ANSWER>> {
	let more: Readonly<Record<string, string>> = {};
	let numParts = 0;
	do {
		const answer = await client.commons(
			{
				action: "query",
				prop: "imageinfo",
				iiprop: "url|size|mime|sha1|extmetadata",
				iiurlwidth: String(width),
				iiextmetadatafilter: METADATA.join("|"),
				iiextmetadatalanguage: "en",
				...which,
				...more,
			},
			ANSWER,
		);
		yield answer;
		more = answer.continue ?? {};
		numParts++;
	} while (Object.keys(more).length > 0 && more.gcmcontinue === undefined && numParts < MAX_PARTS);
}

function filesIn(query: z.infer<typeof ANSWER>["query"]): CommonsFile[] {
	return (query?.pages ?? []).flatMap(({ title, imageinfo }) => {
		const info = INFO.safeParse(imageinfo?.[0]);
		return info.success ? [toFile(title, info.data)] : [];
	});
}

function toFile(title: string, info: z.infer<typeof INFO>): CommonsFile {
	const { url, thumburl = url, descriptionurl, extmetadata = {}, width, height, mime, sha1 } = info;
	const fields = {
		code: extmetadata.License,
		shortName: extmetadata.LicenseShortName,
		url: extmetadata.LicenseUrl,
	};
	const licence = judgeLicence(fields);
	const author = ["Attribution", "Artist", "Credit"]
		.map((field) => textOfHtml(extmetadata[field] ?? ""))
		.find((text) => text !== "");
	const restrictions = textOfHtml(extmetadata.Restrictions ?? "");
	const isMissing = (fields.code ?? "") === "" && (fields.shortName ?? "") === "";
	const isAnonymous = licence?.asksForAuthor === true && author === undefined;
	return {
		title,
		address: thumburl,
		isOriginal: thumburl === url,
		sha1,
		mime,
		width,
		height,
		year: yearIn(extmetadata.DateTimeOriginal),
		credit:
			licence === undefined || isAnonymous
				? undefined
				: {
						...(author !== undefined && { author }),
						licence: licence.name,
						...(licence.url !== undefined && { licenceUrl: licence.url }),
						page: descriptionurl,
						title,
						sha1,
						...(restrictions !== "" && { restrictions }),
					},
		refusal: isMissing
			? "LICENCE_MISSING"
			: licence === undefined
				? "LICENCE_NOT_REUSABLE"
				: isAnonymous
					? "AUTHOR_MISSING"
					: undefined,
	};
}

/** Dates are free text with markup, e.g. "<time>7 May 2012</time>": the first year of the age of photography counts. */
function yearIn(date: string | undefined): number | undefined {
	const year = /\b(18[3-9]\d|19\d\d|20\d\d)\b/.exec(textOfHtml(date ?? ""))?.[0];
	return year === undefined ? undefined : Number(year);
}
