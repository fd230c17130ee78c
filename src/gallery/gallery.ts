/**
 * The people who can be found: an index of embeddings and, beside each row, whose photo it was. A gallery is one
 * file: the index file of search/, with the sections below added to it.
 */
import { AppError } from "../errors.ts";
import type { ExactIndex } from "../search/exact-index.ts";
import { LshIndex } from "../search/lsh-index.ts";
import type { GalleryPhoto, Person } from "./person.ts";
import { encodeGeometries, GeometryReader } from "./photo-codec.ts";

/** UTF-8 JSON of `Catalogue`. */
const CATALOGUE_SECTION = "gallery";
/** Boxes and landmarks, see photo-codec.ts. */
const GEOMETRY_SECTION = "faces";

/** What of a gallery is text; photos[row] = [source, picture or null]. Whose photo a row is, the index knows. */
interface Catalogue {
	readonly name: string;
	readonly people: readonly Person[];
	readonly photos: readonly (readonly [source: string, picture: string | null])[];
}

export interface GalleryContents {
	/** To show, e.g. "starter". */
	readonly name: string;
	readonly people: readonly Person[];
	/** photos[row] belongs to row `row` of the embeddings. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, photos.length x dimension. */
	readonly embeddings: Float32Array;
	readonly dimension: number;
	/** What made the embeddings; see faces/embedding-model.ts. */
	readonly pipelineVersion: string;
}

export interface BuildGalleryOptions {
	/** Same seed and contents, same bytes. Default 1. */
	readonly seed?: number;
	readonly onProgress?: (done: number, total: number) => void;
}

export class Gallery {
	readonly name: string;
	readonly people: readonly Person[];
	/** The LSH index; its row is the photo's number and its group the person's. */
	readonly index: LshIndex;
	/** The exact search over the same embeddings. */
	readonly exact: ExactIndex;
	readonly #photos: Catalogue["photos"];
	readonly #geometries: GeometryReader;
	readonly #geometryBytes: Uint8Array;

	private constructor(catalogue: Catalogue, geometryBytes: Uint8Array, index: LshIndex) {
		this.name = catalogue.name;
		this.people = catalogue.people;
		this.index = index;
		this.exact = index.exact();
		this.#photos = catalogue.photos;
		this.#geometryBytes = geometryBytes;
		this.#geometries = new GeometryReader(geometryBytes, index.size);
	}

	/**
	 * Builds the index over the embeddings.
	 * @throws AppError EMPTY_GALLERY without photos; INVALID_VECTOR as LshIndex.build
	 */
	static build(contents: GalleryContents, { seed = 1, onProgress }: BuildGalleryOptions = {}): Gallery {
		const { name, people, photos, embeddings, dimension, pipelineVersion } = contents;
		if (photos.length === 0)
			throw new AppError("EMPTY_GALLERY", "Expected photos with a face but none is left.");
		const index = LshIndex.build({
			embeddings,
			groups: Uint32Array.from(photos, ({ person }) => person),
			dimension,
			pipelineVersion,
			seed,
			...(onProgress && { onProgress }),
		});
		const catalogue = {
			name,
			people,
			photos: photos.map(({ source, picture }) => [source, picture ?? null] as const),
		};
		return new Gallery(catalogue, encodeGeometries(photos), index);
	}

	/**
	 * Reads a gallery file; the bytes are used where they lie and must not change afterwards.
	 * @param pipelineVersion that of the running program, if it is to be compared
	 * @throws AppError INVALID_INDEX_FILE, INDEX_VERSION_MISMATCH, INDEX_CORRUPT or PIPELINE_MISMATCH
	 */
	static from(bytes: Uint8Array, pipelineVersion?: string): Gallery {
		const index = LshIndex.from(
			bytes,
			pipelineVersion === undefined ? {} : { expectedPipelineVersion: pipelineVersion },
		);
		const geometry = sectionOf(index, GEOMETRY_SECTION);
		return new Gallery(parseCatalogue(sectionOf(index, CATALOGUE_SECTION), index.size), geometry, index);
	}

	/** The one file: what `from` reads. */
	encode(): Uint8Array {
		const catalogue: Catalogue = { name: this.name, people: this.people, photos: this.#photos };
		return this.index.encode({
			[CATALOGUE_SECTION]: new TextEncoder().encode(JSON.stringify(catalogue)),
			[GEOMETRY_SECTION]: this.#geometryBytes,
		});
	}

	/** Number of photos. */
	get size(): number {
		return this.index.size;
	}

	get pipelineVersion(): string {
		return this.index.pipelineVersion;
	}

	/** @throws RangeError for a number that is nobody's */
	person(number: number): Person {
		const person = this.people[number];
		if (!person)
			throw new RangeError(`Expected a person below ${this.people.length} but received ${number}.`);
		return person;
	}

	/**
	 * @param row of the index
	 * @param person the group of that row
	 * @throws RangeError for a row that is not in the gallery
	 */
	photo(row: number, person: number): GalleryPhoto {
		const entry = this.#photos[row];
		if (!entry) throw new RangeError(`Expected a row below ${this.#photos.length} but received ${row}.`);
		const [source, picture] = entry;
		return { person, source, picture: picture ?? undefined, ...this.#geometries.read(row) };
	}
}

function sectionOf(index: LshIndex, name: string): Uint8Array {
	const bytes = index.section(name);
	if (bytes) return bytes;
	throw new AppError(
		"INVALID_INDEX_FILE",
		`Expected a gallery but the index file has no section "${name}".`,
		{
			hint: "Build it with `celebrity-faces gallery build`.",
		},
	);
}

function parseCatalogue(bytes: Uint8Array, numRows: number): Catalogue {
	let catalogue: Catalogue;
	try {
		catalogue = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (cause) {
		throw new AppError("INDEX_CORRUPT", "The gallery's list of people is not readable.", { cause });
	}
	if (catalogue.photos?.length !== numRows) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${numRows} photos in the gallery's list but found ${catalogue.photos?.length}.`,
		);
	}
	return catalogue;
}
