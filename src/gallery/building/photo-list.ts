/** What a gallery is built from: a CSV that names each photo, or a folder with one sub-folder per person. */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { readTextFile } from "../../files/read-text-file.ts";
import { type Credit, creditOf } from "../credit.ts";
import { parseTable, type TableRow } from "../people/parse-table.ts";
import { NO_FACTS, type PeopleFacts, personOf } from "../people/people-facts.ts";
import { asSpelt, type Person, personKey } from "../person.ts";

export interface ListedPhoto {
	/** Where the file is: absolute, or relative to the working folder. */
	readonly file: string;
	/** The file as the list or folder names it. */
	readonly source: string;
	/** Number of the person in `people`. */
	readonly person: number;
	/** Whose work the photo is, where the list says so. */
	readonly credit?: Credit;
}

export interface PhotoList {
	/** Somebody who is in two collections is there twice: whether they are one person, their faces decide. */
	readonly people: readonly Person[];
	readonly photos: readonly ListedPhoto[];
	/** Sub-folders without a photo in them. */
	readonly emptyFolders: readonly string[];
	/** Names of one person who is called in several ways, as with and without accents. */
	readonly spellings: readonly (readonly string[])[];
}

const PHOTO_FILE = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/**
 * Reads a CSV with a header: `photo` (path from the CSV's folder, or absolute) and `name`; optionally `wikipedia`
 * (title of the article), `wikidata`, `collection`, `fame` (0 to 3), `sitelinks`, `known_for`, `born`, `aliases`
 * (with | between them), names and what people are known for in other languages as `name:ru` and `known_for:ru`, and the columns of a credit (credit.ts). Rows of one
 * collection with the same Wikidata id, article or else name are one person.
 * @param facts what is known better of some of the people
 * @throws AppError as readTextFile; INVALID_GALLERY_LIST (with the line) or EMPTY_GALLERY
 */
export async function readPhotoList(csvFile: string, facts: PeopleFacts = NO_FACTS): Promise<PhotoList> {
	const text = readTextFile(csvFile, { what: "a list of photos" });
	const rows = parseTable(text, csvFile, ["photo", "name"]).map(({ line, values }) => {
		const { photo = "", name = "" } = values;
		if (photo !== "" && name !== "") return { line, values, source: photo };
		throw new AppError(
			"INVALID_GALLERY_LIST",
			`${csvFile}, line ${line}: expected a photo and a name but received "${photo}" and "${name}".`,
		);
	});
	const located = rows.map((row) => ({ ...row, file: path.resolve(path.dirname(csvFile), row.source) }));
	return { ...collect(csvFile, located, facts), emptyFolders: [] };
}

/**
 * Takes each sub-folder for a person ("Grace_Kelly" is Grace Kelly) and each picture file in it for a photo of
 * theirs, links included; hidden files and folders are none. No Wikipedia titles are guessed.
 * @throws AppError FILE_NOT_FOUND, INVALID_GALLERY_LIST (for a folder like "_", which names nobody) or EMPTY_GALLERY
 */
export async function scanPhotoFolder(folder: string, facts: PeopleFacts = NO_FACTS): Promise<PhotoList> {
	const root = await realpath(folder).catch(unreadable(folder));
	const photos: string[] = [];
	const emptyFolders: string[] = [];
	for (const entry of await entriesOf(folder)) {
		if (!(await leadsTo(folder, entry)).isDirectory()) continue;
		const found = await photosBelow(folder, entry.name, new Set([root]));
		if (found.length === 0) emptyFolders.push(entry.name);
		// not spread: a call takes some 100,000 arguments, and lists have more
		for (const photo of found) photos.push(photo);
	}
	const rows = photos.sort().map((photo, i) => ({
		line: i + 1,
		source: photo.replaceAll(path.sep, "/"),
		file: path.join(folder, photo),
		values: { name: photo.slice(0, photo.indexOf(path.sep)).replaceAll("_", " ").trim() },
	}));
	return { ...collect(folder, rows, facts), emptyFolders };
}

/**
 * Paths from the folder on.
 * @param seen real paths of the folders that give no more: links in circles, or from many folders to each other, would
 * lead to each by all ways that there are
 */
async function photosBelow(folder: string, within: string, seen: Set<string>): Promise<string[]> {
	const place = path.join(folder, within);
	const real = await realpath(place).catch(unreadable(place));
	if (seen.has(real)) return [];
	seen.add(real);
	const photos: string[] = [];
	for (const entry of await entriesOf(place)) {
		const name = path.join(within, entry.name);
		const target = await leadsTo(place, entry);
		if (target.isDirectory()) {
			for (const photo of await photosBelow(folder, name, seen)) photos.push(photo);
		} else if (target.isFile() && PHOTO_FILE.test(entry.name)) photos.push(name);
	}
	return photos;
}

/** What is not hidden, by name. */
async function entriesOf(folder: string): Promise<Dirent[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
	return entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a link leads to, and anything else itself; a link to nothing leads nowhere. */
async function leadsTo(folder: string, entry: Dirent): Promise<Pick<Dirent, "isDirectory" | "isFile">> {
	return entry.isSymbolicLink() ? stat(path.join(folder, entry.name)).catch(() => entry) : entry;
}

function unreadable(folder: string): (cause: unknown) => never {
	return (cause) => {
		throw new AppError("FILE_NOT_FOUND", `Expected the folder ${folder} but it can't be read.`, { cause });
	};
}

/**
 * One list of several, each photo in it once. Photos of different folders that have the same name in them are told
 * apart by their folder's.
 * @param lists each with the folder or file that it was read from
 * @throws AppError INVALID_GALLERY_LIST if that is the same too, or if a photo is listed for two people
 */
export function joinLists(lists: readonly (readonly [origin: string, list: PhotoList])[]): PhotoList {
	const known = new Map<string, ListedPhoto>();
	const people: Person[] = [];
	const photos: ListedPhoto[] = [];
	const emptyFolders: string[] = [];
	const spellings: (readonly string[])[] = [];
	for (const [origin, list] of lists) {
		const isTaken = ({ source, file }: ListedPhoto) => (known.get(source)?.file ?? file) !== file;
		const own = list.photos.map((photo) => {
			const named = { ...photo, person: photo.person + people.length };
			return isTaken(photo) ? { ...named, source: `${path.basename(origin)}/${photo.source}` } : named;
		});
		const clash = own.find(isTaken);
		if (clash) {
			throw new AppError(
				"INVALID_GALLERY_LIST",
				`Expected other names for photos than in ${known.get(clash.source)?.file} but ${clash.file} is also "${clash.source}".`,
				{ hint: "Rename one of the folders." },
			);
		}
		for (const person of list.people) people.push(person);
		for (const photo of own) {
			const before = known.get(photo.source);
			if (before) people[before.person] = listedAgain(people, before, photo);
			else {
				known.set(photo.source, photo);
				photos.push(photo);
			}
		}
		for (const folder of list.emptyFolders) emptyFolders.push(folder);
		for (const names of list.spellings) spellings.push(names);
	}
	return { people, photos, emptyFolders, spellings };
}

/** Whom a photo shows that is listed twice. */
function listedAgain(people: readonly Person[], { person, source }: ListedPhoto, again: ListedPhoto): Person {
	const [first, second] = [people[person], people[again.person]] as [Person, Person];
	if (personKey(first) === personKey(second)) {
		return { ...first, collections: [...new Set([...first.collections, ...second.collections])] };
	}
	throw new AppError(
		"INVALID_GALLERY_LIST",
		`Expected one person for ${source} but it is listed for ${first.name} and for ${second.name}.`,
		{ hint: "A photo of two people is listed for the one who is larger in it, or cut in two." },
	);
}

function collect(
	origin: string,
	rows: readonly (TableRow & { readonly source: string; readonly file: string })[],
	facts: PeopleFacts,
): Omit<PhotoList, "emptyFolders"> {
	if (rows.length === 0) {
		throw new AppError("EMPTY_GALLERY", `Expected photos in ${origin} but found none.`, {
			hint: "A folder needs one sub-folder per person; a list needs the columns photo and name.",
		});
	}
	const people: Person[] = [];
	const numbers = new Map<string, number>();
	const namesOf: Map<string, string>[] = [];
	const photos = rows.map(({ source, file, line, values }) => {
		const person = personOf(values, facts, `${origin}, line ${line}`);
		if (person.name === "") {
			throw new AppError(
				"INVALID_GALLERY_LIST",
				`${origin}: expected a name for "${source}" but there is none.`,
				{
					hint: "Rename the folder, or name the person in the list.",
				},
			);
		}
		// a Wikidata id is nobody else's, whatever the collection
		const key = `${personKey(person)}\n${person.wikidata === undefined ? (values.collection ?? "") : ""}`;
		const number = numbers.get(key) ?? people.push(person) - 1;
		numbers.set(key, number);
		const names = namesOf[number] ?? new Map();
		namesOf[number] = names;
		const spelling = asSpelt(person.name);
		// an article or an id says by itself who is meant
		const isByName = (person.wikidata ?? person.wikipedia) === undefined;
		if (isByName && !names.has(spelling)) names.set(spelling, person.name);
		const known = people[number] as Person;
		const collections = [...new Set([...known.collections, ...person.collections])];
		if (collections.length > known.collections.length) people[number] = { ...known, collections };
		const credit = creditOf(values, `${origin}, line ${line}`);
		return { file, source, person: number, ...(credit && { credit }) };
	});
	return {
		people,
		photos,
		spellings: namesOf.map((names) => [...names.values()]).filter(({ length }) => length > 1),
	};
}
