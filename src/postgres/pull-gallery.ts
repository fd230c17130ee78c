/**
 * A gallery from a database into memory, all of it as it was at one moment, with the checksums that the server has. It
 * comes part by part, by ranges of ids; what has arrived may be kept, so that a pull that was interrupted goes on.
 */
import { AppError } from "../errors.ts";
import { readGeometry } from "../gallery/file/photo-codec.ts";
import type { GalleryContents } from "../gallery/gallery.ts";
import type { DenyEntry } from "../gallery/people/deny-list.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import type { Client, Database } from "./connection/database.ts";
import { decodeCopy, encodeCopy, type Field } from "./copy/binary-copy.ts";
import { checksumOf, copyOut } from "./copy/copy-table.ts";
import { NO_PARTS, openParts, type PulledParts } from "./copy/pulled-parts.ts";
import { ChecksumCounter, EMBEDDINGS, PEOPLE, PHOTOS, type TableFormat } from "./copy/table-format.ts";
import { readDenied } from "./denied.ts";
import { expectVersion } from "./migrate.ts";
import { readFacts } from "./read-gallery.ts";
import { readVersion } from "./versions.ts";

export interface PulledGallery {
	/** What builds the gallery. */
	readonly contents: GalleryContents;
	/** The gallery's own list of who must not come back. */
	readonly denied: readonly DenyEntry[];
	/** Embeddings that an interrupted pull had brought. */
	readonly numResumed: number;
	/** Takes away what was kept, once the gallery is where it should be. */
	readonly forgetParts: () => Promise<void>;
}

export interface PullOptions {
	/** Folder in which parts are kept as they arrive. Default: none. */
	readonly partsFolder?: string;
	/** Ids of a part. Default 20,000. */
	readonly batchSize?: number;
	/** Told where the gallery was changed since the interruption, so that all of it comes again. */
	readonly onBegunAnew?: () => void;
	/** Told of embeddings that have arrived. */
	readonly onProgress?: (done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

/**
 * @throws AppError DATABASE_*, FILE_NOT_FOUND; INDEX_CORRUPT if what arrived is not what is there: then nothing of it is
 * kept; as writeFailure; the signal's reason
 */
export function pullGallery(database: Database, options: PullOptions = {}): Promise<PulledGallery> {
	return database.read((client) => pull(client, database.place.schema, options), {
		isSnapshot: true,
		timeoutMs: 0,
	});
}

async function pull(client: Client, schema: string, options: PullOptions): Promise<PulledGallery> {
	await expectVersion(client, schema);
	const { partsFolder, onBegunAnew } = options;
	if (partsFolder === undefined) return pullBy(NO_PARTS, client, options);
	const { parts, wasOfAnother } = await openParts(partsFolder, await readVersion(client));
	if (wasOfAnother) onBegunAnew?.();
	try {
		return await pullBy(parts, client, options);
	} catch (error) {
		if (error instanceof AppError && error.code === "INDEX_CORRUPT") await parts.remove();
		throw error;
	}
}

async function pullBy(
	parts: PulledParts,
	client: Client,
	{ batchSize = 20_000, onProgress, signal }: PullOptions,
): Promise<PulledGallery> {
	const { name, settings, pipelineVersion, dimension, scale } = await readFacts(client);
	const comparing = { client, parts, batchSize, signal };
	const people: Person[] = [];
	const numbers = new Map<number, number>();
	await readTable(PEOPLE, comparing, ({ id, person }) => {
		numbers.set(id, people.length);
		people.push(person);
	});
	const photos: GalleryPhoto[] = [];
	const rowOf = new Map<number, number>();
	await readTable(PHOTOS, comparing, (row) => {
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
	const numResumed = await readTable(EMBEDDINGS, comparing, ({ photo, embedding }) => {
		embeddings.set(embedding, rowOf.get(photo)! * dimension);
		onProgress?.(++numDone, photos.length);
	});
	return {
		contents: {
			...{ name, settings, pipelineVersion, dimension, scale },
			...{ people, photos, embeddings },
		},
		denied: await readDenied(client),
		numResumed,
		forgetParts: parts.remove,
	};
}

interface Comparing {
	readonly client: Client;
	readonly parts: PulledParts;
	readonly batchSize: number;
	readonly signal: AbortSignal | undefined;
}

/** @returns rows that had arrived before */
async function readTable<Row>(
	format: TableFormat<Row>,
	{ client, parts, batchSize, signal }: Comparing,
	take: (row: Row) => void,
): Promise<number> {
	const { table, key } = format;
	const expected = await checksumOf(client, format);
	const counter = new ChecksumCounter();
	const { rows } = await client.query<{ first: number | null; last: number | null }>(
		`SELECT min(${key}) AS first, max(${key}) AS last FROM ${table}`,
	);
	const { first, last } = rows[0]!;
	let numResumed = 0;
	for (let from = first ?? 0; from <= (last ?? -1); from += batchSize) {
		signal?.throwIfAborted();
		const to = from + batchSize;
		const part = `${table}-${from}-${to}`;
		const kept = await parts.find(part);
		const bytes = kept ?? (await encodeAll(copyOut(client, format, `${key} >= ${from} AND ${key} < ${to}`)));
		if (!kept) await parts.keep(part, bytes);
		for await (const fields of decodeCopy(once(bytes))) {
			counter.add(fields);
			take(format.decode(fields));
			if (kept) numResumed++;
		}
	}
	const { numRows, sum } = counter.checksum;
	if (numRows === expected.numRows && sum === expected.sum) return numResumed;
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected ${expected.numRows} rows with the checksum ${expected.sum} of the table ${table} but received ${numRows} with ${sum}.`,
		{ hint: "Run it again: it starts anew." },
	);
}

async function encodeAll(table: AsyncIterable<Field[]>): Promise<Buffer> {
	const rows: Field[][] = [];
	// fields lie in memory that is not theirs
	for await (const fields of table) rows.push(fields.map((field) => field && Buffer.from(field)));
	return Buffer.concat([...encodeCopy(rows)]);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes;
}
