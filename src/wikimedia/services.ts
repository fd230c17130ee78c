/** How Wikimedia's services want to be asked: Wikimedia's access policy and robot policy of 2026. */

import { isContact } from "../config/wikimedia-settings.ts";
import { AppError } from "../errors.ts";

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
