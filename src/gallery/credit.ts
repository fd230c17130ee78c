/** Whose work a photo is, and on which terms it may be shown. */
import { z } from "zod";
import { AppError } from "../errors.ts";

/** As licences want it said beside a photo; all of it plain text, never HTML. */
export interface Credit {
	/** Who made the photo; unknown for some old ones. */
	readonly author?: string;
	/** Short name of the licence, e.g. "CC BY-SA 4.0" or "Public domain". */
	readonly licence: string;
	/** Where the licence can be read; public domain has none. */
	readonly licenceUrl?: string;
	/** The page that describes the photo, e.g. on Wikimedia Commons. */
	readonly page: string;
	/** The photo's title there, e.g. "File:Ann 2019.jpg". */
	readonly title?: string;
	/** Of the original file, 40 hexadecimal digits: by it a photo is known under any name. */
	readonly sha1?: string;
	/** What else re-users must mind, e.g. "personality". */
	readonly restrictions?: string;
	/** Day on which it was fetched, e.g. "2026-11-25". */
	readonly retrieved?: string;
}

const TEXT = z.string().min(1);
const WEB_ADDRESS = z.url({ protocol: /^https?$/ });

/** A Credit that comes from outside. */
export const CREDIT = z.object({
	author: TEXT.optional(),
	licence: TEXT,
	licenceUrl: WEB_ADDRESS.optional(),
	page: WEB_ADDRESS,
	title: TEXT.optional(),
	sha1: z
		.string()
		.regex(/^[0-9a-f]{40}$/)
		.optional(),
	restrictions: TEXT.optional(),
	retrieved: z.iso.date().optional(),
});

const { licenceUrl, ...sameColumns } = CREDIT.shape;
const COLUMNS = z.object({ ...sameColumns, licence_url: licenceUrl });

/** The columns of a list of photos that make up a credit. */
export const CREDIT_COLUMNS = Object.keys(COLUMNS.shape) as (keyof typeof COLUMNS.shape)[];

/**
 * The credit in a row of a list of photos.
 * @param row by column; empty columns count as missing
 * @param where file and line, for messages
 * @returns undefined for a row without a licence: the owner's own photo
 * @throws AppError INVALID_GALLERY_LIST naming each column that is wrong
 */
export function creditOf(
	row: Readonly<Record<string, string | undefined>>,
	where: string,
): Credit | undefined {
	const given = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));
	if (given.licence === undefined) return undefined;
	const parsed = COLUMNS.safeParse(given);
	if (!parsed.success) {
		const complaints = parsed.error.issues.map(
			({ path: [column], message }) => `${String(column)}: ${message}`,
		);
		throw new AppError(
			"INVALID_GALLERY_LIST",
			`${where}: the photo's credit is wrong. ${complaints.join("; ")}.`,
		);
	}
	const { licence_url, ...credit } = parsed.data;
	return { ...withoutGaps(credit), ...(licence_url !== undefined && { licenceUrl: licence_url }) };
}

/** The row's columns of a credit: what `creditOf` reads. */
export function toCreditColumns({ licenceUrl, ...credit }: Credit): Readonly<Record<string, string>> {
	return { ...withoutGaps(credit), ...(licenceUrl !== undefined && { licence_url: licenceUrl }) };
}

type WithoutGaps<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is undefined: it would be written as a column or a key of its own. */
function withoutGaps<T extends object>(record: T): WithoutGaps<T> {
	return Object.fromEntries(
		Object.entries(record).filter(([, value]) => value !== undefined),
	) as WithoutGaps<T>;
}
