/** Measures a search's recall and the score's scale anew where the gallery has changed much since they were measured last. */
import { measureByAsking } from "../gallery/matching/measure-gallery.ts";
import { readStrangers } from "../resemblance/strangers-file.ts";
import type { Client, Database } from "./connection/database.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { calibrate } from "./nearest/calibrate.ts";
import { readDatabaseGallery } from "./read-gallery.ts";
import { announce, nextVersion, note } from "./versions.ts";

/** Photos that came or went since, as a share of those that are there. */
const MUCH = 0.2;
const OPERATION = "calibrate";

/**
 * @returns the gallery as it is then; the same one where that was not worth it
 * @throws AppError as Database.change and DatabaseGallery.findPeople
 */
export async function recalibrate(database: Database, before: DatabaseGallery): Promise<DatabaseGallery> {
	if ((await database.read(numChanged)) < MUCH * before.numPhotos) return before;
	const { pipelineVersion } = before;
	const calibration = await calibrate(database, pipelineVersion);
	// by the effort that was just measured
	const asked = before.withCalibration(calibration);
	const scale = await measureByAsking(asked, readStrangers(pipelineVersion));
	await database.change(async (client) => {
		await nextVersion(client);
		await client.query("UPDATE gallery SET scale = $1", [JSON.stringify(scale)]);
		await note(client, OPERATION, { numEfforts: calibration.length });
		await announce(client, database.place.schema);
	});
	return readDatabaseGallery(database, undefined, { before });
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
