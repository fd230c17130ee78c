/**
 * Changes of a gallery in a database: thought out from the gallery as it was read, made in one transaction, or thought
 * out again where somebody else was faster.
 */
import { randomUUID } from "node:crypto";
import { AppError } from "../errors.ts";
import { encodeGeometries } from "../gallery/file/photo-codec.ts";
import { type ContentsChange, interrupted } from "../gallery/order/contents-change.ts";
import { withRemoved } from "../gallery/people/deny-list.ts";
import type { Person } from "../gallery/person.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";
import { isUnavailable, wasLocked } from "./connection/database-errors.ts";
import { readVector } from "./copy/binary-copy.ts";
import { copyIn } from "./copy/copy-table.ts";
import { EMBEDDINGS, PEOPLE, PHOTOS } from "./copy/table-format.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { readDenied, writeDenied } from "./denied.ts";
import { readDatabaseGallery } from "./read-gallery.ts";
import { recalibrate } from "./recalibrate.ts";
import { announce, nextVersion, note, readVersion, versionOf } from "./versions.ts";

export interface ChangeOptions {
	/** How long it waits for whoever holds what it wants to change, in milliseconds. Default 60,000. */
	readonly patienceMs?: number;
	/** For the audit, beside what is counted: nothing that names whoever was removed. */
	readonly details?: Readonly<Record<string, string>>;
}

const NUM_TRIES = 5;
const PATIENCE_MS = 60_000;

type Think = (before: DatabaseGallery) => ContentsChange | undefined | Promise<ContentsChange | undefined>;

/**
 * @param operation for the audit, e.g. "rename"
 * @param think asked again where the gallery was changed meanwhile; without a change nothing is done
 * @returns the gallery as it is then
 * @throws AppError DATABASE_*, READ_ONLY, GALLERY_BUSY where others are always faster or hold it for too long,
 * CHANGE_INTERRUPTED where the database was lost and did not come back to say whether it was made; whatever `think` throws
 */
export async function changeDatabaseGallery(
	database: Database,
	operation: string,
	think: Think,
	{ patienceMs = PATIENCE_MS, details = {} }: ChangeOptions = {},
): Promise<DatabaseGallery> {
	const id = randomUUID();
	let before = await readDatabaseGallery(database);
	for (let tries = 0; tries < NUM_TRIES; tries++) {
		const change = await thinkOut(think, before);
		if (!change) return before;
		const isMade =
			change !== "changed meanwhile" &&
			(await database
				.change(
					(client) =>
						make(client, database, { operation, details: { ...details, change: id }, before, change }),
					{ timeoutMs: 0, lockTimeoutMs: patienceMs },
				)
				.catch((error: unknown) => findOut(error, database, id, patienceMs)));
		before = await readDatabaseGallery(database, undefined, { before }).catch((error: unknown) => {
			throw isMade && isUnavailable(error) ? interrupted(error) : error;
		});
		if (!isMade) continue;
		const after = before;
		return recalibrate(database, after).catch((error: unknown) => {
			// the change is made; what could not be measured after it is measured after the next one
			if (error instanceof AppError) return after;
			throw error;
		});
	}
	throw alwaysChanged();
}

/**
 * What became of a change that failed, which the server may have made and not been able to say so.
 * @param id by which the audit has it
 * @returns whether it is made; where it is not, it may be made again
 * @throws the failure, in our words, where it says all; AppError CHANGE_INTERRUPTED where the server does not come back
 */
async function findOut(
	failure: unknown,
	database: Database,
	id: string,
	lockTimeoutMs: number,
): Promise<boolean> {
	if (wasLocked(failure)) throw alwaysChanged(failure);
	if (!isUnavailable(failure)) throw failure;
	try {
		// asked again and again while the server is away
		await database.read(readVersion);
		const look = async (client: Client) => {
			// waits for the transaction whose connection was lost: it may be about to end
			await client.query("SELECT FROM gallery FOR UPDATE");
			const { rows } = await client.query("SELECT version FROM audit WHERE details ->> 'change' = $1", [id]);
			return rows.length > 0;
		};
		return await database.change(look, { lockTimeoutMs });
	} catch {
		throw interrupted(failure);
	}
}

function alwaysChanged(cause?: unknown): AppError {
	return new AppError("GALLERY_BUSY", "The gallery is changed by others all the time.", {
		hint: "Nothing was changed. Try again in a while.",
		cause,
	});
}

/** Embeddings that are read for it may be of another gallery by then. */
async function thinkOut(
	think: Think,
	before: DatabaseGallery,
): Promise<ContentsChange | undefined | "changed meanwhile"> {
	try {
		return await think(before);
	} catch (error) {
		if (error instanceof AppError && error.code === "GALLERY_BUSY") return "changed meanwhile";
		throw error;
	}
}

interface ThoughtOut {
	readonly operation: string;
	readonly details: Readonly<Record<string, string>>;
	readonly before: DatabaseGallery;
	readonly change: ContentsChange;
}

/** @returns false where somebody else was faster */
async function make(
	client: Client,
	{ place: { schema } }: Database,
	{ operation, details, before, change }: ThoughtOut,
): Promise<boolean> {
	const { personIds, photoIds } = before.parts;
	await client.query("SELECT FROM gallery FOR UPDATE");
	if ((await readVersion(client)) !== versionOf(before.parts)) return false;
	const version = await nextVersion(client);
	const {
		people = new Map(),
		newPeople = [],
		newPhotos = [],
		moved = new Map(),
		removed = [],
		denied = [],
	} = change;

	for (const [number, person] of people) await updatePerson(client, personIds[number]!, person, version);
	const firstPerson = await nextId(client, "people", "person");
	const idOf = (number: number) => personIds[number] ?? firstPerson + number - personIds.length;
	const touched = new Set<number>();
	for (const [row, number] of moved) {
		touched.add(personIds[before.personOf(row)]!).add(idOf(number));
		const ids = [idOf(number), photoIds[row]!];
		await client.query("UPDATE photos SET person = $1, version = $3 WHERE id = $2", [...ids, version]);
		await client.query("UPDATE embeddings SET person = $1 WHERE photo = $2", ids);
	}
	const gone = removed.map((row) => photoIds[row]!);
	for (const row of removed) touched.add(personIds[before.personOf(row)]!);
	// by themselves: where they are spread over other servers, no foreign key takes them along
	await client.query("DELETE FROM embeddings WHERE photo = ANY($1)", [gone]);
	await client.query("DELETE FROM photos WHERE id = ANY($1)", [gone]);
	await noteRemovals(client, "photo", gone, version);

	if (newPhotos.length > 0) {
		await insertPhotos(client, change, { firstPerson, idOf, version });
		for (const { person } of newPhotos) touched.add(idOf(person));
	}
	await tidyPeople(client, [...touched], version);
	if (removed.length > 0 || denied.length > 0) {
		const sources = removed.map((row) => before.source(row));
		const staying = denied.length > 0 ? peopleWithout(before, removed) : [];
		const known = await readDenied(client);
		await writeDenied(client, withRemoved(known, denied, sources, staying).slice(known.length));
	}
	await note(client, operation, {
		...details,
		changedPeople: people.size + newPeople.length,
		addedPhotos: newPhotos.length,
		removedPhotos: removed.length,
	});
	await announce(client, schema);
	return true;
}

/** Who has other photos than these. */
function peopleWithout(gallery: DatabaseGallery, removed: readonly number[]): Person[] {
	const gone = new Set(removed);
	const left = gallery.rows().filter((row) => !gone.has(row));
	return [...new Set(left.map((row) => gallery.personOf(row)))].map((number) => gallery.person(number));
}

async function updatePerson(client: Client, id: number, person: Person, version: number): Promise<void> {
	const { name, collections, ...facts } = person;
	await client.query(
		"UPDATE people SET name = $2, collections = $3, facts = $4, version = $5 WHERE id = $1",
		[...[id, name, collections, JSON.stringify(facts), version]],
	);
}

/** Ids are given once: whoever keeps the gallery in memory knows by them what came and what went. */
async function nextId(client: Client, table: string, kind: "person" | "photo"): Promise<number> {
	const { rows } = await client.query<{ next: number }>(
		`SELECT 1 + greatest(
			(SELECT coalesce(max(id), -1) FROM ${quoteName(table)}),
			(SELECT coalesce(max(id), -1) FROM removals WHERE kind = $1)
		) AS next`,
		[kind],
	);
	return rows[0]!.next;
}

interface Numbering {
	/** Id of the first new person. */
	readonly firstPerson: number;
	readonly idOf: (number: number) => number;
	readonly version: number;
}

async function insertPhotos(
	client: Client,
	{ newPeople = [], newPhotos = [], newEmbeddings = new Float32Array() }: ContentsChange,
	{ firstPerson, idOf, version }: Numbering,
): Promise<void> {
	const firstPhoto = await nextId(client, "photos", "photo");
	const dimension = newEmbeddings.length / newPhotos.length;
	const embeddingOf = (i: number) => newEmbeddings.subarray(i * dimension, (i + 1) * dimension);
	const people = newPeople.map((person, i) => {
		const id = firstPerson + i;
		// made right once all photos are there
		const first = newPhotos.findIndex((photo) => idOf(photo.person) === id);
		return PEOPLE.encode({ id, person, template: embeddingOf(Math.max(0, first)) });
	});
	await copyIn(client, PEOPLE, people);
	const photos = newPhotos.map(({ person, source, picture = null, credit, ...geometry }, i) =>
		PHOTOS.encode({
			...{ id: firstPhoto + i, person: idOf(person), source, picture, credit },
			geometry: encodeGeometries([geometry]),
		}),
	);
	await copyIn(client, PHOTOS, photos);
	const embeddings = newPhotos.map(({ person }, i) =>
		EMBEDDINGS.encode({ photo: firstPhoto + i, person: idOf(person), embedding: embeddingOf(i) }),
	);
	await copyIn(client, EMBEDDINGS, embeddings);
	await client.query("UPDATE people SET version = $2 WHERE id >= $1", [firstPerson, version]);
	await client.query("UPDATE photos SET version = $2 WHERE id >= $1", [firstPhoto, version]);
}

/** Of people whose photos came or went the mean is another one; those without a photo go. */
async function tidyPeople(client: Client, ids: readonly number[], version: number): Promise<void> {
	const { rows } = await client.query<{ person: number; bytes: Buffer }>(
		"SELECT person, vector_send(embedding) AS bytes FROM embeddings WHERE person = ANY($1) ORDER BY photo",
		[ids],
	);
	const embeddings = new Map<number, Float32Array[]>(ids.map((id) => [id, []]));
	for (const { person, bytes } of rows) embeddings.get(person)!.push(readVector(bytes));
	const gone = ids.filter((id) => embeddings.get(id)!.length === 0);
	for (const [id, own] of embeddings) {
		if (own.length === 0) continue;
		const template = `[${meanOf(own).join(",")}]`;
		await client.query("UPDATE people SET template = $2, version = $3 WHERE id = $1", [
			id,
			template,
			version,
		]);
	}
	await client.query("DELETE FROM people WHERE id = ANY($1)", [gone]);
	await noteRemovals(client, "person", gone, version);
}

/** As matching/templates.ts has it. */
function meanOf(embeddings: readonly Float32Array[]): Float32Array {
	const [first, ...others] = embeddings as [Float32Array, ...Float32Array[]];
	const sum = Float32Array.from(first);
	for (const other of others) for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
	const length = Math.hypot(...sum);
	return length > 0 ? sum.map((value) => value / length) : first;
}

async function noteRemovals(
	client: Client,
	kind: "person" | "photo",
	ids: readonly number[],
	version: number,
): Promise<void> {
	await client.query("INSERT INTO removals (version, kind, id) SELECT $1, $2, unnest($3::integer[])", [
		version,
		kind,
		ids,
	]);
}
