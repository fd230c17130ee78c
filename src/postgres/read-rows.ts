/**
 * People and photos as a server keeps them in memory: those it has, without what went, and with what came or changed. A
 * server answers others meanwhile, so hundreds of thousands of them are gone through in slices.
 */
import type { PhotoEntry } from "../gallery/catalogue.ts";
import { checkGeometryBytes, RECORD_BYTES } from "../gallery/file/photo-codec.ts";
import type { Person } from "../gallery/person.ts";
import { PhotoTable } from "../gallery/photo-table.ts";
import type { GiveWay } from "../give-way.ts";
import type { Client } from "./connection/database.ts";
import { copyOut } from "./copy/copy-table.ts";
import { PEOPLE, PHOTOS, type TableFormat } from "./copy/table-format.ts";
import { type DatabaseGallery, type DatabaseGalleryParts, placeOf } from "./database-gallery.ts";

type PeopleParts = Pick<DatabaseGalleryParts, "people" | "personIds">;
type PhotoParts = Pick<DatabaseGalleryParts, "photos" | "photoIds" | "groups">;

/** @param before as they were read last; undefined for all of them */
export async function readPeople(
	client: Client,
	before: DatabaseGallery | undefined,
	giveWay: GiveWay,
): Promise<PeopleParts> {
	const { people: had = [], personIds = new Int32Array() } = before?.parts ?? {};
	const came = await readSince(client, PEOPLE, before, giveWay);
	const gone = await readGone(client, "person", before);
	const people: Person[] = [];
	const ids = new Int32Array(had.length + came.length);
	await merge({ ids: personIds, came, gone, giveWay }, (id, row, place) => {
		ids[people.length] = id;
		people.push(row ? row.person : had[place]!);
	});
	return { people, personIds: ids.subarray(0, people.length) };
}

/** @param before as readPeople has it */
export async function readPhotos(
	client: Client,
	{ personIds }: PeopleParts,
	before: DatabaseGallery | undefined,
	giveWay: GiveWay,
): Promise<PhotoParts> {
	const { photos: had, photoIds = new Int32Array() } = before?.parts ?? {};
	const came = await readSince(client, PHOTOS, before, giveWay);
	const gone = await readGone(client, "photo", before);
	const entries: PhotoEntry[] = [];
	const most = photoIds.length + came.length;
	const [ids, groups, records] = [
		new Int32Array(most),
		new Uint32Array(most),
		new Uint8Array(most * RECORD_BYTES),
	];
	await merge({ ids: photoIds, came, gone, giveWay }, (id, row, place) => {
		const at = entries.length;
		ids[at] = id;
		groups[at] = placeOf(row ? row.person : before!.parts.personIds[before!.personOf(place)]!, personIds)!;
		if (row) checkGeometryBytes(row.geometry, 1);
		records.set(row ? row.geometry : had!.record(place), at * RECORD_BYTES);
		if (!row) entries.push(had!.entry(place));
		else entries.push(row.credit ? [row.source, row.picture, row.credit] : [row.source, row.picture]);
	});
	const { length } = entries;
	return {
		photos: PhotoTable.from(entries, records.subarray(0, length * RECORD_BYTES)),
		photoIds: ids.subarray(0, length),
		groups: groups.subarray(0, length),
	};
}

interface Merging<Row> {
	/** What was there, rising. */
	readonly ids: Int32Array;
	/** What came since or changed, by rising ids. */
	readonly came: readonly Row[];
	readonly gone: ReadonlySet<number>;
	readonly giveWay: GiveWay;
}

/** @param take is told each that is there now, by rising ids: its new row, or else its place among those that were there */
async function merge<Row extends { readonly id: number }>(
	{ ids, came, gone, giveWay }: Merging<Row>,
	take: (id: number, row: Row | undefined, place: number) => void,
): Promise<void> {
	let [place, next] = [0, 0];
	while (place < ids.length || next < came.length) {
		const pause = giveWay();
		if (pause) await pause;
		const row = came[next];
		const id = ids[place] ?? Number.POSITIVE_INFINITY;
		if (row && row.id <= id) {
			take(row.id, row, place);
			next++;
			if (row.id === id) place++;
		} else {
			if (!gone.has(id)) take(id, undefined, place);
			place++;
		}
	}
}

/** All rows that came or changed since, by rising ids. */
async function readSince<Row>(
	client: Client,
	format: TableFormat<Row>,
	before: DatabaseGallery | undefined,
	giveWay: GiveWay,
): Promise<Row[]> {
	const rows: Row[] = [];
	const condition = before ? `version > ${before.parts.version}` : "true";
	for await (const fields of copyOut(client, format, condition)) {
		rows.push(format.decode(fields));
		const pause = giveWay();
		if (pause) await pause;
	}
	return rows;
}

async function readGone(
	client: Client,
	kind: "person" | "photo",
	before: DatabaseGallery | undefined,
): Promise<Set<number>> {
	if (!before) return new Set();
	const { rows } = await client.query<{ id: number }>(
		"SELECT id FROM removals WHERE kind = $1 AND version > $2",
		[kind, before.parts.version],
	);
	return new Set(rows.map(({ id }) => id));
}
