/** What was added to a gallery since it was written: people, facts about them, and photos. Nothing is ever taken away. */
import type { Gallery } from "../gallery.ts";
import type { GalleryPhoto, Person } from "../person.ts";

export interface GalleryAddition {
	/** Numbers of people with their facts as they are now: of some who were there, then of new ones. */
	readonly people: readonly (readonly [number: number, person: Person])[];
	/** Their rows follow on those that were there. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, photos.length x dimension. */
	readonly embeddings: Float32Array;
}

/** @param after made of `before` by `adding` and `withPeople` */
export function additionBetween(before: Gallery, after: Gallery): GalleryAddition {
	const people = [...after.people.entries()].filter(([number, person]) => before.people[number] !== person);
	const { dimension, size } = after.index;
	const rows = Array.from({ length: size - before.index.size }, (_, i) => before.index.size + i);
	const embeddings = new Float32Array(rows.length * dimension);
	for (const [i, row] of rows.entries()) embeddings.set(after.index.embedding(row), i * dimension);
	return { people, photos: rows.map((row) => after.photo(row)), embeddings };
}

/** The gallery that something was added to, with it. */
export function withAddition(
	gallery: Gallery,
	{ people: told, photos, embeddings }: GalleryAddition,
): Gallery {
	const people = [...gallery.people];
	for (const [number, person] of told) people[number] = person;
	return photos.length > 0 ? gallery.adding(people, photos, embeddings) : gallery.withPeople(people);
}
