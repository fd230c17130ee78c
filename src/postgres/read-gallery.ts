/** Reads what a server keeps in memory of a gallery in a database, and later only what has changed in it since. */
import { AppError } from "../errors.ts";
import { parseGallerySettings } from "../gallery/gallery-settings.ts";
import type { MeasuredScale } from "../gallery/matching/measured-scale.ts";
import { createGiveWay } from "../give-way.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";
import { Readers } from "./connection/readers.ts";
import { DatabaseGallery, type DatabaseGalleryParts } from "./database-gallery.ts";
import { expectVersion } from "./migrate.ts";
import { readCalibration } from "./nearest/calibrate.ts";
import { readPeople, readPhotos } from "./read-rows.ts";
import { isGrownFrom, madeAt, versionOf } from "./versions.ts";

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
			const since = before && (await isGrownFrom(client, before.parts)) ? before : undefined;
			const giveWay = createGiveWay();
			const people = await readPeople(client, since, giveWay);
			const photos = await readPhotos(client, people, since, giveWay);
			return new DatabaseGallery(readers, { ...facts, hasPictures, ...people, ...photos });
		},
		{ isSnapshot: true, timeoutMs: 0, isStream: true },
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
