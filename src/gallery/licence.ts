/** Which licences let anybody show a photo: public domain, CC0, CC BY and CC BY-SA; all others are refused. */

export interface Licence {
	/** To show, e.g. "CC BY-SA 4.0". */
	readonly name: string;
	/** Where it can be read; public domain has no text of its own. */
	readonly url: string | undefined;
	/** Whether the author must be named. */
	readonly asksForAuthor: boolean;
}

export interface LicenceFields {
	/** Machine-readable code, e.g. "cc-by-sa-4.0". */
	readonly code?: string | undefined;
	/** E.g. "CC BY-SA 4.0". */
	readonly shortName?: string | undefined;
	readonly url?: string | undefined;
}

const PUBLIC_DOMAIN = /^(pd|cc pd|public domain)( .*)?$/;
const CC_ZERO = /^cc (0|zero)( .*)?$|^cc0( .*)?$/;
/** Versions and the country of a port may follow: "cc by sa 3.0 de", "cc by sa 3.0 2.5 2.0 1.0", "cc by sa all". */
const CC_BY = /^cc by( sa)?(( \d\.\d| all)( migrated| [a-z]{2,3}( [a-z]{2})?)?)+$/;
const RESTRICTED = /(^| )(nc|nd|noncommercial|noderivs|noderivatives|non commercial|no derivatives)( |$)/;

/**
 * @returns undefined for a licence that does not allow reuse, is unknown, or is not given: when in doubt, no
 */
export function judgeLicence({ code = "", shortName = "", url = "" }: LicenceFields): Licence | undefined {
	const names = [code, shortName].map(normalise).filter((name) => name !== "");
	if (names.length === 0 || names.some((name) => RESTRICTED.test(name))) return undefined;
	const name = names.find((one) => CC_BY.test(one));
	if (name !== undefined) return toCreativeCommons(name, shortName, url);
	if (names.some((one) => CC_ZERO.test(one))) {
		return { name: "CC0", url: "https://creativecommons.org/publicdomain/zero/1.0/", asksForAuthor: false };
	}
	if (names.some((one) => PUBLIC_DOMAIN.test(one))) {
		return { name: "Public domain", url: webAddress(url), asksForAuthor: false };
	}
	return undefined;
}

function normalise(name: string): string {
	return name
		.toLowerCase()
		.replaceAll(/[-_\s,;/()]+/g, " ")
		.trim();
}

function toCreativeCommons(name: string, shortName: string, url: string): Licence {
	const kind = name.startsWith("cc by sa") ? "by-sa" : "by";
	const [version = "4.0"] = /\d\.\d/.exec(name) ?? [];
	const [, port] = /\d\.\d ([a-z]{2})$/.exec(name) ?? [];
	const own = `https://creativecommons.org/licenses/${kind}/${version}/${port === undefined ? "" : `${port}/`}`;
	return {
		name: CC_BY.test(normalise(shortName)) ? shortName.trim() : `CC ${kind.toUpperCase()} ${version}`,
		url: webAddress(url) ?? own,
		asksForAuthor: true,
	};
}

/** Addresses without a scheme are common there; those with another one than HTTP are none. */
function webAddress(text: string): string | undefined {
	const address = text.startsWith("//") ? `https:${text}` : text;
	return /^https?:\/\//.test(address) && URL.canParse(address) ? address : undefined;
}
