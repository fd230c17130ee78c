/** Measures a search's recall anew where the gallery has changed much since it was measured last. */

import type { Client, Database } from "./connection/database.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { calibrate } from "./nearest/calibrate.ts";
import { announce, nextVersion, note } from "./versions.ts";

/** Photos that came or went since, as a share of those that are there. */
const MUCH = 0.2;
const OPERATION = "calibrate";

/** @returns whether it was worth it; servers are then told @throws AppError as Database.change */
export async function recalibrate(database: Database, gallery: DatabaseGallery): Promise<boolean> {
	if ((await database.read(numChanged)) < MUCH * gallery.numPhotos) return false;
	const { length: numEfforts } = await calibrate(database, gallery.pipelineVersion);
	await database.change(async (client) => {
		await nextVersion(client);
		await note(client, OPERATION, { numEfforts });
		await announce(client, database.place.schema);
	});
	return true;
}

/** Photos that came or went since recall was measured, as the audit has them. */
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
