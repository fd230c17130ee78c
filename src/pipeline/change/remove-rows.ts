/** Taking people and photos out of everything that a gallery keeps. */
import { writeFileAtomically } from "../../files/atomic-file.ts";
import type { LockedFile } from "../../files/file-lock.ts";
import { purgeJournals } from "../../gallery/building/build-journal.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import { denyListOf, stagingFolderOf, writeGallery } from "../../gallery/gallery-store.ts";
import { withoutPhotos } from "../../gallery/order/change-contents.ts";
import { formatDenyEntries, readDenyEntries, withRemoved } from "../../gallery/people/deny-list.ts";
import type { Person } from "../../gallery/person.ts";
import { forgetStaged, stagedPersonOf } from "../../wikimedia/staging/forget-staged.ts";

export interface Removed {
	/** All their rows must be among `rows`. */
	readonly people: readonly Person[];
	readonly rows: Iterable<number>;
}

/**
 * Removes rows from every file of a gallery: index, catalogue, credits and pictures, the journals of interrupted
 * builds, and what was fetched for it. The gallery comes last: killed before, the same command does all of it again.
 * @param before as it was read since it was locked
 * @throws AppError as LockedFile.replace
 */
export async function removeRows(
	place: string,
	before: Gallery,
	{ people, rows }: Removed,
	locked: LockedFile,
): Promise<Gallery> {
	const gone = [...rows];
	const sources = new Set(gone.map((row) => before.source(row)));
	// whoever was merged with others was fetched under an id of their own
	const isRemoved = new Set(people);
	const staged = gone
		.filter((row) => isRemoved.has(before.person(before.personOf(row))))
		.flatMap((row) => stagedPersonOf(before.source(row)) ?? []);
	const ids = new Set([...people.flatMap(({ wikidata }) => wikidata ?? []), ...staged]);
	const after = withoutPhotos(before, sources);
	// first of all, so that whatever happens no later build brings them back
	const list = denyListOf(place);
	const known = await readDenyEntries(list, { isOptional: true });
	const denied = [...people, ...[...ids].map((wikidata) => ({ wikidata }))];
	const entries = withRemoved(known, denied, sources, after.people);
	await writeFileAtomically(list, Buffer.from(formatDenyEntries(entries)));
	await purgeJournals(
		place,
		after.rows().map((row) => after.source(row)),
	);
	await forgetStaged(stagingFolderOf(place), ids, sources);
	await writeGallery(place, after, locked);
	return after;
}
