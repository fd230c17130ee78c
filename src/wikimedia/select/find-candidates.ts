/** Who might come into the gallery, the best known first, asked for only as far as they are needed. */
import { AppError } from "../../errors.ts";
import type { WikimediaClient } from "../http/wikimedia-client.ts";
import type { Preset } from "./occupations.ts";
import { BANDS, type Band, bandQuery, type Selection, splitBand } from "./selection.ts";
import { countOf, entityOf, SPARQL_RESULTS, type SparqlResults } from "./sparql-results.ts";

export interface Candidate {
	/** Id in Wikidata, e.g. "Q42". */
	readonly id: string;
	/** Where the query says so. */
	readonly sitelinks?: number | undefined;
}

/** What was answered before, so that a resumed run asks neither again nor anybody else. */
export interface CandidateMemory {
	find(question: string): readonly Candidate[] | undefined;
	add(question: string, candidates: readonly Candidate[]): Promise<void>;
}

/**
 * Each person once. A band that is too much for the query service is asked for in halves.
 * @throws AppError QUERY_FAILED, DOWNLOAD_FAILED
 */
export async function* findCandidates(
	selection: Selection,
	client: Pick<WikimediaClient, "sparql">,
	memory: CandidateMemory,
): AsyncGenerator<Candidate> {
	const seen = new Set<string>();
	for await (const answer of answers(selection, client, memory)) {
		for (const candidate of answer) {
			if (!seen.has(candidate.id)) yield candidate;
			seen.add(candidate.id);
		}
	}
}

async function* answers(
	{ who, ...rest }: Selection,
	client: Pick<WikimediaClient, "sparql">,
	memory: CandidateMemory,
): AsyncGenerator<readonly Candidate[]> {
	const ask = async (question: string, query: string): Promise<readonly Candidate[]> => {
		const known = memory.find(question);
		if (known) return known;
		const candidates = candidatesIn(await client.sparql(query, SPARQL_RESULTS));
		await memory.add(question, candidates);
		return candidates;
	};
	if ("sparql" in who) {
		yield await ask("sparql", who.sparql);
		return;
	}
	for (const band of BANDS) yield* askBand({ who, ...rest }, band, ask);
}

async function* askBand(
	selection: Selection & { readonly who: { readonly preset: Preset } },
	band: Band,
	ask: (question: string, query: string) => Promise<readonly Candidate[]>,
): AsyncGenerator<readonly Candidate[]> {
	try {
		yield await ask(`${band.least}-${band.limit}`, bandQuery(selection, band));
	} catch (error) {
		const halves = splitBand(band);
		if (!(error instanceof AppError && error.code === "QUERY_FAILED") || halves.length === 0) throw error;
		for (const half of halves) yield* askBand(selection, half, ask);
	}
}

/**
 * The people of an answer in their order, whatever its variables are called: of each row the first entity, and of
 * ?links or ?sitelinks the number.
 */
export function candidatesIn({ head, results }: SparqlResults): Candidate[] {
	return results.bindings.flatMap((row) => {
		const [id] = head.vars.flatMap((name) => entityOf(row[name]) ?? []);
		if (id === undefined) return [];
		return [{ id, sitelinks: countOf(row.links ?? row.sitelinks) }];
	});
}
