/** Where Wikimedia's services are and how they want to be asked: Wikimedia's access policy and robot policy of 2026. */
import { AppError } from "../errors.ts";
import { isContact } from "../wikimedia-contact.ts";

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

/** Downloads at a time; allowed are two over all of a client. */
export const MAX_DOWNLOADS = 2;
/** Allowed are 25 Mbit/s over ten seconds. */
export const MEDIA_BITS_PER_SECOND = 20_000_000;
/** Seconds that database replicas may lag before a batch job has to step back. */
export const MAX_LAG_SECONDS = 5;

/**
 * Who asks, as the policy wants it: client, contact, library.
 * @param version the program's
 * @throws AppError INVALID_SETTING without a contact by which somebody can be reached
 */
export function userAgentOf(contact: string, version: string): string {
	if (!isContact(contact)) {
		throw new AppError(
			"INVALID_SETTING",
			`Expected WIKIMEDIA_CONTACT (or --contact) to be an e-mail address or a web page but received "${contact}".`,
			{ hint: "Wikimedia asks everybody who fetches in bulk to say how they can be reached." },
		);
	}
	return `celebrity-faces/${version} (${contact}) node/${process.versions.node}`;
}
