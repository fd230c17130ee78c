/** Changes of who is in a gallery. */
import { AppError } from "../../errors.ts";
import type { Gallery } from "../gallery.ts";
import { joinPeople } from "../people/join-namesakes.ts";
import type { Person } from "../person.ts";
import { withoutPortraits } from "./contents-change.ts";

/** Without these photos, of which nothing is left. @param sources of photos, see GalleryPhoto */
export function withoutPhotos(gallery: Gallery, sources: ReadonlySet<string>): Gallery {
	return gallery.regrouped(withoutPortraits(gallery.people, sources), (row) =>
		sources.has(gallery.source(row)) ? undefined : gallery.index.group(row),
	);
}

/** People of whom one has other facts. */
export function withPerson(people: readonly Person[], number: number, changes: Partial<Person>): Person[] {
	return people.map((person, i) => (i === number ? { ...person, ...changes } : person));
}

/**
 * With all photos of `from` as photos of `into`, who keeps the name.
 * @throws AppError INVALID_ARGUMENT if both are the same person
 */
export function withMerged(gallery: Gallery, from: number, into: number): Gallery {
	if (from === into)
		throw new AppError("INVALID_ARGUMENT", "Expected two people but both names mean the same one.");
	const { people, index } = gallery;
	const merged = joinPeople(people[into] as Person, people[from] as Person);
	return gallery.regrouped(withPerson(people, into, merged), (row) => {
		const person = index.group(row);
		return person === from ? into : person;
	});
}
