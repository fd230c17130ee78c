/** `gallery list`: who is in a gallery. */
import type { Command } from "commander";
import { foldName } from "../../gallery/people/fold-name.ts";
import type { Person } from "../../gallery/person.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { printable } from "../command.ts";
import { openPlace } from "../database/with-database.ts";

interface ListFlags {
	readonly search?: string;
	readonly sort: string;
	readonly sources?: true;
	readonly json?: true;
}

interface ListedPerson extends Person {
	readonly photos: readonly string[];
}

const ORDERS: Readonly<Record<string, (a: ListedPerson, b: ListedPerson) => number>> = {
	name: (a, b) => a.name.localeCompare(b.name, "en"),
	photos: (a, b) => b.photos.length - a.photos.length,
	fame: (a, b) => (b.fame ?? -1) - (a.fame ?? -1),
};

export function addListCommand(gallery: Command): void {
	gallery
		.command("list")
		.description("list the people of a gallery")
		.argument("<gallery>", "the gallery")
		.option(
			"--search <text>",
			"only people whose name in any language, article, id or collection has this text",
		)
		.option("--sort <order>", "name, photos or fame", "name")
		.option("--sources", "with each photo's source")
		.option("--json", "one JSON object per person")
		.action(async (file: string, { search = "", sort, sources, json }: ListFlags, command: Command) => {
			const order = ORDERS[sort];
			if (!order) command.error(`error: expected --sort ${Object.keys(ORDERS).join(", ")}`, { exitCode: 2 });
			const wanted = foldName(search);
			const people = peopleOf(await openPlace(file)).filter((person) =>
				textsOf(person).some((text) => foldName(text).includes(wanted)),
			);
			if (people.length === 0)
				console.error(search === "" ? `Nobody is in ${file}.` : `Nobody in ${file} has "${search}".`);
			const sorted = people.sort(order);
			if (json) for (const person of sorted) console.log(JSON.stringify(person));
			else for (const line of toLines(sorted, sources)) console.log(line);
		});
}

function peopleOf(gallery: ReadableGallery): ListedPerson[] {
	const sources = new Map<number, string[]>();
	for (const row of gallery.rows()) {
		const known = sources.get(gallery.personOf(row));
		if (known) known.push(gallery.source(row));
		else sources.set(gallery.personOf(row), [gallery.source(row)]);
	}
	return [...sources].map(([number, photos]) => ({ ...gallery.person(number), photos }));
}

/** What --search looks through. */
function textsOf({
	name,
	names = {},
	aliases = [],
	wikipedia = "",
	wikidata = "",
	collections,
}: Person): string[] {
	return [name, ...Object.values(names), ...aliases, wikipedia, wikidata, ...collections];
}

const HEADINGS = ["name", "photos", "fame", "collections", "article", "known for"];

/** For people a table with headings, for programs tab-separated lines without. */
function toLines(people: readonly ListedPerson[], withSources = false): string[] {
	const rows = people.map(cellsOf);
	const toLine = process.stdout.isTTY ? columnsOf([HEADINGS, ...rows]) : (row: string[]) => row.join("\t");
	const headings = process.stdout.isTTY ? [toLine(HEADINGS)] : [];
	const lines = people.flatMap(({ photos }, i) => [
		toLine(rows[i] as string[]).trimEnd(),
		...(withSources ? photos.map((source) => `  ${printable(source)}`) : []),
	]);
	return [...headings, ...lines];
}

function cellsOf({ name, wikipedia, collections, fame, knownFor, photos }: ListedPerson): string[] {
	return [
		name,
		`${photos.length}`,
		fame === undefined ? "-" : `fame ${fame}`,
		collections.join("+") || "-",
		wikipedia ?? "-",
		knownFor ?? "",
	].map(printable);
}

function columnsOf(rows: readonly (readonly string[])[]): (row: readonly string[]) => string {
	const widths = HEADINGS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
	return (row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
}
