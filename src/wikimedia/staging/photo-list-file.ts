/** The list of photos that the gallery builder reads: gallery/photo-list.ts says what its columns mean. */
import { parse } from "csv-parse/sync";
import { CREDIT_COLUMNS, type Credit, toCreditColumns } from "../../gallery/credit.ts";
import type { FinishedPerson } from "./finished-person.ts";

/** @param collection the part of the gallery that they belong to, e.g. "film" */
export function toPhotoList(people: readonly FinishedPerson[], collection: string): string {
	const rows = people.flatMap(({ person, photos }) => {
		if (!person) return [];
		const { id, name, names, aliases, knownFor, knownForIn = {}, wikipedia, birthYear, sitelinks } = person;
		const columns = {
			name,
			wikipedia,
			wikidata: id,
			collection,
			sitelinks: String(sitelinks),
			known_for: knownFor,
			born: birthYear === undefined ? undefined : String(birthYear),
			aliases: aliases.map((alias) => alias.replaceAll("|", " ")).join("|"),
			...columnsByLanguage("name:", names),
			...columnsByLanguage("known_for:", knownForIn),
		};
		return photos.map(({ photo, credit }) => ({
			photo,
			...columns,
			...toCreditColumns(credit as Credit),
		}));
	});
	const languages = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) =>
		column.includes(":"),
	);
	const header = [
		"photo",
		"name",
		"wikipedia",
		"wikidata",
		"collection",
		"sitelinks",
		"known_for",
		"born",
		"aliases",
		...languages.sort(),
		...CREDIT_COLUMNS,
	];
	const lines = rows.map((row) => {
		const values: Readonly<Record<string, string | undefined>> = row;
		return header.map((column) => values[column] ?? "");
	});
	return toCsv([header, ...lines]);
}

function columnsByLanguage(prefix: string, texts: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(Object.entries(texts).map(([language, text]) => [prefix + language, text]));
}

/** A list without the rows of some people and photos. @param ids of Wikidata */
export function withoutRows(list: string, ids: ReadonlySet<string>, photos: ReadonlySet<string>): string {
	const [header = [], ...rows] = parse(list) as string[][];
	const [person, photo] = ["wikidata", "photo"].map((column) => header.indexOf(column)) as [number, number];
	return toCsv([
		header,
		...rows.filter((row) => !ids.has(row[person] ?? "") && !photos.has(row[photo] ?? "")),
	]);
}

function toCsv(rows: readonly (readonly string[])[]): string {
	return rows.map((row) => `${row.map(quote).join(",")}\n`).join("");
}

/** RFC 4180. */
function quote(value: string): string {
	return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
