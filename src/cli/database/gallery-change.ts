/** `gallery add`, `remove`, `rename`, `merge` and `set-photo` for a gallery in a database, as cli/gallery has them for files. */
import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../errors.ts";
import { ChangedPictures } from "../../gallery/folder/changed-pictures.ts";
import { type ContentsChange, removalOf } from "../../gallery/order/contents-change.ts";
import { findPerson, rowsOfPeople, rowsOfPhotos } from "../../gallery/order/find-rows.ts";
import { joinPeople } from "../../gallery/people/join-namesakes.ts";
import { type PeopleFacts, withFacts } from "../../gallery/people/people-facts.ts";
import type { Person } from "../../gallery/person.ts";
import { type PlannedAddition, planAddition } from "../../pipeline/build-gallery.ts";
import { toContentsChange } from "../../pipeline/change/plan-change.ts";
import { embedPhotos } from "../../pipeline/embed-photos.ts";
import type { Database } from "../../postgres/connection/database.ts";
import type { DatabaseGallery } from "../../postgres/database-gallery.ts";
import { count, type Openers } from "../command.ts";
import { type EmbedFlags, readLists, withOpenTools } from "../gallery/gallery-embed.ts";
import { describeRemoval, summarise, writeReport } from "../gallery/gallery-report.ts";
import { readRules } from "../gallery/rule-flags.ts";
import { withDatabase } from "./with-database.ts";

/** Embeds what the database has not got, however long that takes, and then adds it in one transaction. */
export async function addToDatabase(
	address: string,
	sources: readonly string[],
	flags: EmbedFlags,
	openers: Openers,
): Promise<void> {
	if (flags.pictures) {
		throw new AppError("INVALID_ARGUMENT", "A database keeps no pictures.", {
			hint: "Keep them in a folder, push that, and name its pictures with GALLERY_PICTURES.",
		});
	}
	const list = await readLists(sources, flags);
	await withDatabase(address, async (database) => {
		const [{ readDatabaseGallery }, { readDenied }] = await Promise.all([
			import("../../postgres/read-gallery.ts"),
			import("../../postgres/denied.ts"),
		]);
		// journals lie where the command is run
		const run = { gallery: `${database.place.schema}.database`, purpose: "gallery add", sources, flags };
		await withOpenTools(run, openers, async (tools, { misfits, ...options }) => {
			await readDatabaseGallery(database, tools.model.pipelineVersion);
			let planned: PlannedAddition | undefined;
			const after = await changeIn(database, "add", async (before) => {
				// embedding may take hours, in which somebody is removed: then this is thought out again
				const rules = await readRules(run.gallery, flags, await database.read(readDenied));
				planned = await planAddition(before, list, (photos) => embedPhotos(photos, tools, options), {
					rules,
					misfits,
				});
				return toContentsChange(before, planned);
			});
			if (!planned) return;
			if (flags.report) await writeReport(flags.report, planned.report);
			console.log(summarise(planned.report, list));
			console.log(describe(database, after));
		});
	});
}

export async function removeFromDatabase(
	address: string,
	{ people = [], photos = [] }: { readonly people?: readonly string[]; readonly photos?: readonly string[] },
): Promise<void> {
	await withDatabase(address, async (database, picturesFolder) => {
		const pictures =
			picturesFolder === undefined ? undefined : new ChangedPictures(picturesFolder, database.place.label);
		let numRemoved = 0;
		const after = await changeIn(database, "remove", async (before) => {
			const rowsOfNamed = rowsOfPeople(before, people);
			const rows = new Set([...rowsOfNamed, ...rowsOfPhotos(before, photos)]);
			numRemoved = rows.size;
			await pictures?.note([...rows].flatMap((row) => before.picture(row) ?? []));
			const denied = new Set(rowsOfNamed.map((row) => before.person(before.personOf(row))));
			return removalOf(before, [...rows], [...denied]);
		});
		await pictures?.tidy(after);
		console.log(`${describeRemoval(numRemoved)}\n${describe(database, after)}`);
	});
}

/** @param changes of the person of that name */
export async function describePersonInDatabase(
	address: string,
	operation: string,
	name: string,
	changesOf: (before: DatabaseGallery, number: number) => Partial<Person>,
): Promise<void> {
	await withDatabase(address, async (database) => {
		const after = await changeIn(database, operation, (before) => {
			const number = findPerson(before, name);
			const person = { ...before.person(number), ...changesOf(before, number) };
			return { people: new Map([[number, person]]) };
		});
		console.log(describe(database, after));
	});
}

/** @param facts from a table @param csv the table, for messages */
export async function describePeopleInDatabase(
	address: string,
	facts: PeopleFacts,
	csv: string,
): Promise<void> {
	await withDatabase(address, async (database) => {
		let numTold = 0;
		const after = await changeIn(database, "describe", (before) => {
			const told = withFacts(before.people, facts, csv);
			const people = new Map(
				[...told.entries()].filter(([number, one]) => !isDeepStrictEqual(one, before.people[number])),
			);
			numTold = people.size;
			return people.size > 0 ? { people } : undefined;
		});
		console.log(`Told more of ${count(numTold, "person", "people")}.\n${describe(database, after)}`);
	});
}

export async function mergeInDatabase(address: string, from: string, into: string): Promise<void> {
	await withDatabase(address, async (database) => {
		const after = await changeIn(database, "merge", (before) => {
			const [gone, kept] = [findPerson(before, from), findPerson(before, into)];
			if (gone === kept)
				throw new AppError("INVALID_ARGUMENT", "Expected two people but both names mean the same one.");
			const rows = before.rows().filter((row) => before.personOf(row) === gone);
			return {
				people: new Map([[kept, joinPeople(before.person(kept), before.person(gone))]]),
				moved: new Map(rows.map((row) => [row, kept])),
			};
		});
		console.log(describe(database, after));
	});
}

async function changeIn(
	database: Database,
	operation: string,
	think: (before: DatabaseGallery) => ContentsChange | undefined | Promise<ContentsChange | undefined>,
): Promise<DatabaseGallery> {
	const { changeDatabaseGallery } = await import("../../postgres/change-gallery.ts");
	return changeDatabaseGallery(database, operation, think);
}

function describe({ place }: Database, { numPeople, numPhotos }: DatabaseGallery): string {
	return `${place.label}: ${count(numPeople, "person", "people")}, ${count(numPhotos, "photo")}`;
}
