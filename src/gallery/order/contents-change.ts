/** A change of who is in a gallery, told as what becomes of its people and photos: files and databases make the same. */
import { AppError } from "../../errors.ts";
import type { GalleryPhoto, Person } from "../person.ts";
import type { ReadableGallery } from "../readable-gallery.ts";

/** What is to become of a gallery; numbers and rows are those of the gallery that it was thought out from. */
export interface ContentsChange {
	/** People of whom something else is known now, by number. */
	readonly people?: ReadonlyMap<number, Person>;
	/** Further people: their numbers follow on those that were there. */
	readonly newPeople?: readonly Person[];
	/** Further photos, whose people may be new ones. */
	readonly newPhotos?: readonly GalleryPhoto[];
	/** Of the new photos, row-major, unit length. */
	readonly newEmbeddings?: Float32Array;
	/** Rows whose person is another one now. */
	readonly moved?: ReadonlyMap<number, number>;
	/** Rows that go; people without a photo go with them. */
	readonly removed?: readonly number[];
	/** People of whom all photos go and who must not come back. */
	readonly denied?: readonly Person[];
}

/** All people of a gallery as they are after a change, those whose photos went among them. */
export function changedPeople(
	people: readonly Person[],
	{ people: changed = new Map(), newPeople = [] }: ContentsChange,
): Person[] {
	return [...people.map((person, number) => changed.get(number) ?? person), ...newPeople];
}

/** People as they are once these photos are gone: none of them stands for anybody any more. @param sources of photos */
export function withoutPortraits(people: readonly Person[], sources: ReadonlySet<string>): Person[] {
	return people.map((person) => {
		const { portrait, ...others } = person;
		return portrait !== undefined && sources.has(portrait) ? others : person;
	});
}

/** The change that takes photos out of a gallery. @param denied see ContentsChange */
export function removalOf(
	gallery: ReadableGallery,
	removed: readonly number[],
	denied: readonly Person[],
): ContentsChange {
	const after = withoutPortraits(gallery.people, new Set(removed.map((row) => gallery.source(row))));
	const people = new Map(
		[...after.entries()].filter(([number, person]) => person !== gallery.people[number]),
	);
	return { removed, denied, people };
}

/** A gallery is changed as a whole, and photos and people that are there already are passed over. */
export function interrupted(cause: unknown): AppError {
	return new AppError(
		"CHANGE_INTERRUPTED",
		"The change was cut off before it could say whether it was made.",
		{
			hint: "It was made as a whole or not at all: look at the gallery before you send the same again.",
			cause,
		},
	);
}
