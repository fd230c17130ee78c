/** What Wikidata knows of people, fifty at a time: names and article from its API, dates and pictures by SPARQL. */
import { z } from "zod";
import type { WikimediaClient } from "../http/wikimedia-client.ts";
import { PREFIXES } from "./selection.ts";
import { countOf, entityOf, fileOf, SPARQL_RESULTS, type SparqlResults, yearOf } from "./sparql-results.ts";

/** Most ids per call of the API. */
export const DETAILS_BATCH = 50;

export interface PersonDetails {
	/** Id in Wikidata; another one than asked for where two entries were joined since. */
	readonly id: string;
	/** The English name, or else the one that holds for many languages, or else any. */
	readonly name: string;
	/** By language, of those that were asked for. */
	readonly names: Readonly<Record<string, string>>;
	/** Other names in those languages. */
	readonly aliases: readonly string[];
	/** In a few English words. */
	readonly knownFor: string | undefined;
	/** The same in those languages but English. */
	readonly knownForIn: Readonly<Record<string, string>>;
	/** Title of the article in the English Wikipedia. */
	readonly wikipedia: string | undefined;
	readonly sitelinks: number;
	readonly isHuman: boolean;
	readonly birthYear: number | undefined;
	readonly isDead: boolean;
	/** Portraits, best first, as titles of Commons files. */
	readonly images: readonly string[];
	/** Name of the category with further photos in Commons. */
	readonly category: string | undefined;
}

const LABELS = z.record(z.string(), z.object({ value: z.string() }));
const ENTITIES = z.object({
	entities: z.record(
		z.string(),
		z.object({
			// names a folder, and goes into the next query
			id: z
				.string()
				.regex(/^Q[1-9]\d*$/)
				.optional(),
			missing: z.unknown().optional(),
			labels: LABELS.optional(),
			descriptions: LABELS.optional(),
			aliases: z.record(z.string(), z.array(z.object({ value: z.string() }))).optional(),
			sitelinks: z.record(z.string(), z.object({ title: z.string() })).optional(),
		}),
	),
});
type Entity = z.infer<typeof ENTITIES>["entities"][string];

/**
 * @param ids at most DETAILS_BATCH
 * @param languages codes, e.g. ["en", "ru"]
 * @returns by the ids that were asked for; who is not in Wikidata any more is missing
 * @throws AppError QUERY_FAILED, DOWNLOAD_FAILED
 */
export async function readPersonDetails(
	client: Pick<WikimediaClient, "sparql" | "wikidata">,
	ids: readonly string[],
	languages: readonly string[],
): Promise<Map<string, PersonDetails>> {
	const { entities } = await client.wikidata(
		{
			action: "wbgetentities",
			ids: ids.join("|"),
			props: "labels|descriptions|aliases|sitelinks",
			// "mul" holds the name where it is the same in many languages
			languages: [...new Set(["en", "mul", ...languages])].join("|"),
			sitefilter: "enwiki",
		},
		ENTITIES,
	);
	const present = new Map(
		Object.entries(entities)
			.filter(([, { missing }]) => missing === undefined)
			.map(([asked, entity]) => [asked, { ...entity, id: entity.id ?? asked }]),
	);
	const targets = [...new Set([...present.values()].map(({ id }) => id))];
	if (targets.length === 0) return new Map();
	const facts = factsIn(await client.sparql(factsQuery(targets), SPARQL_RESULTS));
	return new Map(
		[...present].map(([asked, entity]) => [asked, toDetails(entity, facts.get(entity.id) ?? [], languages)]),
	);
}

function factsQuery(ids: readonly string[]): string {
	return `${PREFIXES}
SELECT ?p ?human ?image ?born ?died ?category ?links WHERE {
  VALUES ?p { ${ids.map((id) => `wd:${id}`).join(" ")} }
  ?p wikibase:sitelinks ?links .
  OPTIONAL { ?p wdt:P31 ?human . FILTER(?human = wd:Q5) }
  OPTIONAL { ?p wdt:P18 ?image }
  OPTIONAL { ?p wdt:P569 ?born }
  OPTIONAL { ?p wdt:P570 ?died }
  OPTIONAL { ?p wdt:P373 ?category }
}`;
}

type Row = SparqlResults["results"]["bindings"][number];

/** All rows of each person: one per combination of their pictures and dates. */
function factsIn({ results }: SparqlResults): Map<string, Row[]> {
	const rows = new Map<string, Row[]>();
	for (const row of results.bindings) {
		const id = entityOf(row.p);
		if (id !== undefined) rows.set(id, [...(rows.get(id) ?? []), row]);
	}
	return rows;
}

function toDetails(
	entity: Entity & { readonly id: string },
	rows: readonly Row[],
	languages: readonly string[],
): PersonDetails {
	const { id, labels = {}, descriptions = {}, aliases = {}, sitelinks = {} } = entity;
	const name = labels.en?.value ?? labels.mul?.value ?? Object.values(labels)[0]?.value ?? id;
	const names = languages.flatMap((language) => {
		const label = labels[language]?.value ?? labels.mul?.value;
		return label === undefined ? [] : [[language, label] as const];
	});
	const knownForIn = languages.flatMap((language) => {
		const description = descriptions[language]?.value;
		return description === undefined || language === "en" ? [] : [[language, description] as const];
	});
	const others = languages.flatMap((language) => aliases[language]?.map(({ value }) => value) ?? []);
	const birthYears = rows.flatMap(({ born }) => yearOf(born) ?? []);
	const images = [...new Set(rows.flatMap(({ image }) => fileOf(image) ?? []))];
	return {
		id,
		name,
		names: Object.fromEntries(names),
		aliases: [...new Set(others)].filter((alias) => alias !== name),
		knownFor: descriptions.en?.value,
		knownForIn: Object.fromEntries(knownForIn),
		wikipedia: sitelinks.enwiki?.title,
		sitelinks: Math.max(0, ...rows.flatMap(({ links }) => countOf(links) ?? [])),
		isHuman: rows.some(({ human }) => human !== undefined),
		// where sources disagree, the latest year: nobody is taken for older than they may be
		birthYear: birthYears.length === 0 ? undefined : Math.max(...birthYears),
		isDead: rows.some(({ died }) => died !== undefined),
		// sorted, as the service answers in no order
		images: images.sort(),
		category: rows
			.flatMap(({ category }) => category?.value ?? [])
			.sort()
			.at(0),
	};
}
