/** Makes a change that a program asks for in a gallery in a database: in one transaction, as the command line does it. */
import { keepPictures, removePictures } from "../gallery/folder/pictures.ts";
import { DenyList, readDenyEntries } from "../gallery/people/deny-list.ts";
import type { ChangeDone, ChangeOrder } from "../pipeline/change/gallery-change.ts";
import { type PlannedChange, planChange } from "../pipeline/change/plan-change.ts";
import { changeDatabaseGallery } from "../postgres/change-gallery.ts";
import { Database } from "../postgres/connection/database.ts";
import type { DatabaseGallery } from "../postgres/database-gallery.ts";
import { readDenied } from "../postgres/denied.ts";

/** One that changes, and one that reads meanwhile what the change is thought out from. */
const NUM_CONNECTIONS = 2;

/**
 * Makes a change, or nothing of it. Pictures are there before whoever they show can be found, and go after.
 * @throws AppError as planChange, changeDatabaseGallery and writeFailure
 */
export async function applyToDatabase({
	place,
	change,
	denyLists,
	patienceMs,
	picturesFolder,
	asker = { key: "", requestId: "" },
}: ChangeOrder): Promise<ChangeDone> {
	const ordinary = await Promise.all(denyLists.map((file) => readDenyEntries(file)));
	const database = Database.at(place, { maxConnections: NUM_CONNECTIONS });
	let planned: PlannedChange | undefined;
	let named: string[] = [];
	const think = async (before: DatabaseGallery) => {
		const denied = new DenyList([...(await database.read(readDenied)), ...ordinary.flat()]);
		planned = await planChange(before, change, denied);
		const { contents } = planned;
		named = (contents?.removed ?? []).flatMap((row) => before.picture(row) ?? []);
		if (picturesFolder !== undefined && contents?.newPhotos && "uploaded" in change)
			for (const both of change.uploaded.pictures) await keepPictures(picturesFolder, both);
		return contents;
	};
	try {
		const details = { key: asker.key, request: asker.requestId };
		const after = await changeDatabaseGallery(database, change.kind, think, { patienceMs, details });
		const kept = new Set(after.rows().map((row) => after.picture(row)));
		if (picturesFolder !== undefined)
			await removePictures(
				picturesFolder,
				named.filter((picture) => !kept.has(picture)),
			);
		return { ...planned!.done, version: after.parts.version };
	} finally {
		await database.close();
	}
}
