/** `gallery list`: who is in a gallery. */
import type { Command } from "commander";
import { readGallery } from "../../gallery/gallery-store.ts";
import { foldName } from "../../gallery/people/fold-name.ts";
import type { Person } from "../../gallery/person.ts";

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
		.option("--search <text>", "only people whose name, article, id or collection has this text")
		.option("--sort <order>", "name, photos or fame", "name")
		.option("--sources", "with each photo's source")
		.option("--json", "one JSON object per person")
		.action((file: string, { search = "", sort, sources, json }: ListFlags, command: Command) => {
			const order = ORDERS[sort];
			if (!order) command.error(`error: expected --sort ${Object.keys(ORDERS).join(", ")}`, { exitCode: 2 });
			const wanted = foldName(search);
			const people = peopleOf(file).filter(({ name, wikipedia, wikidata, collections }) => {
				return foldName([name, wikipedia, wikidata, ...collections].join("\n")).includes(wanted);
			});
			for (const person of people.sort(order))
				console.log(json ? JSON.stringify(person) : toLine(person, sources));
		});
}

function peopleOf(file: string): ListedPerson[] {
	const gallery = readGallery(file);
	const sources = new Map<number, string[]>();
	for (const row of gallery.rows()) {
		const known = sources.get(gallery.index.group(row));
		if (known) known.push(gallery.source(row));
		else sources.set(gallery.index.group(row), [gallery.source(row)]);
	}
	return [...sources].map(([number, photos]) => ({ ...gallery.person(number), photos }));
}

function toLine(
	{ name, wikipedia, collections, fame, knownFor, photos }: ListedPerson,
	withSources = false,
): string {
	const columns = [
		name,
		`${photos.length}`,
		fame === undefined ? "-" : `fame ${fame}`,
		collections.join("+") || "-",
	];
	const line = [...columns, wikipedia ?? "-", knownFor ?? ""].join("\t").trimEnd();
	return [line, ...(withSources ? photos.map((source) => `  ${source}`) : [])].join("\n");
}
