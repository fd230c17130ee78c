/** A few people of a gallery to show before anybody has asked: the best photographed, each facing the viewer. */
import { turnOf } from "./audit/head-turn.ts";
import type { Gallery } from "./gallery.ts";
import type { GalleryPhoto, Person } from "./person.ts";

export interface ShownPerson {
	readonly person: Person;
	readonly photo: GalleryPhoto;
}

/** The people with the most photos, in the gallery's order among equals, at most `numPeople` of them. */
export function chooseShowcase(gallery: Gallery, numPeople: number): ShownPerson[] {
	const rowsOf = new Map<number, number[]>();
	for (const row of gallery.rows()) {
		const person = gallery.index.group(row);
		const rows = rowsOf.get(person);
		if (rows) rows.push(row);
		else rowsOf.set(person, [row]);
	}
	return [...rowsOf]
		.sort(([, a], [, b]) => b.length - a.length)
		.slice(0, numPeople)
		.map(([person, rows]) => {
			const photos = rows.map((row) => gallery.photo(row));
			const photo = photos.reduce((best, other) =>
				turnOf(other.landmarks) < turnOf(best.landmarks) ? other : best,
			);
			return { person: gallery.person(person), photo };
		});
}
