/** Lists of photos and of people: CSV with a header. */
import { CsvError, parse } from "csv-parse/sync";
import { AppError } from "../../errors.ts";

export interface TableRow {
	/** Line of the file, from 1. */
	readonly line: number;
	/** By column; empty ones are missing. */
	readonly values: Readonly<Record<string, string>>;
}

/**
 * @param origin the file's name, for messages
 * @throws AppError INVALID_GALLERY_LIST with the line
 */
export function parseTable(text: string, origin: string): TableRow[] {
	let records: { record: Record<string, string>; info: { lines: number } }[];
	try {
		records = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true });
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
