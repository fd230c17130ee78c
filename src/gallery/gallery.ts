/**
 * The people who can be found: an index of embeddings and, beside each row, whose photo it was. A gallery is one
 * file: the index file of search/, with the sections below added to it.
 */
import { type IndexSource, sourceOf } from "../search/file/index-file.ts";
import { LshIndex } from "../search/lsh-index.ts";
import type { VectorIndex } from "../search/vector-index.ts";
import type { Credit } from "./credit.ts";
import { encodeSections, readSections } from "./file/gallery-sections.ts";
import { loadIndex } from "./file/load-index.ts";
import type { GallerySettings } from "./gallery-settings.ts";
import {
	type FoundPerson,
	findPeople,
	type PeopleOptions,
	type PeopleSearch,
} from "./matching/find-people.ts";
import type { MeasuredScale } from "./matching/measured-scale.ts";
import { Templates } from "./matching/templates.ts";
import { closeGaps } from "./people/close-gaps.ts";
import type { GalleryPhoto, Person } from "./person.ts";
import { PhotoTable } from "./photo-table.ts";
import type { ReadableGallery } from "./readable-gallery.ts";

/** Up to here an exact search takes a few milliseconds, little beside finding the face. */
const MAX_EXACT_PHOTOS = 1_000_000;

export interface GalleryContents {
	/** To show, e.g. "starter". */
	readonly name: string;
	readonly settings?: GallerySettings;
	readonly people: readonly Person[];
	/** photos[row] belongs to row `row` of the embeddings. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, photos.length x dimension. */
	readonly embeddings: Float32Array;
	readonly dimension: number;
	/** What made the embeddings; see faces/embedding-model.ts. */
	readonly pipelineVersion: string;
	/** As `Gallery.scale`, where it was measured before. */
	readonly scale?: MeasuredScale | undefined;
}

export interface BuildGalleryOptions {
	/** Same seed and contents, same bytes. Default 1. */
	readonly seed?: number;
	readonly onProgress?: (done: number, total: number) => void;
}

interface GalleryParts extends Pick<GalleryContents, "name" | "people" | "scale"> {
	readonly settings: GallerySettings;
	readonly photos: PhotoTable;
	readonly index: LshIndex;
	/** Of this very index; none were made yet where there are none. */
	readonly templates?: Templates;
}

export class Gallery implements ReadableGallery {
	readonly name: string;
	readonly settings: GallerySettings;
	readonly people: readonly Person[];
	/** The LSH index; its row is the photo's number and its group the person's. */
	readonly index: LshIndex;
	/** The exact search over the same embeddings. */
	readonly exact: VectorIndex;
	/** Each person as one embedding. */
	readonly templates: Templates;
	/** What the score's numbers mean here, as it was measured last; see pipeline/measure-gallery.ts. */
	readonly scale: MeasuredScale | undefined;
	readonly #photos: PhotoTable;
	/** Counted when it is first asked for. */
	#numPeople: number | undefined;

	private constructor({ name, settings, people, photos, index, templates, scale }: GalleryParts) {
		this.name = name;
		this.settings = settings;
		this.people = people;
		this.index = index;
		this.exact = index.exact();
		this.templates = templates ?? new Templates(index);
		this.scale = scale;
		this.#photos = photos;
	}

	/**
	 * Builds the index over the embeddings. A gallery of no photos finds nobody.
	 * @throws AppError INVALID_VECTOR as LshIndex.build
	 */
	static build(contents: GalleryContents, { seed = 1, onProgress }: BuildGalleryOptions = {}): Gallery {
		const { name, settings = {}, embeddings, dimension, pipelineVersion } = contents;
		const { people, groups } = closeGaps(
			contents.people,
			contents.photos.map(({ person }) => person),
		);
		const index = LshIndex.build({
			...{ embeddings, groups, dimension, pipelineVersion, seed },
			...(onProgress && { onProgress }),
		});
		const photos = PhotoTable.of(contents.photos);
		return new Gallery({ name, settings, people, photos, index, scale: contents.scale });
	}

	/**
	 * Reads what `encode` wrote; the bytes are copied and may change afterwards.
	 * @param pipelineVersion that of the running program, if it is to be compared
	 * @throws AppError INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH, INDEX_CORRUPT or PIPELINE_MISMATCH
	 */
	static from(bytes: Uint8Array, pipelineVersion?: string): Gallery {
		return Gallery.load(sourceOf(bytes), pipelineVersion);
	}

	/** As `from`, but straight from e.g. an open file to where the rows are used. */
	static load(source: IndexSource, pipelineVersion?: string): Gallery {
		const expected = pipelineVersion === undefined ? {} : { expectedPipelineVersion: pipelineVersion };
		const index = loadIndex(source, expected);
		return new Gallery({ ...readSections(index), index });
	}

	/** The one file: what `from` reads. */
	encode(): Uint8Array {
		return this.index.encode(encodeSections(this.#parts()), { hashes: true });
	}

	/** The same gallery with another scale of the score, over the same memory. */
	withScale(scale: MeasuredScale): Gallery {
		return new Gallery({ ...this.#parts(), scale });
	}

	/** The same gallery with other facts about its people, over the same memory. @param people in the same order */
	withPeople(people: readonly Person[]): Gallery {
		return new Gallery({ ...this.#parts(), people });
	}

	/**
	 * A gallery with further photos, over the same memory; this one stays as it is.
	 * @param people those of this gallery, and new ones after them
	 * @param photos whose numbers of people are those of `people`
	 * @param embeddings row-major, photos.length x dimension
	 */
	adding(people: readonly Person[], photos: readonly GalleryPhoto[], embeddings: Float32Array): Gallery {
		const groups = Uint32Array.from(photos, ({ person }) => person);
		const index = this.index.adding(embeddings, groups);
		const templates = this.templates.changedTo(index, groups);
		return new Gallery({ ...this.#parts(), people, photos: this.#photos.adding(photos), index, templates });
	}

	/** A gallery in which these rows are found no more, over the same memory; this one stays as it is. */
	removing(rows: readonly number[]): Gallery {
		const index = this.index.removing(rows);
		const templates = this.templates.changedTo(
			index,
			rows.map((row) => index.group(row)),
		);
		return new Gallery({ ...this.#parts(), index, templates });
	}

	/**
	 * A gallery whose photos are of other people, or gone: of those nothing is left in its memory or its file. Very many
	 * photos stay linked as they are, see LshIndex.keeping; otherwise it is built anew.
	 * @param people of whom those are left who have a photo
	 * @param personOf number of a photo's person; undefined where the photo goes
	 */
	regrouped(people: readonly Person[], personOf: (row: number) => number | undefined): Gallery {
		const all = this.rows();
		const rows = all.filter((row) => personOf(row) !== undefined);
		const closed = closeGaps(
			people,
			rows.map((row) => personOf(row)!),
		);
		// removed first, so that links lead past those that go
		const left = this.index.removing(all.filter((row) => personOf(row) === undefined));
		const index = left.keeping(Uint32Array.from(rows), closed.groups);
		if (index) {
			const { name, settings, scale } = this;
			return new Gallery({ ...closed, name, settings, scale, photos: this.#photos.pick(rows), index });
		}
		const { photos, ...contents } = this.#contentsOf(rows);
		const regrouped = photos.map((photo, i) => ({ ...photo, person: closed.groups[i]! }));
		return Gallery.build({ ...contents, people: closed.people, photos: regrouped });
	}

	/** A gallery built anew of what is there: nothing of what was removed is left in it. */
	compacted(options?: BuildGalleryOptions): Gallery {
		return Gallery.build(this.contents(), options);
	}

	/** What is there, as it would build a gallery anew. */
	contents(): GalleryContents {
		return this.#contentsOf(this.rows());
	}

	#contentsOf(rows: readonly number[]): GalleryContents {
		const { dimension } = this.index;
		const embeddings = new Float32Array(rows.length * dimension);
		for (const [i, row] of rows.entries()) embeddings.set(this.index.embedding(row), i * dimension);
		const photos = rows.map((row) => this.photo(row));
		const { name, settings, people, pipelineVersion, scale } = this;
		return { name, settings, people, photos, embeddings, dimension, pipelineVersion, scale };
	}

	/** The rows that are there, in their order: numbers of photos. */
	rows(): number[] {
		return Array.from({ length: this.index.size }, (_, row) => row).filter((row) => this.index.has(row));
	}

	get numPhotos(): number {
		return this.index.size - this.index.numRemoved;
	}

	/** People with a photo. */
	get numPeople(): number {
		this.#numPeople ??= this.#countPeople();
		return this.#numPeople;
	}

	get bestSearch(): PeopleSearch {
		return this.numPhotos <= MAX_EXACT_PHOTOS ? "exact" : "auto";
	}

	get indexName(): "LSH" {
		return "LSH";
	}

	get dimension(): number {
		return this.index.dimension;
	}

	get pipelineVersion(): string {
		return this.index.pipelineVersion;
	}

	/** @throws RangeError for a number that is nobody's */
	person(number: number): Person {
		const person = this.people[number];
		if (!person) {
			throw new RangeError(`Expected a person below ${this.people.length} but received ${number}.`);
		}
		return person;
	}

	personOf(row: number): number {
		return this.index.group(row);
	}

	findPeople(query: Float32Array, k: number, search?: PeopleSearch, options?: PeopleOptions): FoundPerson[] {
		return findPeople(this, query, k, search, options);
	}

	templatesOf(people: readonly number[]): Float32Array[] {
		return people.map((person) => this.templates.of(person));
	}

	embeddingsOf(rows: readonly number[]): Float32Array[] {
		return rows.map((row) => this.index.embedding(row));
	}

	/** What `photo` calls source, without reading the rest. @throws RangeError as `photo` */
	source(row: number): string {
		return this.#photos.entry(row)[0];
	}

	/** What `photo` calls picture. @throws RangeError as `photo` */
	picture(row: number): string | undefined {
		return this.#photos.entry(row)[1] ?? undefined;
	}

	/** What `photo` calls credit. @throws RangeError as `photo` */
	credit(row: number): Credit | undefined {
		return this.#photos.entry(row)[2];
	}

	/**
	 * @param row of the index
	 * @throws RangeError for a row that is not in the gallery
	 */
	photo(row: number): GalleryPhoto {
		const [source, picture, credit] = this.#photos.entry(row);
		return {
			person: this.index.group(row),
			source,
			picture: picture ?? undefined,
			...this.#photos.geometry(row),
			...(credit && { credit }),
		};
	}

	#countPeople(): number {
		const isSeen = new Uint8Array(this.people.length);
		for (let row = 0; row < this.index.size; row++) {
			if (this.index.has(row)) isSeen[this.index.group(row)] = 1;
		}
		return isSeen.reduce((sum, seen) => sum + seen, 0);
	}

	#parts(): GalleryParts {
		const { name, settings, people, index, templates, scale } = this;
		return { name, settings, people, photos: this.#photos, index, templates, scale };
	}
}
