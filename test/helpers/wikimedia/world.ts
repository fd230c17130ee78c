/** People and files as the stand-in for Wikimedia has them. */
import { createHash } from "node:crypto";

export interface WorldFile {
	/** E.g. "File:Ann.jpg". */
	readonly title: string;
	readonly bytes: Uint8Array;
	readonly mime?: string;
	/** Of the file; a scaled image is offered where it is wider than what is asked for. */
	readonly width?: number;
	/** Fields of extmetadata that differ from a CC BY-SA photo's; null for one that is missing. */
	readonly metadata?: Readonly<Record<string, string | null>>;
	/** What the media host does with it. */
	readonly vice?: "redirect" | "redirect-away" | "html" | "oversized" | "missing" | "other-bytes";
}

export interface WorldPerson {
	readonly id: string;
	readonly name: string;
	readonly sitelinks: number;
	/** xsd:dateTime; missing: unknown. */
	readonly born?: string;
	readonly died?: string;
	readonly isHuman?: boolean;
	readonly images?: readonly string[];
	readonly category?: string;
	/** Further labels by language. */
	readonly labels?: Readonly<Record<string, string>>;
	/** The id under which the entry is found today. */
	readonly redirectTo?: string;
	/** Gone from Wikidata, but still in the query service. */
	readonly isMissing?: boolean;
}

export interface World {
	readonly people: readonly WorldPerson[];
	readonly files: readonly WorldFile[];
	/** Titles of files by category. */
	readonly categories: Readonly<Record<string, readonly string[]>>;
}

const METADATA: Readonly<Record<string, string>> = {
	License: "cc-by-sa-4.0",
	LicenseShortName: "CC BY-SA 4.0",
	LicenseUrl: "https://creativecommons.org/licenses/by-sa/4.0",
	Artist: '<a href="//commons.wikimedia.org/wiki/User:Ann" title="User:Ann">Ann</a>',
	AttributionRequired: "true",
	Restrictions: "",
	UsageTerms: "Creative Commons Attribution-Share Alike 4.0",
};

export function sha1Of(bytes: Uint8Array): string {
	return createHash("sha1").update(bytes).digest("hex");
}

/** A page of Commons with `formatversion=2`. */
export function toPage(
	file: WorldFile | undefined,
	title: string,
	thumbnailWidth: number,
	base: string,
): object {
	if (!file) return { ns: 6, title, missing: true };
	const { bytes, mime = "image/jpeg", width = 1000, metadata = {} } = file;
	const name = encodeURIComponent(title.slice("File:".length).replaceAll(" ", "_"));
	const url = `${base}/media/${name}`;
	const extmetadata = Object.fromEntries(
		Object.entries({ ...METADATA, ...metadata })
			.filter(([, value]) => value !== null)
			.map(([key, value]) => [key, { value, source: "commons-desc-page" }]),
	);
	return {
		pageid: 1,
		ns: 6,
		title,
		imagerepository: "local",
		imageinfo: [
			{
				size: bytes.length,
				width,
				height: Math.round(width * 1.2),
				thumburl: width > thumbnailWidth ? `${base}/thumb/${thumbnailWidth}/${name}?utm_source=api` : url,
				// the width that was asked for, whatever the address says
				thumbwidth: Math.min(width, thumbnailWidth),
				url,
				descriptionurl: `https://commons.wikimedia.org/wiki/File:${name}`,
				sha1: sha1Of(bytes),
				mime,
				extmetadata,
			},
		],
	};
}

/** An entity of Wikidata. */
export function toEntity({ id, name, labels = {}, isMissing, redirectTo }: WorldPerson): object {
	if (isMissing) return { id, missing: "" };
	const all: Readonly<Record<string, string>> = { en: name, ...labels };
	return {
		type: "item",
		id: redirectTo ?? id,
		...(redirectTo && { redirects: { from: id, to: redirectTo } }),
		labels: Object.fromEntries(
			Object.entries(all).map(([language, value]) => [language, { language, value }]),
		),
		descriptions: {
			en: { language: "en", value: `who is known as ${name}` },
			ru: { language: "ru", value: `человек по имени ${name}` },
		},
		aliases: { en: [{ language: "en", value: `${name} II` }] },
		sitelinks: { enwiki: { site: "enwiki", title: name, badges: [] } },
	};
}

/** Rows of the query for facts: one for each combination of pictures and dates. */
export function toFacts({ images = [], born, died, category, sitelinks, ...person }: WorldPerson): object[] {
	const uri = (value: string) => ({ type: "uri", value });
	const literal = (value: string, datatype: string) => ({ type: "literal", value, datatype });
	const row = {
		p: uri(`http://www.wikidata.org/entity/${person.redirectTo ?? person.id}`),
		links: literal(String(sitelinks), "http://www.w3.org/2001/XMLSchema#integer"),
		...(person.isHuman !== false && { human: uri("http://www.wikidata.org/entity/Q5") }),
		...(born && { born: literal(born, "http://www.w3.org/2001/XMLSchema#dateTime") }),
		...(died && { died: literal(died, "http://www.w3.org/2001/XMLSchema#dateTime") }),
		...(category && { category: { type: "literal", value: category } }),
	};
	if (images.length === 0) return [row];
	return images.map((title) => {
		const name = encodeURIComponent(title.slice("File:".length));
		return { ...row, image: uri(`http://commons.wikimedia.org/wiki/Special:FilePath/${name}`) };
	});
}
