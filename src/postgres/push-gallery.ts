/**
 * A gallery from memory into a database. It is loaded into a schema of its own, batch by batch, so that it can be
 * interrupted and gone on with; once counts and checksums are right and the index is there, it takes the place of the
 * gallery before in one step, also while that one is served.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import { encodeGeometries } from "../gallery/file/photo-codec.ts";
import type { Gallery } from "../gallery/gallery.ts";
import { type DenyEntry, DenyList } from "../gallery/people/deny-list.ts";
import type { Client, Database } from "./connection/database.ts";
import type { Field } from "./copy/binary-copy.ts";
import { checksumOf, copyIn } from "./copy/copy-table.ts";
import { ChecksumCounter, EMBEDDINGS, PEOPLE, PHOTOS, type TableColumns } from "./copy/table-format.ts";
import { readDenied } from "./denied.ts";
import { beginLoad, expectOwnLoad, forgetLoad, isLoading, someoneElsePushes } from "./load-place.ts";
import { calibrate } from "./nearest/calibrate.ts";
import { makeIndex } from "./nearest/nearest-index.ts";
import { hasGallery } from "./read-gallery.ts";
import { expectOwnSchema, takePlace } from "./take-place.ts";

export interface PushOptions {
	/** The gallery's own list of who must not come back. Default: nobody is on it but those of the gallery before. */
	readonly denied?: readonly DenyEntry[];
	/** Told of photos that are there. */
	readonly onProgress?: (done: number, total: number) => void;
	/** Told how far the index is, once all photos are there. */
	readonly onIndexing?: (done: number, total: number) => void;
	/** Told when the gallery that is there can't be replaced yet, as somebody reads or changes it. */
	readonly onWait?: () => void;
	/** Photos that go in at a time. Default 5,000. */
	readonly batchSize?: number;
	readonly signal?: AbortSignal;
}

export interface Pushed {
	readonly numPeople: number;
	readonly numPhotos: number;
	/** Photos that an interrupted push had brought there. */
	readonly numResumed: number;
	/** Photos that were left out: they, or whom they show, were removed there or are on the deny list. */
	readonly numKeptOut: number;
}

/** What is loaded: people who have photos, by their number in the gallery. */
interface Load {
	readonly gallery: Gallery;
	readonly people: readonly number[];
	readonly rows: readonly number[];
	/** Of everything, so that only the same gallery goes on where it was. */
	readonly digest: string;
}

/**
 * @param gallery with its scale of the score
 * @throws AppError DATABASE_*, also for a schema that holds anything else; INDEX_CORRUPT if what arrived is not what was
 * sent: then nothing of it is kept; FILE_IN_USE where somebody else pushes at the same time; GALLERY_BUSY where somebody of
 * it was removed there meanwhile; the signal's reason
 */
export async function pushGallery(
	given: Gallery,
	database: Database,
	options: PushOptions = {},
): Promise<Pushed> {
	const { denied = [], onWait, signal } = options;
	await database.createExtension();
	await expectOwnSchema(database);
	const loading = database.inSchema(`${database.place.schema}_loading`);
	// also those who were removed there since the gallery was pulled or pushed last
	const known = (await hasGallery(database)) ? await database.read(readDenied) : [];
	const keptOut = rowsKeptOut(given, [...denied, ...known]);
	const gallery = keptOut.length > 0 ? given.removing(keptOut) : given;
	const load = toLoad(gallery);
	const numResumed = await bring(loading, load, options).catch((error: unknown) => {
		// somebody else has begun anew, or was faster
		throw error instanceof AppError && error.code === "FILE_NOT_FOUND" ? someoneElsePushes() : error;
	});
	await takePlace(loading, database, {
		digest: load.digest,
		denied: [...denied, ...known],
		isKeptOut: (all) => rowsKeptOut(gallery, all).length > 0,
		...(onWait && { onWait }),
		...(signal && { signal }),
	});
	return {
		...{ numPeople: load.people.length, numPhotos: load.rows.length },
		...{ numResumed, numKeptOut: keptOut.length },
	};
}

/** What is not there yet, all of it verified; then its index, and what that finds. @returns photos that were there */
async function bring(
	loading: Database,
	load: Load,
	{ onProgress, onIndexing, batchSize = 5000, signal }: PushOptions,
): Promise<number> {
	const { rows, gallery } = load;
	const numResumed = await beginOrGoOn(loading, load);
	for (let done = numResumed; done < rows.length; done += batchSize) {
		signal?.throwIfAborted();
		const batch = rows.slice(done, done + batchSize);
		await loading.change((client) => copyBatch(client, load, batch, done), { timeoutMs: 0 });
		onProgress?.(done + batch.length, rows.length);
	}
	signal?.throwIfAborted();
	await loading
		.read((client) => verify(client, load), { isSnapshot: true, timeoutMs: 0 })
		.catch(async (error: unknown) => {
			if (error instanceof AppError && error.code === "INDEX_CORRUPT") await forgetLoad(loading);
			throw error;
		});
	const watch = { ...(onIndexing && { onProgress: onIndexing }), ...(signal && { signal }) };
	await makeIndex(loading, gallery.index.dimension, watch);
	signal?.throwIfAborted();
	await calibrate(loading, gallery.pipelineVersion);
	return numResumed;
}

/** Photos that must not be in the gallery, or are of people who must not. */
function rowsKeptOut(gallery: Gallery, entries: readonly DenyEntry[]): number[] {
	if (entries.length === 0) return [];
	const denied = new DenyList(entries);
	const people = new Set(
		[...gallery.people.entries()].flatMap(([i, person]) =>
			denied.reasonFor(person) === undefined ? [] : [i],
		),
	);
	return gallery
		.rows()
		.filter(
			(row) => people.has(gallery.personOf(row)) || denied.reasonForPhoto(gallery.source(row)) !== undefined,
		);
}

function toLoad(gallery: Gallery): Load {
	const rows = gallery.rows();
	const people = [...new Set(rows.map((row) => gallery.personOf(row)))].sort((a, b) => a - b);
	const hash = createHash("sha256");
	const { name, settings, pipelineVersion, scale } = gallery;
	hash.update(JSON.stringify({ name, settings, pipelineVersion, scale }));
	const load = { gallery, people, rows };
	for (const table of [peopleOf(load), photosOf(load, rows), embeddingsOf(load, rows)])
		for (const fields of table) for (const field of fields) if (field) hash.update(field);
	return { ...load, digest: hash.digest("hex") };
}

type Contents = Omit<Load, "digest">;

function* peopleOf({ gallery, people }: Contents): Generator<Field[]> {
	for (const id of people)
		yield PEOPLE.encode({ id, person: gallery.person(id), template: gallery.templates.of(id) });
}

function* photosOf({ gallery }: Contents, rows: readonly number[]): Generator<Field[]> {
	for (const row of rows) {
		const { person, source, picture = null, credit, ...geometry } = gallery.photo(row);
		yield PHOTOS.encode({
			...{ id: row, person, source, picture, credit },
			geometry: encodeGeometries([geometry]),
		});
	}
}

function* embeddingsOf({ gallery }: Contents, rows: readonly number[]): Generator<Field[]> {
	for (const row of rows)
		yield EMBEDDINGS.encode({
			photo: row,
			person: gallery.personOf(row),
			embedding: gallery.index.embedding(row),
		});
}

async function numPhotosIn(client: Client): Promise<number> {
	const { rows } = await client.query<{ count: string }>("SELECT count(*) FROM photos");
	return Number(rows[0]!.count);
}

/** @returns photos that an interrupted push of the same gallery has brought; where there was none, all else is filled in */
async function beginOrGoOn(loading: Database, load: Load): Promise<number> {
	if (await isLoading(loading, load.digest)) return loading.read(numPhotosIn);
	const { name, settings, pipelineVersion, index, scale } = load.gallery;
	await beginLoad(loading, async (client) => {
		await client.query(
			`INSERT INTO gallery (name, settings, pipeline_version, dimension, scale, loading)
			VALUES ($1, $2, $3, $4, $5, $6)`,
			[
				...[name, JSON.stringify(settings), pipelineVersion, index.dimension],
				...[JSON.stringify(scale ?? null), load.digest],
			],
		);
		await copyIn(client, PEOPLE, peopleOf(load));
	});
	return 0;
}

/** @param numDone photos that must be there before */
async function copyBatch(
	client: Client,
	load: Load,
	rows: readonly number[],
	numDone: number,
): Promise<void> {
	await expectOwnLoad(client, load.digest);
	await client.query("LOCK TABLE photos IN SHARE ROW EXCLUSIVE MODE");
	if ((await numPhotosIn(client)) !== numDone) throw someoneElsePushes();
	await copyIn(client, PHOTOS, photosOf(load, rows));
	await copyIn(client, EMBEDDINGS, embeddingsOf(load, rows));
}

async function verify(client: Client, load: Load): Promise<void> {
	await expectOwnLoad(client, load.digest);
	const sent: [TableColumns, Iterable<Field[]>][] = [
		[PEOPLE, peopleOf(load)],
		[PHOTOS, photosOf(load, load.rows)],
		[EMBEDDINGS, embeddingsOf(load, load.rows)],
	];
	for (const [format, rows] of sent) {
		const counter = new ChecksumCounter();
		for (const fields of rows) counter.add(fields);
		const [expected, found] = [counter.checksum, await checksumOf(client, format)];
		if (expected.numRows === found.numRows && expected.sum === found.sum) continue;
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected ${expected.numRows} rows with the checksum ${expected.sum} in the table ${format.table} but found ${found.numRows} with ${found.sum}.`,
			{ hint: "Run it again: it starts anew." },
		);
	}
}
