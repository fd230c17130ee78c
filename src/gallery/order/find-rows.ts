/** Who and what is meant by the names that a command is given. */
import { AppError } from "../../errors.ts";
import { foldName } from "../people/fold-name.ts";
import type { ReadableGallery } from "../readable-gallery.ts";

/**
 * Numbers of the people with this name, article or Wikidata id, without regard to case and accents: namesakes are all of them.
 * @throws AppError INVALID_ARGUMENT for a person who is not in the gallery
 */
export function findPeople(gallery: ReadableGallery, name: string): number[] {
	const wanted = foldName(name);
	const present = new Set(gallery.rows().map((row) => gallery.personOf(row)));
	const found = [...present].filter((number) => {
		const person = gallery.person(number);
		return (
			person.wikidata === name ||
			foldName(person.name) === wanted ||
			(person.wikipedia !== undefined && foldName(person.wikipedia) === wanted)
		);
	});
	if (found.length > 0) return found.sort((a, b) => a - b);
	throw notThere(gallery, `a person "${name}"`);
}

/**
 * The one person of that name, or whom that photo shows.
 * @param name as for findPeople, or the source of one of the person's photos
 * @throws AppError INVALID_ARGUMENT if there is none, or more than one
 */
export function findPerson(gallery: ReadableGallery, name: string): number {
	const shown = gallery.rows().find((row) => gallery.source(row) === name);
	if (shown !== undefined) return gallery.personOf(shown);
	const [number, ...others] = findPeople(gallery, name);
	if (number !== undefined && others.length === 0) return number;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected one person "${name}" but ${others.length + 1} have that name.`,
		{
			hint: "Name the one that is meant by article, Wikidata id or one of their photos; `gallery list --sources` shows them.",
		},
	);
}

/** @throws AppError INVALID_ARGUMENT if somebody other than person `number` has the name: no command could tell the two apart */
export function expectFreeName(gallery: ReadableGallery, number: number, name: string): void {
	const wanted = foldName(name);
	const isTaken = gallery
		.rows()
		.some(
			(row) =>
				gallery.personOf(row) !== number && foldName(gallery.person(gallery.personOf(row)).name) === wanted,
		);
	if (!isTaken) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		`Expected a name that nobody else has but "${name}" is in the gallery.`,
		{
			hint: "`gallery merge` makes one person of two; for a namesake, give the title of the article too (--wikipedia).",
		},
	);
}

/** Rows of all these people's photos. @throws AppError as findPeople */
export function rowsOfPeople(gallery: ReadableGallery, names: readonly string[]): number[] {
	const people = new Set(names.flatMap((name) => findPeople(gallery, name)));
	return gallery.rows().filter((row) => people.has(gallery.personOf(row)));
}

/** The rows of photos by their sources. @throws AppError INVALID_ARGUMENT for a photo that is not in the gallery */
export function rowsOfPhotos(gallery: ReadableGallery, sources: readonly string[]): number[] {
	const rows = new Map(gallery.rows().map((row) => [gallery.source(row), row]));
	return sources.map((source) => {
		const row = rows.get(source);
		if (row !== undefined) return row;
		throw notThere(gallery, `a photo "${source}"`);
	});
}

function notThere(gallery: ReadableGallery, what: string): AppError {
	return new AppError(
		"INVALID_ARGUMENT",
		`Expected ${what} to be in the gallery "${gallery.name}" but it is not.`,
		{
			hint: "`gallery list --search` finds people by a part of their names, `--sources` shows their photos.",
		},
	);
}
