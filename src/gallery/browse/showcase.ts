/** A few people of a gallery to show before anybody has asked: those whom most visitors know, facing the viewer. */

import type { GalleryPhoto, Person } from "../person.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { PeopleDirectory } from "./people-directory.ts";

export interface ShownPerson {
	readonly person: Person;
	readonly photo: GalleryPhoto;
}

/** The first people of the gallery's directory, at most `numPeople` of them. */
export function chooseShowcase(gallery: ReadableGallery, numPeople: number): ShownPerson[] {
	const directory = PeopleDirectory.of(gallery);
	return directory.entries
		.slice(0, numPeople)
		.map((entry) => ({ person: entry.person, photo: directory.portraitOf(entry) }));
}
