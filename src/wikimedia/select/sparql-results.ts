/** The SPARQL 1.1 JSON results format, read strictly: a service that gives up may do so in the midst of an answer. */
import { z } from "zod";

const TERM = z.object({ type: z.string(), value: z.string() });

export const SPARQL_RESULTS = z.object({
	head: z.object({ vars: z.array(z.string()) }),
	results: z.object({ bindings: z.array(z.record(z.string(), TERM)) }),
});

export type SparqlResults = z.infer<typeof SPARQL_RESULTS>;
type Term = z.infer<typeof TERM> | undefined;

/** "Q42" of http://www.wikidata.org/entity/Q42; undefined for whatever else. */
export function entityOf(term: Term): string | undefined {
	return term?.type === "uri" ? /\/entity\/(Q[1-9]\d*)$/.exec(term.value)?.[1] : undefined;
}

/** "File:A B.jpg" of http://commons.wikimedia.org/wiki/Special:FilePath/A%20B.jpg. */
export function fileOf(term: Term): string | undefined {
	const name = term?.type === "uri" ? /\/Special:FilePath\/([^/?#]+)$/.exec(term.value)?.[1] : undefined;
	if (name === undefined) return undefined;
	try {
		return `File:${decodeURIComponent(name).replaceAll("_", " ")}`;
	} catch {
		// a stray per cent sign
		return undefined;
	}
}

/** The year of an xsd:dateTime, also before the common era; undefined for "unknown", which is a node without a name. */
export function yearOf(term: Term): number | undefined {
	const year = term?.type === "literal" ? /^([+-]?\d{4,})-\d\d-\d\dT/.exec(term.value)?.[1] : undefined;
	return year === undefined ? undefined : Number(year);
}

/** @returns undefined where it is none */
export function countOf(term: Term): number | undefined {
	return term?.type === "literal" && /^\d+$/.test(term.value) ? Number(term.value) : undefined;
}
