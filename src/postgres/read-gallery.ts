/** Reads what a server keeps in memory of a gallery in a database, and later only what has changed in it since. */
import { AppError } from "../errors.ts";
import type { PhotoEntry } from "../gallery/catalogue.ts";
import { parseGallerySettings } from "../gallery/gallery-settings.ts";
import type { MeasuredScale } from "../gallery/matching/measured-scale.ts";
import { PhotoTable } from "../gallery/photo-table.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";
import { Readers } from "./connection/readers.ts";
import { copyOut } from "./copy/copy-table.ts";
import { PEOPLE, type PersonRow, PHOTOS, type PhotoRow } from "./copy/table-format.ts";
import { DatabaseGallery, type DatabaseGalleryParts, placeOf } from "./database-gallery.ts";
import { expectVersion } from "./migrate.ts";
import { readCalibration } from "./nearest/calibrate.ts";

type Facts = Omit<
	DatabaseGalleryParts,
	"hasPictures" | "people" | "personIds" | "photos" | "photoIds" | "groups"
>;

export interface ReadOptions {
	/** As it was read last: then only what has changed is read. */
	readonly before?: DatabaseGallery | undefined;
	/** Where faces are looked up. Default: the same database. */
	readonly readers?: Readers;
	/** Whether the pictures that photos name can be shown. Default true. */
	readonly hasPictures?: boolean;
}

/**
 * @param pipelineVersion that of the running program, if it is to be compared
 * @returns `before` itself where nothing has changed
 * @throws AppError DATABASE_*, FILE_NOT_FOUND, PIPELINE_MISMATCH
 */
export function readDatabaseGallery(
	database: Database,
	pipelineVersion?: string,
	{ before, readers = new Readers(database), hasPictures = true }: ReadOptions = {},
): Promise<DatabaseGallery> {
	return database.read(
		async (client) => {
			await expectVersion(client, database.place.schema);
			const facts = await readFacts(client);
			expectPipeline(facts, pipelineVersion);
			if (before && versionOf(before.parts) === versionOf(facts)) return before;
			const since = before && (await hasGrownFrom(client, facts, before)) ? before : undefined;
			const people = await readPeople(client, since);
			return new DatabaseGallery(readers, {
				...facts,
				hasPictures,
				...people,
				...(await readPhotos(client, people, since)),
			});
		},
		{ isSnapshot: true, timeoutMs: 0 },
	);
}

/** @throws AppError DATABASE_* */
export function hasGallery(database: Database): Promise<boolean> {
	return database.read((client) => isThere(client, database.place.schema));
}

/** Whether a schema holds a gallery, whole or not. */
export async function isThere(client: Client, schema: string): Promise<boolean> {
	const { rows } = await client.query<{ is_there: boolean }>(
		"SELECT to_regclass($1) IS NOT NULL AS is_there",
		[`${quoteName(schema)}.gallery`],
	);
	return rows[0]!.is_there;
}

/** When a version was made, as the audit has it, to the microsecond; null where it has not. @param version SQL */
const madeAt = (version: string) =>
	`(SELECT max(extract(epoch FROM at))::text FROM audit WHERE audit.version = ${version})`;

/** Generation, version and when that was made, to see whether something has changed. */
export async function readVersion(client: Client): Promise<string> {
	const { rows } = await client.query<{ state: string }>(
		`SELECT concat_ws(' ', generation, version, ${madeAt("gallery.version")}) AS state FROM gallery`,
	);
	return rows[0]?.state ?? "";
}

/** As readVersion has it of a gallery that was read. */
export function versionOf({ generation, version, versionMadeAt }: Facts): string {
	return [generation, version, ...(versionMadeAt === null ? [] : [versionMadeAt])].join(" ");
}

/**
 * Whether all that a gallery was read of is part of what is there now, so that only what came since need be read. It is
 * not where a backup took its place, or a replica that had not heard of all changes when its primary was lost: versions
 * are counted on from there, and mean others.
 */
async function hasGrownFrom(
	client: Client,
	{ generation, version }: Facts,
	{ parts: before }: DatabaseGallery,
): Promise<boolean> {
	if (generation !== before.generation || version < before.version) return false;
	const { rows } = await client.query<{ made_at: string | null }>(`SELECT ${madeAt("$1")} AS made_at`, [
		before.version,
	]);
	return rows[0]!.made_at === before.versionMadeAt;
}

/** What a gallery says of itself. @throws PostgreSQL's "no such table" where none was pushed */
export async function readFacts(client: Client): Promise<Facts> {
	const { rows } = await client.query<{
		name: string;
		settings: unknown;
		pipeline_version: string;
		dimension: number;
		scale: MeasuredScale | null;
		generation: string;
		version: string;
		made_at: string | null;
	}>(
		`SELECT name, settings, pipeline_version, dimension, scale, generation, version, ${madeAt("gallery.version")} AS made_at
		FROM gallery`,
	);
	const [found] = rows;
	if (!found) throw Object.assign(new Error("the table gallery is empty"), { code: "42P01" });
	return {
		name: found.name,
		settings: parseGallerySettings(found.settings),
		pipelineVersion: found.pipeline_version,
		dimension: found.dimension,
		scale: found.scale ?? undefined,
		generation: found.generation,
		version: Number(found.version),
		versionMadeAt: found.made_at,
		calibration: await readCalibration(client),
	};
}

function expectPipeline({ pipelineVersion: found }: Facts, expected: string | undefined): void {
	if (expected === undefined || expected === found) return;
	throw new AppError(
		"PIPELINE_MISMATCH",
		`Expected embeddings by ${expected} in the database but they are by ${found}.`,
		{
			hint: "Push a gallery that this program's model built, or set EMBEDDING_MODEL to the model that built it.",
		},
	);
}

async function readPeople(
	client: Client,
	before: DatabaseGallery | undefined,
): Promise<Pick<DatabaseGalleryParts, "people" | "personIds">> {
	const changed = new Map<number, PersonRow>();
	for await (const fields of copyOut(client, PEOPLE, sinceOf(before))) {
		const row = PEOPLE.decode(fields);
		changed.set(row.id, row);
	}
	if (!before) {
		const rows = [...changed.values()];
		return { people: rows.map(({ person }) => person), personIds: Int32Array.from(rows, ({ id }) => id) };
	}
	const { people, personIds } = before.parts;
	const gone = await readGone(client, "person", before);
	const kept = [...personIds]
		.map((id, i) => ({ id, person: changed.get(id)?.person ?? people[i]! }))
		.filter(({ id }) => !gone.has(id));
	const known = new Set(personIds);
	const all = [...kept, ...[...changed.values()].filter(({ id }) => !known.has(id))];
	return { people: all.map(({ person }) => person), personIds: Int32Array.from(all, ({ id }) => id) };
}

async function readPhotos(
	client: Client,
	{ personIds }: Pick<DatabaseGalleryParts, "personIds">,
	before: DatabaseGallery | undefined,
): Promise<Pick<DatabaseGalleryParts, "photos" | "photoIds" | "groups">> {
	const changed = new Map<number, PhotoRow>();
	for await (const fields of copyOut(client, PHOTOS, sinceOf(before))) {
		const row = PHOTOS.decode(fields);
		changed.set(row.id, row);
	}
	// those that changed are those that went and came
	const gone = before ? await readGone(client, "photo", before) : new Set<number>();
	const kept = before
		? before.rows().filter((row) => {
				const id = before.parts.photoIds[row]!;
				return !gone.has(id) && !changed.has(id);
			})
		: [];
	const rows = [
		...kept.map((row) => ({
			id: before!.parts.photoIds[row]!,
			person: before!.parts.personIds[before!.personOf(row)]!,
			row,
		})),
		...changed.values(),
	].sort((a, b) => a.id - b.id);
	const entries = rows.map((row): PhotoEntry => {
		if ("row" in row) return before!.parts.photos.entry(row.row);
		return row.credit ? [row.source, row.picture, row.credit] : [row.source, row.picture];
	});
	const geometries = rows.map((row) => ("row" in row ? before!.parts.photos.record(row.row) : row.geometry));
	return {
		photos: PhotoTable.from(entries, Buffer.concat(geometries)),
		photoIds: Int32Array.from(rows, ({ id }) => id),
		groups: Uint32Array.from(rows, ({ person }) => placeOf(person, personIds)!),
	};
}

function sinceOf(before: DatabaseGallery | undefined): string {
	return before ? `version > ${before.parts.version}` : "true";
}

async function readGone(
	client: Client,
	kind: "person" | "photo",
	{ parts }: DatabaseGallery,
): Promise<Set<number>> {
	const { rows } = await client.query<{ id: number }>(
		"SELECT id FROM removals WHERE kind = $1 AND version > $2",
		[kind, parts.version],
	);
	return new Set(rows.map(({ id }) => id));
}
