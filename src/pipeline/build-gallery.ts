/** The product's second story: thousands of photos go in, a gallery comes out, or a gallery grows. */
import { Gallery } from "../gallery/gallery.ts";
import { type Person, personKey } from "../gallery/person.ts";
import type { PhotoList } from "../gallery/photo-list.ts";
import { type EmbeddedPhotos, type EmbedOptions, type EmbedTools, embedPhotos } from "./embed-photos.ts";

export interface BuildOptions extends EmbedOptions {
	/** The gallery's name, to show. */
	readonly name: string;
	/** Seed of the index. */
	readonly seed?: number;
}

export interface BuildReport {
	/** Photos that were looked at. */
	readonly numPhotos: number;
	readonly rejected: EmbeddedPhotos["rejected"];
}

export interface BuiltGallery {
	readonly gallery: Gallery;
	readonly report: BuildReport;
}

/**
 * Embeds the face of each listed photo and builds the gallery of those that have a good one. People without such a
 * photo are left out.
 * @throws AppError EMPTY_GALLERY if no photo is left; the signal's reason when it aborts
 */
export async function buildGallery(
	{ people, photos: listed }: PhotoList,
	tools: EmbedTools,
	{ name, seed, ...options }: BuildOptions,
): Promise<BuiltGallery> {
	const { photos, embeddings, rejected } = await embedPhotos(listed, tools, options);
	const { dimension, pipelineVersion } = tools.model;
	const contents = { name, people, photos, embeddings, dimension, pipelineVersion };
	const gallery = Gallery.build(contents, seed === undefined ? {} : { seed });
	return { gallery, report: { numPhotos: listed.length, rejected } };
}

/**
 * Adds the listed photos to a gallery; those that it has already, by their source, are passed over. People with the
 * same article, or else the same name, are the same person.
 * @returns a new gallery over the same memory; the one that was given stays as it is
 * @throws the signal's reason when it aborts
 */
export async function extendGallery(
	gallery: Gallery,
	{ people: listedPeople, photos: listed }: PhotoList,
	tools: EmbedTools,
	options: EmbedOptions = {},
): Promise<BuiltGallery> {
	const sources = new Set(gallery.rows().map((row) => gallery.photo(row).source));
	const wanted = listed.filter(({ source }) => !sources.has(source));
	const { photos, embeddings, rejected } = await embedPhotos(wanted, tools, options);

	const people: Person[] = [...gallery.people];
	const numbers = new Map(people.map((person, number) => [personKey(person), number]));
	const numberOf = (person: Person): number => {
		const key = personKey(person);
		const number = numbers.get(key) ?? people.push(person) - 1;
		numbers.set(key, number);
		return number;
	};
	const added = photos.map((photo) => ({ ...photo, person: numberOf(listedPeople[photo.person] as Person) }));
	return {
		gallery: added.length === 0 ? gallery : gallery.adding(people, added, embeddings),
		report: { numPhotos: wanted.length, rejected },
	};
}
