/** The settings of fetching people from Wikimedia's services; see docs/gallery.md. */
import { z } from "zod";

const limit = z.coerce.number().int().min(1).max(1_000_000);

/** Part of the program's settings. */
export const WIKIMEDIA_SETTINGS = {
	/** How Wikimedia reaches whoever fetches from it: an e-mail address or a web page. */
	WIKIMEDIA_CONTACT: z
		.string()
		.refine(isContact, "expected an e-mail address or a web page, as ann@example.org or https://example.org")
		.default(""),
	/** The query service; others that have Wikidata's data work too, e.g. QLever. */
	WIKIDATA_SPARQL_URL: z.url().default("https://query.wikidata.org/sparql"),
	WIKIDATA_API_URL: z.url().default("https://www.wikidata.org/w/api.php"),
	COMMONS_API_URL: z.url().default("https://commons.wikimedia.org/w/api.php"),
	/** Hosts from which photos are taken. */
	COMMONS_MEDIA_HOSTS: z.string().default("upload.wikimedia.org,thumb.wikimedia.org"),
	/** Requests to the query service and the APIs; Wikimedia allows 200. */
	WIKIMEDIA_REQUESTS_PER_MINUTE: limit.default(180),
	/** Photos that are downloaded, two at a time at most. */
	WIKIMEDIA_PHOTOS_PER_SECOND: limit.default(5),
} as const;

/** Where Wikimedia's services are, and how fast they are asked. */
export interface WikimediaServices {
	/** SPARQL endpoint of Wikidata, or of another that has its data, e.g. QLever. */
	readonly sparqlUrl: string;
	readonly wikidataApiUrl: string;
	readonly commonsApiUrl: string;
	/** Hosts, with their port if it is unusual, from which photos may come. */
	readonly mediaHosts: readonly string[];
	/** How Wikimedia's operators reach who runs this: an e-mail address or a web page. */
	readonly contact: string;
	/** Requests to the query service and the APIs together; 200 are allowed. */
	readonly apiPerMinute: number;
	/** Photos, from the media hosts. */
	readonly mediaPerSecond: number;
}

export function wikimediaServicesOf(
	settings: z.infer<z.ZodObject<typeof WIKIMEDIA_SETTINGS>>,
): WikimediaServices {
	return Object.freeze({
		contact: settings.WIKIMEDIA_CONTACT,
		sparqlUrl: settings.WIKIDATA_SPARQL_URL,
		wikidataApiUrl: settings.WIKIDATA_API_URL,
		commonsApiUrl: settings.COMMONS_API_URL,
		mediaHosts: settings.COMMONS_MEDIA_HOSTS.split(",").map((host) => host.trim()),
		apiPerMinute: settings.WIKIMEDIA_REQUESTS_PER_MINUTE,
		mediaPerSecond: settings.WIKIMEDIA_PHOTOS_PER_SECOND,
	});
}

/** Whether Wikimedia's operators can reach somebody by it: an e-mail address or a web page. */
export function isContact(text: string): boolean {
	return /^[^\s@()]+@[^\s@()]+\.[^\s@()]+$/.test(text) || /^https?:\/\/[^\s()]+$/.test(text);
}
