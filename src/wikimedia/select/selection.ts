/** Who is wanted, and the SPARQL that asks for them: by fame, which is the number of sitelinks. */
import { occupationsOf, type Preset } from "./occupations.ts";

export interface Selection {
	/** A preset of occupations, or a query of the owner's own that yields entities. */
	readonly who: { readonly preset: Preset } | { readonly sparql: string };
	/** Born in this year or later: before about 1840 there are paintings only. */
	readonly bornAfter: number;
	/** ISO 3166-1 alpha-2 code of a citizenship, e.g. "US". */
	readonly country?: string | undefined;
	/** True: only the living; false: only the dead. */
	readonly living?: boolean | undefined;
}

/** Sitelinks from `least` on and below `limit`. */
export interface Band {
	readonly least: number;
	readonly limit: number;
}

/** More than anybody has. */
const MOST_SITELINKS = 1000;
/**
 * Narrower where there are more people, so that no query takes the service longer than it allows. Below ten sitelinks
 * nobody is known to a passer-by.
 */
const EDGES = [MOST_SITELINKS, 250, 180, 140, 110, 90, 75, 60, 50, 40, 35, 30, 25, 20, 17, 14, 12, 10];

/** The best known first. */
export const BANDS: readonly Band[] = EDGES.slice(1).map((least, i) => ({
	least,
	limit: EDGES[i] as number,
}));

/** Two bands for one that was too much at once, the better known first; none where it can't be split. */
export function splitBand({ least, limit }: Band): readonly Band[] {
	const middle = Math.floor((least + limit) / 2);
	if (middle === least) return [];
	return [
		{ least: middle, limit },
		{ least, limit: middle },
	];
}

/** Wikidata's own service knows these by itself; others do not. */
export const PREFIXES = `PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>`;

/** People of the band who have a picture: ?p and ?links, the best known first. */
export function bandQuery(
	selection: Selection & { readonly who: { readonly preset: Preset } },
	band: Band,
): string {
	const { who, bornAfter, country, living } = selection;
	const occupations = occupationsOf(who.preset).map((id) => `wd:${id}`);
	const year = String(bornAfter).padStart(4, "0");
	return `${PREFIXES}
SELECT ?p (MAX(?s) AS ?links) WHERE {
  VALUES ?occupation { ${occupations.join(" ")} }
  ?p wdt:P106 ?occupation ; wdt:P31 wd:Q5 ; wdt:P18 ?image ; wdt:P569 ?born ; wikibase:sitelinks ?s .
  FILTER(?s >= ${band.least} && ?s < ${band.limit})
  FILTER(?born >= "${year}-01-01T00:00:00Z"^^xsd:dateTime)
${country === undefined ? "" : `  ?p wdt:P27/wdt:P297 "${country}" .\n`}${lifeClause(living)}} GROUP BY ?p ORDER BY DESC(?links) ?p`;
}

function lifeClause(living: boolean | undefined): string {
	if (living === undefined) return "";
	return living ? "  FILTER NOT EXISTS { ?p wdt:P570 ?died }\n" : "  ?p wdt:P570 ?died .\n";
}
