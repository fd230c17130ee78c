/**
 * A gallery as it is asked, wherever its embeddings are: who is in it is known at once; what needs embeddings may take
 * its time, where they lie in a database.
 */
import type { Credit } from "./credit.ts";
import type { GallerySettings } from "./gallery-settings.ts";
import type { FoundPerson, PeopleOptions, PeopleSearch } from "./matching/find-people.ts";
import type { MeasuredScale } from "./matching/measured-scale.ts";
import type { GalleryPhoto, Person } from "./person.ts";

/** What may be there already: awaiting it costs the embedded gallery no more than a turn of the queue. */
export type MaybePromise<T> = T | Promise<T>;

export interface ReadableGallery {
	/** To show, e.g. "starter". */
	readonly name: string;
	readonly settings: GallerySettings;
	readonly people: readonly Person[];
	/** People with a photo. */
	readonly numPeople: number;
	readonly numPhotos: number;
	/** What made the embeddings; see faces/embedding-model.ts. */
	readonly pipelineVersion: string;
	/** Numbers per embedding. */
	readonly dimension: number;
	/** What the score's numbers mean here, as it was measured last. */
	readonly scale: MeasuredScale | undefined;
	/** What answers are made of: every photo is compared unless that would take too long. */
	readonly bestSearch: PeopleSearch;
	/** What answers where not every photo is compared: that of a file, or that of a database. */
	readonly indexName: "LSH" | "HNSW";
	/** The rows that are there, in their order: numbers of photos. */
	rows(): number[];
	/** @throws RangeError for a number that is nobody's */
	person(number: number): Person;
	/** Number of the person whose photo it is. @param row one that is there */
	personOf(row: number): number;
	/** What `photo` calls source, without reading the rest. @throws RangeError as `photo` */
	source(row: number): string;
	/** What `photo` calls picture. @throws RangeError as `photo` */
	picture(row: number): string | undefined;
	/** What `photo` calls credit. @throws RangeError as `photo` */
	credit(row: number): Credit | undefined;
	/** @throws RangeError for a row that is not in the gallery */
	photo(row: number): GalleryPhoto;
	/**
	 * The people most similar to a face, best first, as in matching/find-people.ts.
	 * @param query unit length, by the gallery's pipeline
	 * @throws AppError as VectorIndex.search; of a database also DATABASE_UNAVAILABLE
	 */
	findPeople(
		query: Float32Array,
		k: number,
		search?: PeopleSearch,
		options?: PeopleOptions,
	): MaybePromise<FoundPerson[]>;
	/** Of each of these people the mean of their photos at unit length. @throws RangeError for one without a photo */
	templatesOf(people: readonly number[]): MaybePromise<Float32Array[]>;
	/** Of each of these rows, unit length. @param rows that are there */
	embeddingsOf(rows: readonly number[]): MaybePromise<Float32Array[]>;
}
