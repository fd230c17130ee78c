/** What a gallery is built from: a CSV that names each photo, or a folder with one sub-folder per person. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { AppError } from "../errors.ts";
import { type Credit, creditOf } from "./credit.ts";
import { type Person, personKey } from "./person.ts";

export interface ListedPhoto {
	/** Where the file is: absolute, or relative to the working folder. */
	readonly file: string;
	/** The file as the list or folder names it. */
	readonly source: string;
	/** Number of the person in `people`. */
	readonly person: number;
	/** Whose work it is, where the list says so. */
	readonly credit?: Credit;
}

export interface PhotoList {
	readonly people: readonly Person[];
	readonly photos: readonly ListedPhoto[];
}

interface ListedRow {
	readonly photo: string;
	readonly name: string;
	readonly wikipedia?: string;
	readonly collection?: string;
	readonly credit?: Credit;
}

const PHOTO_FILE = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/**
 * Reads a CSV with a header: `photo` (path from the CSV's folder) and `name`, optionally `wikipedia` (title of the
 * article), `collection` and the columns of a credit (see credit.ts). Rows with the same article, or else the same name, are one person.
 * @throws AppError FILE_NOT_FOUND, INVALID_GALLERY_LIST (with the line) or EMPTY_GALLERY
 */
export async function readPhotoList(csvFile: string): Promise<PhotoList> {
	const text = await readFile(csvFile, "utf8").catch((cause: unknown) => {
		throw notFound(`the list ${csvFile}`, cause);
	});
	const rows = parseRows(text, csvFile);
	return collect(
		csvFile,
		rows.map((row) => ({ ...row, file: path.join(path.dirname(csvFile), row.photo) })),
	);
}

/**
 * Takes each sub-folder for a person ("Grace_Kelly" is Grace Kelly) and each picture file in it for a photo of
 * theirs. No Wikipedia titles are guessed.
 * @throws AppError FILE_NOT_FOUND or EMPTY_GALLERY
 */
export async function scanPhotoFolder(folder: string): Promise<PhotoList> {
	const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
		throw notFound(`the folder ${folder}`, cause);
	});
	const rows = files
		.filter((entry) => entry.isFile() && PHOTO_FILE.test(entry.name))
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
		.filter((photo) => photo.includes(path.sep))
		.sort()
		.map((photo) => ({
			photo: photo.replaceAll(path.sep, "/"),
			name: photo.slice(0, photo.indexOf(path.sep)).replaceAll("_", " ").trim(),
			file: path.join(folder, photo),
		}));
	return collect(folder, rows);
}

function parseRows(text: string, csvFile: string): ListedRow[] {
	let records: { record: Record<string, string>; info: { lines: number } }[];
	try {
		records = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true });
	} catch (cause) {
		if (!(cause instanceof CsvError)) throw cause;
		throw invalidList(`${csvFile} is not a proper CSV file: ${cause.message}.`);
	}
	return records.map(({ record, info }) => {
		const { photo, name, wikipedia, collection } = record;
		if (!photo || !name) {
			throw invalidList(
				`${csvFile}, line ${info.lines}: expected a photo and a name but received "${photo ?? ""}" and "${name ?? ""}".`,
			);
		}
		const credit = creditOf(record, `${csvFile}, line ${info.lines}`);
		return {
			photo,
			name,
			...(wikipedia && { wikipedia }),
			...(collection && { collection }),
			...(credit && { credit }),
		};
	});
}

function collect(origin: string, rows: readonly (ListedRow & { file: string })[]): PhotoList {
	if (rows.length === 0) {
		throw new AppError("EMPTY_GALLERY", `Expected photos in ${origin} but found none.`, {
			hint: "A folder needs one sub-folder per person; a list needs the columns photo and name.",
		});
	}
	const people = new Map<
		string,
		Omit<Person, "collections"> & { number: number; collections: Set<string> }
	>();
	const photos = rows.map(({ photo, name, wikipedia, collection, file, credit }) => {
		const key = personKey({ name, wikipedia });
		const person = people.get(key) ?? {
			number: people.size,
			name,
			wikipedia,
			collections: new Set<string>(),
		};
		people.set(key, person);
		if (collection) person.collections.add(collection);
		return { file, source: photo, person: person.number, ...(credit && { credit }) };
	});
	return {
		people: [...people.values()].map(({ name, wikipedia, collections }) => ({
			name,
			wikipedia,
			collections: [...collections],
		})),
		photos,
	};
}

function invalidList(message: string): AppError {
	return new AppError("INVALID_GALLERY_LIST", message, {
		hint: "The first line names the columns: photo,name,wikipedia,collection (the last two may be missing).",
	});
}

function notFound(what: string, cause: unknown): AppError {
	return new AppError("FILE_NOT_FOUND", `Expected ${what} but it can't be read.`, { cause });
}
