/** Measures a search's recall and the score's scale anew where the gallery has changed much since they were measured last. */
import { Gallery } from "../gallery/gallery.ts";
import { measureByAsking, withFreshScale } from "../gallery/matching/measure-gallery.ts";
import type { MeasuredScale } from "../gallery/matching/measured-scale.ts";
import { readStrangers } from "../resemblance/strangers-file.ts";
import type { Client, Database } from "./connection/database.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { type Calibration, calibrate } from "./nearest/calibrate.ts";
import { pullGallery } from "./pull-gallery.ts";
import { readDatabaseGallery } from "./read-gallery.ts";
import { announce, changedJustNow, isGrownFrom, nextVersion, note } from "./versions.ts";

/** Photos that came or went since, as a share of those that are there. */
const MUCH = 0.2;
const OPERATION = "calibrate";
/** Their index is built in a second or two. */
const MAX_PULLED_PHOTOS = 5_000;

/**
 * @returns the gallery as it is then; the same one where that was not worth it
 * @throws AppError as Database.change, DatabaseGallery.findPeople and pullGallery; GALLERY_BUSY where another gallery took
 * its place
 */
export async function recalibrate(database: Database, before: DatabaseGallery): Promise<DatabaseGallery> {
	if ((await database.read(numChanged)) < MUCH * before.numPhotos) return before;
	const calibration = await calibrate(database, before.pipelineVersion);
	const scale = await measureScale(database, before, calibration);
	await database.change(async (client) => {
		await client.query("SELECT FROM gallery FOR UPDATE");
		if (!(await isGrownFrom(client, before.parts))) throw changedJustNow();
		await nextVersion(client);
		await client.query("UPDATE gallery SET scale = $1", [JSON.stringify(scale)]);
		await note(client, OPERATION, { numEfforts: calibration.length });
		await announce(client, database.place.schema);
	});
	return readDatabaseGallery(database, undefined, { before });
}

/** Thousands of strangers are asked for: of a gallery that memory takes in a moment nobody asks the database. */
async function measureScale(
	database: Database,
	before: DatabaseGallery,
	calibration: readonly Calibration[],
): Promise<MeasuredScale> {
	const strangers = readStrangers(before.pipelineVersion);
	// by the effort that was just measured
	if (before.numPhotos > MAX_PULLED_PHOTOS)
		return measureByAsking(before.withCalibration(calibration), strangers);
	const { contents } = await pullGallery(database);
	const pulled = Gallery.build({ ...contents, scale: undefined });
	return withFreshScale(pulled, strangers).scale!;
}

/** Photos that came or went since they were measured, as the audit has them. */
async function numChanged(client: Client): Promise<number> {
	const { rows } = await client.query<{ num: string }>(
		`SELECT coalesce(sum(
			coalesce((details ->> 'addedPhotos')::integer, 0) + coalesce((details ->> 'removedPhotos')::integer, 0)
		), 0) AS num
		FROM audit WHERE version > (SELECT coalesce(max(version), 0) FROM audit WHERE operation IN ('push', $1))`,
		[OPERATION],
	);
	return Number(rows[0]!.num);
}
