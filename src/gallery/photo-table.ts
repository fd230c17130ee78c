/**
 * What a gallery keeps of its photos beside their embeddings. It grows at its end as the index does: all tables that
 * grew from one share its memory, and each knows how many of the rows are its own.
 */
import type { PhotoEntry } from "./catalogue.ts";
import { toEntry } from "./catalogue.ts";
import {
	checkGeometryBytes,
	encodeGeometries,
	type FaceGeometry,
	RECORD_BYTES,
	readGeometry,
} from "./file/photo-codec.ts";
import type { GalleryPhoto } from "./person.ts";

/** Rows of all tables that grew from one; the newest has all of them. */
interface SharedRows {
	readonly entries: PhotoEntry[];
	/** Records of the first rows, see photo-codec.ts. */
	readonly records: Uint8Array;
	/** Those of the rows after them, one by one: so many megabytes are not copied to make room for another. */
	readonly added: Uint8Array[];
}

export class PhotoTable {
	readonly size: number;
	readonly #shared: SharedRows;

	private constructor(shared: SharedRows, size: number) {
		this.#shared = shared;
		this.size = size;
	}

	static of(photos: readonly GalleryPhoto[]): PhotoTable {
		return PhotoTable.from(photos.map(toEntry), encodeGeometries(photos));
	}

	/**
	 * @param entries whose order is that of the records; the table keeps both
	 * @throws AppError INDEX_CORRUPT if there are not as many records
	 */
	static from(entries: PhotoEntry[], records: Uint8Array): PhotoTable {
		checkGeometryBytes(records, entries.length);
		return new PhotoTable({ entries, records, added: [] }, entries.length);
	}

	/** A table with further photos; this one stays as it is. The newest grows in amortised constant time. */
	adding(photos: readonly GalleryPhoto[]): PhotoTable {
		const shared = this.#isNewest() ? this.#shared : this.#copy();
		shared.added.push(...photos.map((photo) => encodeGeometries([photo])));
		shared.entries.push(...photos.map(toEntry));
		return new PhotoTable(shared, this.size + photos.length);
	}

	/** A table of these rows only, over memory of its own. */
	pick(rows: readonly number[]): PhotoTable {
		const records = Buffer.concat(rows.map((row) => this.record(row)));
		return PhotoTable.from(
			rows.map((row) => this.entry(row)),
			records,
		);
	}

	/** @throws RangeError for a row that is not there */
	entry(row: number): PhotoEntry {
		const entry = row < this.size ? this.#shared.entries[row] : undefined;
		if (entry) return entry;
		throw new RangeError(`Expected a row below ${this.size} but received ${row}.`);
	}

	/** Box and landmarks. @param row one that is there */
	geometry(row: number): FaceGeometry {
		return readGeometry(this.record(row), 0);
	}

	/** The texts of all rows. */
	entries(): PhotoEntry[] {
		return this.#shared.entries.slice(0, this.size);
	}

	/** The records of all rows, as `from` takes them. */
	records(): Uint8Array {
		const { records, added } = this.#ownRows();
		return added.length === 0 ? records : Buffer.concat([records, ...added]);
	}

	/** As `encodeGeometries` writes a photo's. @param row one that is there */
	record(row: number): Uint8Array {
		const { records, added } = this.#shared;
		const at = row * RECORD_BYTES;
		if (at < records.byteLength) return records.subarray(at, at + RECORD_BYTES);
		return added[row - records.byteLength / RECORD_BYTES]!;
	}

	#isNewest(): boolean {
		return this.#shared.entries.length === this.size;
	}

	#copy(): SharedRows {
		return { entries: this.entries(), ...this.#ownRows() };
	}

	/** Without those that came to newer tables. */
	#ownRows(): Pick<SharedRows, "records" | "added"> {
		const { records, added } = this.#shared;
		return { records, added: added.slice(0, this.size - records.byteLength / RECORD_BYTES) };
	}
}
