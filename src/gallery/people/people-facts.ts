/** What is known better of some people than lists of photos say: right names and articles, fame, what for. */
import { AppError } from "../../errors.ts";
import { readTextFile } from "../../files/read-text-file.ts";
import { cleanName, type Fame, fameOfSitelinks, type Person } from "../person.ts";
import { foldName } from "./fold-name.ts";
import { parseTable } from "./parse-table.ts";

/** Columns as in a list of photos, by the name under which lists have the person. */
export type PeopleFacts = ReadonlyMap<string, Readonly<Record<string, string>>>;

export const NO_FACTS: PeopleFacts = new Map();

/**
 * Reads a CSV: `listed` (the name that lists of photos have), and the columns that take the place of theirs: `name`,
 * `wikipedia`, `wikidata`, `fame`, `known_for`, `born`, `name:ru`, `known_for:ru`. An empty one leaves what the list says, "-" takes it away.
 * @throws AppError as readTextFile; INVALID_GALLERY_LIST
 */
export async function readPeopleFacts(file: string): Promise<PeopleFacts> {
	const text = readTextFile(file, { what: "facts about people" });
	return new Map(
		parseTable(text, file, ["listed"]).map(({ line, values: { listed, ...values } }) => {
			if (listed !== undefined) return [foldName(listed), values];
			throw new AppError(
				"INVALID_GALLERY_LIST",
				`${file}, line ${line}: expected a name in the column "listed".`,
			);
		}),
	);
}

/**
 * A person from a row's columns.
 * @param where file and line, for messages
 * @throws AppError INVALID_GALLERY_LIST for a number that is none
 */
export function personOf(row: Readonly<Record<string, string>>, facts: PeopleFacts, where: string): Person {
	const merged = { ...row, ...facts.get(foldName(row.name ?? "")) };
	const columns: Record<string, string> = Object.fromEntries(
		Object.entries(merged).filter(([, value]) => value !== "-"),
	);
	const {
		name = "",
		wikipedia,
		wikidata,
		collection,
		fame,
		sitelinks,
		known_for: knownFor,
		born,
		aliases,
	} = columns;
	const names = byLanguage(columns, "name:");
	const knownForIn = byLanguage(columns, "known_for:");
	const numSitelinks = wholeNumber(sitelinks, "sitelinks", 0, 1000, where);
	const givenFame = wholeNumber(fame, "fame", 0, 3, where) as Fame | undefined;
	const knownFame = givenFame ?? (numSitelinks === undefined ? undefined : fameOfSitelinks(numSitelinks));
	const birthYear = wholeNumber(born, "born", 1000, 2100, where);
	return {
		name: cleanName(name),
		wikipedia: wikipedia?.replaceAll("_", " "),
		collections: collection === undefined ? [] : [collection],
		...(wikidata !== undefined && { wikidata: expectId(wikidata, where) }),
		...(names && { names }),
		...(aliases !== undefined && { aliases: aliases.split("|").map(cleanName).filter(Boolean) }),
		...(knownFor !== undefined && { knownFor }),
		...(knownForIn && { knownForIn }),
		...(birthYear !== undefined && { birthYear }),
		...(knownFame !== undefined && { fame: knownFame }),
	};
}

/**
 * People of whom a table tells more: what it says takes the place of what was known, "-" takes it away.
 * @param facts by the names that lists have; people are found by these, or by the right names that the table gives
 * @param where for messages
 * @throws AppError as personOf
 */
export function withFacts(people: readonly Person[], facts: PeopleFacts, where: string): Person[] {
	const byRightName = [...facts.values()].flatMap((row) =>
		row.name === undefined || row.name === "-" ? [] : [[foldName(row.name), row] as const],
	);
	const known: PeopleFacts = new Map([...byRightName, ...facts]);
	return people.map((person) => {
		const row = known.get(foldName(person.name));
		if (!row) return person;
		const { collections: _, names, knownForIn, ...told } = personOf({ name: person.name }, known, where);
		const said = Object.entries(told).filter(([, value]) => value !== undefined);
		const kept = Object.entries(person).filter(([key]) => row[COLUMN_OF.get(key) ?? key] !== "-");
		return {
			...(Object.fromEntries(kept) as unknown as Person),
			...Object.fromEntries(said),
			...(names && { names: { ...person.names, ...names } }),
			...(knownForIn && { knownForIn: { ...person.knownForIn, ...knownForIn } }),
		};
	});
}

/** Where a column has another name than what it says of a person. */
const COLUMN_OF: ReadonlyMap<string, string> = new Map([
	["knownFor", "known_for"],
	["birthYear", "born"],
]);

/** What the columns of a prefix say, by the language in the rest of their names; nothing where there are none. */
function byLanguage(
	columns: Readonly<Record<string, string>>,
	prefix: string,
): Record<string, string> | undefined {
	const entries = Object.entries(columns)
		.filter(([column]) => column.startsWith(prefix))
		.map(([column, text]) => [column.slice(prefix.length), text]);
	return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function expectId(text: string, where: string): string {
	if (/^Q\d+$/.test(text)) return text;
	throw new AppError(
		"INVALID_GALLERY_LIST",
		`${where}: expected wikidata to be an id like Q42 but received "${text}".`,
	);
}

function wholeNumber(
	text: string | undefined,
	column: string,
	least: number,
	most: number,
	where: string,
): number | undefined {
	if (text === undefined) return undefined;
	const value = Number(text);
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new AppError(
		"INVALID_GALLERY_LIST",
		`${where}: expected ${column} from ${least} to ${most} but received "${text}".`,
	);
}
