/** Makes a change that a program asks for in a gallery's file or folder: under the lock, as the command line does it. */
import type { LockedFile } from "../../files/file-lock.ts";
import { keepPictures, picturesFolderIn } from "../../gallery/folder/pictures.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import {
	addToGallery,
	changeGallery,
	denyListOf,
	isFolder,
	writeGallery,
} from "../../gallery/gallery-store.ts";
import { type ContentsChange, changedPeople } from "../../gallery/order/contents-change.ts";
import { DenyList, readDenyEntries } from "../../gallery/people/deny-list.ts";
import type { ChangeDone, ChangeOrder } from "./gallery-change.ts";
import { planChange } from "./plan-change.ts";
import { removeRows } from "./remove-rows.ts";

/**
 * Makes a change, or nothing of it.
 * @throws AppError as planChange; FILE_IN_USE, or as LockedFile.replace
 */
export async function applyChange(order: ChangeOrder): Promise<ChangeDone> {
	const { place, change, purpose, patienceMs } = order;
	return changeGallery(place, { purpose, patienceMs }, async (before, locked) => {
		const { contents, done } = await planChange(before, change, await readDenied(order));
		if (contents) await make(contents, order, before, locked);
		return done;
	});
}

async function make(
	contents: ContentsChange,
	{ place, change }: ChangeOrder,
	before: Gallery,
	locked: LockedFile,
): Promise<void> {
	const { removed, denied = [], newPhotos, newEmbeddings } = contents;
	if (removed) {
		await removeRows(place, before, { people: denied, rows: removed }, locked);
		return;
	}
	const people = changedPeople(before.people, contents);
	if (!newPhotos || !newEmbeddings) {
		await writeGallery(place, before.withPeople(people), locked);
		return;
	}
	// under the lock: whoever changes the gallery takes away those that are nobody's
	const pictures = "uploaded" in change && isFolder(place) ? change.uploaded.pictures : [];
	for (const both of pictures) await keepPictures(picturesFolderIn(place), both);
	await addToGallery(place, before, before.adding(people, newPhotos, newEmbeddings), locked);
}

async function readDenied({ place, denyLists }: ChangeOrder): Promise<DenyList> {
	const entries = await Promise.all([
		readDenyEntries(denyListOf(place), { isOptional: true }),
		...denyLists.map((file) => readDenyEntries(file)),
	]);
	return new DenyList(entries.flat());
}
