/** Lists that are searched, and looked through page by page. */
import { z } from "zod";

const MAX_QUERY = 100;

/** What is looked for, as it stands in an address. */
export const SEARCHED = z
	.string()
	.max(MAX_QUERY)
	.transform((text) => text.trim())
	.default("");
/** What stands in the address of a page of such a list. */
export const SEARCH = { q: SEARCHED, page: z.coerce.number().int().min(1).max(100_000).default(1) };

/** One page of what was found. */
export interface FoundPage<T> {
	readonly query: string;
	/** What this page shows. */
	readonly shown: readonly T[];
	/** How many there are on all pages. */
	readonly numFound: number;
	/** From 1. */
	readonly page: number;
	readonly numPages: number;
	/** Addresses of the pages before and after. */
	readonly previous: string | undefined;
	readonly next: string | undefined;
}

interface Paging {
	/** Address of the list, e.g. "/people". */
	readonly path: string;
	readonly query: string;
	/** The page that is asked for; the last one is shown where there are fewer. */
	readonly page: number;
	readonly perPage: number;
}

/** @param found all that was found, in the order in which it is shown */
export function pageOf<T>(found: readonly T[], { path, query, page, perPage }: Paging): FoundPage<T> {
	const numPages = Math.max(1, Math.ceil(found.length / perPage));
	const number = Math.min(page, numPages);
	const address = (other: number) =>
		`${path}?${new URLSearchParams({ ...(query && { q: query }), page: `${other}` })}`;
	return {
		query,
		shown: found.slice((number - 1) * perPage, number * perPage),
		numFound: found.length,
		page: number,
		numPages,
		previous: number > 1 ? address(number - 1) : undefined,
		next: number < numPages ? address(number + 1) : undefined,
	};
}
