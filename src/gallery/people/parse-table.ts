/** Lists of photos and of people: CSV with a header. */
import { CsvError, parse } from "csv-parse/sync";
import { AppError } from "../../errors.ts";

export interface TableRow {
	/** Line of the file, from 1. */
	readonly line: number;
	/** By column; empty ones are missing. */
	readonly values: Readonly<Record<string, string>>;
}

/** What spreadsheets part columns with, by their language. */
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * @param origin the file's name, for messages
 * @param columns that must be there; the table may have more, in any order and case
 * @throws AppError INVALID_GALLERY_LIST with the line
 */
export function parseTable(text: string, origin: string, columns: readonly string[] = []): TableRow[] {
	let records: { record: Record<string, string>; info: { lines: number } }[];
	try {
		records = parse(text, {
			columns: (header: string[]) => checkHeader(header, origin, columns),
			delimiter: delimiterOf(text),
			bom: true,
			trim: true,
			skip_empty_lines: true,
			info: true,
		});
	} catch (cause) {
		if (!(cause instanceof CsvError)) throw cause;
		throw new AppError("INVALID_GALLERY_LIST", `${origin} is not a proper CSV file: ${cause.message}.`, {
			hint: "The first line names the columns.",
		});
	}
	return records.map(({ record, info }) => ({
		line: info.lines,
		values: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== "")),
	}));
}

/** The one that parts the names of the columns, which have none in them. */
function delimiterOf(text: string): string {
	const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
	const count = (delimiter: string) => header.split(delimiter).length;
	return DELIMITERS.reduce((most, delimiter) => (count(delimiter) > count(most) ? delimiter : most));
}

function checkHeader(header: readonly string[], origin: string, wanted: readonly string[]): string[] {
	// codes of languages, as in "name:pt-BR", stay as they are
	const names = header.map((name) => name.replace(/^[^:]+/, (column) => column.toLowerCase()));
	const missing = wanted.filter((name) => !names.includes(name));
	const twice = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
	if (missing.length === 0 && twice === undefined) return names;
	const expected =
		missing.length > 0
			? `the column ${missing.map((name) => `"${name}"`).join(" and ")}`
			: "each column once";
	throw new AppError(
		"INVALID_GALLERY_LIST",
		`${origin}: expected ${expected} but the first line names ${header.map((name) => `"${name}"`).join(", ")}.`,
	);
}
