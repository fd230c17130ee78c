/** What of a gallery is text: a section of its file. */
import { AppError } from "../errors.ts";
import type { Credit } from "./credit.ts";
import type { GallerySettings } from "./gallery-settings.ts";
import type { GalleryPhoto, Person } from "./person.ts";

/** A photo's texts. */
export type PhotoEntry = readonly [source: string, picture: string | null, credit?: Credit];

/** photos[row] belongs to that row. Whose photo it is, the index knows. */
export interface Catalogue {
	readonly name: string;
	/** Missing in galleries that were built before there were any. */
	readonly settings?: GallerySettings;
	readonly people: readonly Person[];
	readonly photos: PhotoEntry[];
}

export function toEntry({ source, picture, credit }: GalleryPhoto): PhotoEntry {
	return credit ? [source, picture ?? null, credit] : [source, picture ?? null];
}

/** UTF-8 JSON; what `parseCatalogue` reads. */
export function encodeCatalogue({ name, settings = {}, people, photos }: Catalogue): Uint8Array {
	const catalogue = { name, ...(Object.keys(settings).length > 0 && { settings }), people, photos };
	return new TextEncoder().encode(JSON.stringify(catalogue));
}

/** @throws AppError INDEX_CORRUPT for what is no catalogue of `numRows` photos */
export function parseCatalogue(bytes: Uint8Array, numRows: number): Catalogue {
	let catalogue: unknown;
	try {
		catalogue = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (cause) {
		throw new AppError("INDEX_CORRUPT", "The gallery's list of people is not readable.", { cause });
	}
	if (!isCatalogue(catalogue)) {
		throw new AppError("INDEX_CORRUPT", "The gallery's list is not one of people and photos.");
	}
	if (catalogue.photos.length !== numRows) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${numRows} photos in the gallery's list but found ${catalogue.photos.length}.`,
		);
	}
	return catalogue;
}

/** What answering rests on; `gallery verify` looks at all of it. */
function isCatalogue(value: unknown): value is Catalogue {
	const { name, settings = {}, people, photos } = (value ?? {}) as Partial<Catalogue>;
	return (
		typeof name === "string" &&
		typeof settings === "object" &&
		settings !== null &&
		Array.isArray(people) &&
		people.every(isPerson) &&
		Array.isArray(photos) &&
		photos.every(isPhotoEntry)
	);
}

export function isPerson(value: unknown): value is Person {
	const { name, collections } = (value ?? {}) as Partial<Person>;
	return typeof name === "string" && Array.isArray(collections);
}

export function isPhotoEntry(value: unknown): value is PhotoEntry {
	return Array.isArray(value) && typeof value[0] === "string";
}
