/** `gallery add`, `remove`, `rename`, `describe`, `merge`, `set-photo` and `compact`: changing a gallery, also while it is served. */
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { isDatabaseAddress } from "../../database-address.ts";
import { AppError } from "../../errors.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import {
	addToGallery,
	changeGallery,
	expectGallery,
	readGallery,
	writeGallery,
} from "../../gallery/gallery-store.ts";
import { withMerged, withPerson } from "../../gallery/order/change-contents.ts";
import { expectFreeName, findPerson, rowsOfPeople, rowsOfPhotos } from "../../gallery/order/find-rows.ts";
import { readPeopleFacts, withFacts } from "../../gallery/people/people-facts.ts";
import { cleanName } from "../../gallery/person.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { extendGallery } from "../../pipeline/build-gallery.ts";
import { removeRows } from "../../pipeline/change/remove-rows.ts";
import { addSettingFlags, count, EXIT, lockOptions, type Openers } from "../command.ts";
import {
	addToDatabase,
	describePeopleInDatabase,
	describePersonInDatabase,
	mergeInDatabase,
	removeFromDatabase,
} from "../database/gallery-change.ts";
import { addEmbedFlags, type EmbedFlags, readLists, withEmbedTools } from "./gallery-embed.ts";
import { describeRemoval, summarise, writeReport } from "./gallery-report.ts";

export function addAddCommand(gallery: Command, openers: Openers): void {
	const command = addSettingFlags(gallery.command("add"), { withGallery: false })
		.description("add people and photos; photos that the gallery has already are passed over")
		.argument("<gallery>", "the gallery")
		.argument("<source...>", "folders or CSVs, as for build");
	addEmbedFlags(command).action(async (file: string, sources: string[], flags: EmbedFlags) => {
		if (isDatabaseAddress(file)) return addToDatabase(file, sources, flags, openers);
		const list = await readLists(sources, flags);
		const run = { gallery: file, purpose: "gallery add", sources, flags, expect: () => expectGallery(file) };
		await withEmbedTools(run, openers, async (tools, options, locked) => {
			const before = readGallery(file, tools.model.pipelineVersion);
			const { gallery, report } = await extendGallery(before, list, tools, options);
			if (gallery !== before) await addToGallery(file, before, gallery, locked);
			if (flags.report) await writeReport(flags.report, report);
			console.log(summarise(report, list));
			console.log(describe(file, gallery));
		});
	});
}

export function addRemoveCommand(gallery: Command): void {
	gallery
		.command("remove")
		.description("remove people or photos from every file of the gallery, and keep them out of later builds")
		.argument("<gallery>", "the gallery")
		.option("--person <name...>", "people, by their name, the title of their article or their Wikidata id")
		.option("--photo <source...>", "photos, as their list or folder named them")
		.action(async (file: string, flags: { person?: string[]; photo?: string[] }, command: Command) => {
			if (!flags.person && !flags.photo) {
				command.error("error: expected --person NAME or --photo SOURCE", { exitCode: EXIT.usage });
			}
			if (isDatabaseAddress(file))
				return removeFromDatabase(file, { people: flags.person ?? [], photos: flags.photo ?? [] });
			await changeGallery(file, lockOptions("gallery remove"), async (before, locked) => {
				const rowsOfNamed = rowsOfPeople(before, flags.person ?? []);
				const rows = new Set([...rowsOfNamed, ...rowsOfPhotos(before, flags.photo ?? [])]);
				const people = new Set(rowsOfNamed.map((row) => before.person(before.index.group(row))));
				const after = await removeRows(file, before, { people: [...people], rows }, locked);
				console.log(`${describeRemoval(rows.size)}\n${describe(file, after)}`);
			});
		});
}

export function addRenameCommand(gallery: Command): void {
	gallery
		.command("rename")
		.description("give a person another name or article")
		.argument("<gallery>", "the gallery")
		.argument("<person>", "the name as it is")
		.argument("<name>", "the name as it should be")
		.option("--wikipedia <title>", 'title of the article; "-" for none')
		.action(async (file: string, person: string, newName: string, { wikipedia }: { wikipedia?: string }) => {
			const name = cleanName(newName);
			if (name === "") throw new AppError("INVALID_ARGUMENT", "Expected a name but received an empty one.");
			const changes = { name, ...(wikipedia && { wikipedia: wikipedia === "-" ? undefined : wikipedia }) };
			const changesOf = (before: ReadableGallery, number: number) => {
				if (wikipedia === undefined) expectFreeName(before, number, name);
				return changes;
			};
			if (isDatabaseAddress(file)) return describePersonInDatabase(file, "rename", person, changesOf);
			await change("gallery rename", file, (before) => {
				const number = findPerson(before, person);
				return before.withPeople(withPerson(before.people, number, changesOf(before, number)));
			});
		});
}

export function addDescribeCommand(gallery: Command): void {
	gallery
		.command("describe")
		.description(
			"take right names, names in other languages, articles, fame and what people are known for from a table",
		)
		.argument("<gallery>", "the gallery")
		.argument(
			"<csv>",
			"listed,name,wikipedia,wikidata,fame,known_for,born,name:ru,known_for:ru; only the first must be there",
		)
		.action(async (file: string, csv: string) => {
			const facts = await readPeopleFacts(csv);
			if (isDatabaseAddress(file)) return describePeopleInDatabase(file, facts, csv);
			await change("gallery describe", file, (before) => {
				const people = withFacts(before.people, facts, csv);
				const numTold = people.filter((person, i) => !isDeepStrictEqual(person, before.people[i])).length;
				console.log(`Told more of ${count(numTold, "person", "people")}.`);
				return before.withPeople(people);
			});
		});
}

export function addMergeCommand(gallery: Command): void {
	gallery
		.command("merge")
		.description("make one person of two")
		.argument("<gallery>", "the gallery")
		.argument("<from>", "the name that goes away")
		.argument("<into>", "the name that stays")
		.action(async (file: string, from: string, into: string) => {
			if (isDatabaseAddress(file)) return mergeInDatabase(file, from, into);
			await change("gallery merge", file, (before) => {
				return withMerged(before, findPerson(before, from), findPerson(before, into));
			});
		});
}

export function addSetPhotoCommand(gallery: Command): void {
	gallery
		.command("set-photo")
		.description("choose the photo that stands for a person")
		.argument("<gallery>", "the gallery")
		.argument("<person>", "the person's name")
		.argument("<source>", "the photo, as its list or folder named it")
		.action(async (file: string, person: string, source: string) => {
			const portraitOf = (before: ReadableGallery, number: number) => {
				const [row] = rowsOfPhotos(before, [source]) as [number];
				if (before.personOf(row) === number) return { portrait: source };
				throw new AppError(
					"INVALID_ARGUMENT",
					`Expected a photo of ${person} but ${source} is somebody else's.`,
				);
			};
			if (isDatabaseAddress(file)) return describePersonInDatabase(file, "set-photo", person, portraitOf);
			const setPhoto = (before: Gallery) => {
				const number = findPerson(before, person);
				return before.withPeople(withPerson(before.people, number, portraitOf(before, number)));
			};
			await change("gallery set-photo", file, setPhoto, addToGallery);
		});
}

export function addCompactCommand(gallery: Command): void {
	gallery
		.command("compact")
		.description("build the index anew of what is there, so that added photos are found faster")
		.argument("<gallery>", "the gallery")
		.action((file: string) => {
			if (isDatabaseAddress(file)) {
				throw new AppError("INVALID_ARGUMENT", "A database keeps its index in order by itself.", {
					hint: "After very many removals, REINDEX INDEX CONCURRENTLY embeddings_nearest makes it anew.",
				});
			}
			return change("gallery compact", file, (before) => before.compacted());
		});
}

/** @param write how: what goes away must be gone from all files, so only what adds may use `addToGallery` */
async function change(
	purpose: string,
	file: string,
	changed: (before: Gallery) => Gallery,
	write: typeof addToGallery = (place, _before, after, locked) => writeGallery(place, after, locked),
): Promise<void> {
	await changeGallery(file, lockOptions(purpose), async (before, locked) => {
		const after = changed(before);
		await write(file, before, after, locked);
		console.log(describe(file, after));
	});
}

function describe(file: string, { numPeople, numPhotos }: Gallery): string {
	return `${file}: ${count(numPeople, "person", "people")}, ${count(numPhotos, "photo")}`;
}
