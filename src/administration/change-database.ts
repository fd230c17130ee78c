/** Makes a change that a program asks for in a gallery in a database: in one transaction, as the command line does it. */
import { hasPictures, keepPictures, pictureNameOf, removePictures } from "../gallery/folder/pictures.ts";
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
	let planned: PlannedChange | undefined;
	let named: string[] = [];
	/** Those that this change brought. */
	const brought = new Set<string>();
	const think = async (before: DatabaseGallery) => {
		const denied = new DenyList([...(await database.read(readDenied)), ...ordinary.flat()]);
		planned = await planChange(before, change, denied);
		const { contents } = planned;
		named = (contents?.removed ?? []).flatMap((row) => before.picture(row) ?? []);
		if (picturesFolder !== undefined && contents?.newPhotos && "uploaded" in change) {
			for (const both of change.uploaded.pictures) {
				const picture = pictureNameOf(both);
				// what is there may be of another change that is under way
				if (!(await hasPictures(picturesFolder, picture))) brought.add(picture);
				await keepPictures(picturesFolder, both);
			}
		}
		return contents;
	};
	const removeUnused = async (after: DatabaseGallery) => {
		if (picturesFolder === undefined) return;
		const used = new Set(after.rows().map((row) => after.picture(row)));
		const unused = [...named, ...brought].filter((picture) => !used.has(picture));
		await removePictures(picturesFolder, unused);
	};
	try {
		const details = { key: asker.key, request: asker.requestId };
		const after = await changeDatabaseGallery(database, change.kind, think, { patienceMs, details });
		await removeUnused(after);
		return { ...planned!.done, version: after.parts.version };
	} catch (error) {
		// where it can't be asked whether the change was made, pictures too many are better than one too few
		if (brought.size > 0) await readDatabaseGallery(database).then(removeUnused, () => {});
		throw error;
	} finally {
		await database.close();
	}
}
