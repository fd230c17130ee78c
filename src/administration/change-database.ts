/** Makes a change that a program asks for in a gallery in a database: in one transaction, as the command line does it. */
import { ChangedPictures } from "../gallery/folder/changed-pictures.ts";
import { hasPictures, keepPictures, pictureNameOf } from "../gallery/folder/pictures.ts";
import { DenyList, readDenyEntries } from "../gallery/people/deny-list.ts";
import type { ChangeDone, ChangeOrder } from "../pipeline/change/gallery-change.ts";
import { type PlannedChange, planChange } from "../pipeline/change/plan-change.ts";
import { changeDatabaseGallery } from "../postgres/change-gallery.ts";
import { Database } from "../postgres/connection/database.ts";
import type { DatabaseGallery } from "../postgres/database-gallery.ts";
import { readDenied } from "../postgres/denied.ts";
import { readDatabaseGallery } from "../postgres/read-gallery.ts";

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
	databaseTimeoutMs: timeoutMs,
	picturesFolder,
	asker = { key: "", requestId: "" },
}: ChangeOrder): Promise<ChangeDone> {
	const ordinary = await Promise.all(denyLists.map((file) => readDenyEntries(file)));
	const database = Database.at(place, {
		maxConnections: NUM_CONNECTIONS,
		...(timeoutMs !== undefined && { timeoutMs }),
	});
	const pictures =
		picturesFolder === undefined ? undefined : new ChangedPictures(picturesFolder, database.place.label);
	let planned: PlannedChange | undefined;
	/** Those that this change brought. */
	const brought = new Set<string>();
	const think = async (before: DatabaseGallery) => {
		const denied = new DenyList([...(await database.read(readDenied)), ...ordinary.flat()]);
		planned = await planChange(before, change, denied);
		const { contents } = planned;
		if (picturesFolder === undefined || !pictures) return contents;
		const named = (contents?.removed ?? []).flatMap((row) => before.picture(row) ?? []);
		const uploaded = contents?.newPhotos && "uploaded" in change ? change.uploaded.pictures : [];
		for (const picture of uploaded.map(pictureNameOf)) {
			// what is there may be of another change that is under way
			if (!(await hasPictures(picturesFolder, picture))) brought.add(picture);
		}
		await pictures.note([...named, ...brought]);
		for (const both of uploaded) await keepPictures(picturesFolder, both);
		return contents;
	};
	try {
		const details = { key: asker.key, request: asker.requestId };
		const after = await changeDatabaseGallery(database, change.kind, think, { patienceMs, details });
		await pictures?.tidy(after);
		return { ...planned!.done, version: after.parts.version };
	} catch (error) {
		// where it can't be asked whether the change was made, a later one tidies
		if (pictures?.isNoted)
			await readDatabaseGallery(database)
				.then((now) => pictures.tidy(now))
				.catch(() => {});
		throw error;
	} finally {
		await database.close();
	}
}
