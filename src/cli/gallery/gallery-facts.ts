/** What `gallery info` says of any gallery, be it a file, a folder or in a database. */
import type { Person } from "../../gallery/person.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { count } from "../command.ts";

/** As the JSON object has them. */
export interface GalleryFacts {
	readonly name: string;
	readonly people: number;
	readonly photos: number;
	/** How many people of the gallery are in each. */
	readonly collections: Readonly<Record<string, number>>;
	/** Numbers of an embedding. */
	readonly dimension: number;
	readonly pipelineVersion: string;
}

/** What is said, and of what; with an empty one it goes on with what the line before is about. */
export type Line = readonly [what: string, value: string];

/** @param people those who have photos, each once */
export function galleryFacts(
	gallery: Pick<ReadableGallery, "name" | "numPhotos" | "dimension" | "pipelineVersion">,
	people: readonly Pick<Person, "collections">[],
): GalleryFacts {
	const { name, numPhotos, dimension, pipelineVersion } = gallery;
	const numbers = new Map<string, number>();
	for (const collection of people.flatMap(({ collections }) => collections))
		numbers.set(collection, (numbers.get(collection) ?? 0) + 1);
	const collections = Object.fromEntries(numbers);
	return { name, people: people.length, photos: numPhotos, collections, dimension, pipelineVersion };
}

/**
 * A line for each fact, the largest collections first.
 *
 * @param place where the gallery is
 * @param changed what has become of it
 * @param index what is said of its index
 */
export function describeFacts(
	facts: GalleryFacts,
	{ place, changed, index }: Readonly<Record<"place" | "changed" | "index", readonly Line[]>>,
): string {
	const collections = Object.entries(facts.collections).sort(([, a], [, b]) => b - a);
	const lines: Line[] = [
		...place,
		["name", facts.name],
		["people", `${facts.people}`],
		["photos", `${facts.photos}`],
		...changed,
		["embeddings", `${facts.dimension} numbers each, by ${facts.pipelineVersion}`],
		...index,
		...collections.map(
			([name, number], i): Line =>
				i === 0
					? ["collections", `${name}: ${count(number, "person", "people")}`]
					: ["", `${name}: ${number}`],
		),
	];
	return lines.map(([what, value]) => `${what.padEnd(13)}${value}`).join("\n");
}
