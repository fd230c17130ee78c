/** A gallery from a database into memory, all of it as it was at one moment, with the checksums that the server has. */
import { AppError } from "../errors.ts";
import type { GalleryContents } from "../gallery/gallery.ts";
import type { DenyEntry } from "../gallery/people/deny-list.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import { readGeometry } from "../gallery/photo-codec.ts";
import { checksumOf, copyOut } from "./copy/copy-table.ts";
import {
	type Checksum,
	ChecksumCounter,
	EMBEDDINGS,
	PEOPLE,
	PHOTOS,
	type TableFormat,
} from "./copy/table-format.ts";
import type { Client, Database } from "./database.ts";
import { readDenied } from "./denied.ts";
import { expectVersion } from "./migrate.ts";
import { readFacts } from "./read-gallery.ts";

export interface PulledGallery {
	/** What builds the gallery. */
	readonly contents: GalleryContents;
	/** The gallery's own list of who must not come back. */
	readonly denied: readonly DenyEntry[];
}

export interface PullOptions {
	/** Told of embeddings that have arrived. */
	readonly onProgress?: (done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

/** @throws AppError DATABASE_*, FILE_NOT_FOUND; INDEX_CORRUPT if what arrives is not what is there; the signal's reason */
export function pullGallery(database: Database, options: PullOptions = {}): Promise<PulledGallery> {
	return database.read((client) => pull(client, options), { isSnapshot: true, timeoutMs: 0 });
}

async function pull(client: Client, { onProgress, signal }: PullOptions): Promise<PulledGallery> {
	await expectVersion(client);
	const { name, settings, pipelineVersion, dimension, scale } = await readFacts(client);
	const expected = await checksumOf(client, EMBEDDINGS);

	const people: Person[] = [];
	const numbers = new Map<number, number>();
	await readTable(client, PEOPLE, await checksumOf(client, PEOPLE), ({ id, person }) => {
		numbers.set(id, people.length);
		people.push(person);
	});
	const photos: GalleryPhoto[] = [];
	const rowOf = new Map<number, number>();
	await readTable(client, PHOTOS, await checksumOf(client, PHOTOS), (row) => {
		rowOf.set(row.id, photos.length);
		photos.push({
			person: numbers.get(row.person)!,
			source: row.source,
			picture: row.picture ?? undefined,
			...readGeometry(row.geometry, 0),
			...(row.credit && { credit: row.credit }),
		});
	});
	const embeddings = new Float32Array(photos.length * dimension);
	let numDone = 0;
	await readTable(client, EMBEDDINGS, expected, ({ photo, embedding }) => {
		signal?.throwIfAborted();
		embeddings.set(embedding, rowOf.get(photo)! * dimension);
		onProgress?.(++numDone, expected.numRows);
	});
	return {
		contents: {
			...{ name, settings, pipelineVersion, dimension, scale },
			...{ people, photos, embeddings },
		},
		denied: await readDenied(client),
	};
}

async function readTable<Row>(
	client: Client,
	format: TableFormat<Row>,
	expected: Checksum,
	take: (row: Row) => void,
): Promise<void> {
	const counter = new ChecksumCounter();
	for await (const fields of copyOut(client, format)) {
		counter.add(fields);
		take(format.decode(fields));
	}
	const { numRows, sum } = counter.checksum;
	if (numRows === expected.numRows && sum === expected.sum) return;
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected ${expected.numRows} rows with the checksum ${expected.sum} of the table ${format.table} but received ${numRows} with ${sum}.`,
	);
}
