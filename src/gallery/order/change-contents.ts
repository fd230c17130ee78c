/** Changes to what a gallery is built of. */
import { AppError } from "../../errors.ts";
import type { GalleryContents } from "../gallery.ts";
import { joinPeople } from "../people/join-namesakes.ts";
import type { Person } from "../person.ts";

/** Without these photos. @param sources of photos, see GalleryPhoto */
export function withoutPhotos(contents: GalleryContents, sources: ReadonlySet<string>): GalleryContents {
	const { photos, embeddings, dimension } = contents;
	const rows = [...photos.keys()].filter((row) => !sources.has((photos[row] as { source: string }).source));
	const kept = new Float32Array(rows.length * dimension);
	for (const [i, row] of rows.entries()) {
		kept.set(embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension);
	}
	return { ...contents, photos: rows.map((row) => photos[row] as (typeof photos)[number]), embeddings: kept };
}

/** People of whom one has other facts. */
export function withPerson(people: readonly Person[], number: number, changes: Partial<Person>): Person[] {
	return people.map((person, i) => (i === number ? { ...person, ...changes } : person));
}

/**
 * With all photos of `from` as photos of `into`, who keeps the name.
 * @throws AppError INVALID_ARGUMENT if both are the same person
 */
export function withMerged(contents: GalleryContents, from: number, into: number): GalleryContents {
	if (from === into)
		throw new AppError("INVALID_ARGUMENT", "Expected two people but both names mean the same one.");
	const { people, photos } = contents;
	const merged = joinPeople(people[into] as Person, people[from] as Person);
	return {
		...contents,
		people: withPerson(people, into, merged),
		photos: photos.map((photo) => (photo.person === from ? { ...photo, person: into } : photo)),
	};
}
