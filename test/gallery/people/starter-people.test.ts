/** What data/starter-people.csv says is what the starter gallery has, and the other way round. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import { type PeopleFacts, readPeopleFacts } from "../../../src/gallery/people/people-facts.ts";
import type { Person } from "../../../src/gallery/person.ts";
import { viewKnownFor } from "../../../src/web/people/known-for.ts";
import { readLocales } from "../../../src/web/texts/read-locales.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";

const { people } = starterGallery();
const facts = await readPeopleFacts(path.join(PROJECT_FOLDER, "data", "starter-people.csv"));
const rowsOf = groupByName(facts);
const namesIn = (language: string) => people.flatMap(({ names }) => names?.[language] ?? []);

/** By the names that the gallery shows; some people are in the lists under several. */
function groupByName(all: PeopleFacts): Map<string, Readonly<Record<string, string>>[]> {
	const groups = new Map<string, Readonly<Record<string, string>>[]>();
	for (const [listed, row] of all) {
		const name = foldName(row.name ?? listed);
		groups.set(name, [...(groups.get(name) ?? []), row]);
	}
	return groups;
}

const problemsOf = (person: Person): string[] => {
	const rows = rowsOf.get(foldName(person.name)) ?? [];
	const says = (column: string, value: string | undefined) => rows.some((row) => row[column] === value);
	return [
		...(says("name:ru", person.names?.ru) ? [] : [`${person.name}: ${person.names?.ru}`]),
		...(says("known_for", person.knownFor) ? [] : [`${person.name}: ${person.knownFor}`]),
		...(says("known_for:ru", person.knownForIn?.ru) ? [] : [`${person.name}: ${person.knownForIn?.ru}`]),
	];
};

describe("the table of the starter gallery's people", () => {
	it("has everybody of the gallery, as the gallery has them", () => {
		expect(people.flatMap(problemsOf)).toEqual([]);
	});

	it("names nearly everybody in Russian, in Cyrillic letters, and no two alike", () => {
		const russian = namesIn("ru");
		expect(russian.length / people.length).toBeGreaterThan(0.96);
		expect(russian.filter((name) => !/^[\p{Script=Cyrillic}IVX\d .,'«»-]+$/u.test(name))).toEqual([]);
		expect(russian.filter((name, i) => russian.indexOf(name) !== i)).toEqual([]);
	});

	it("says of everybody what they are known for", () => {
		expect(people.filter(({ knownFor }) => knownFor === undefined).map(({ name }) => name)).toEqual([]);
	});

	it("says it whole in Russian, but for songs, bands and films that have no name there", () => {
		const [russian] = readLocales().filter(({ language }) => language === "ru");
		const isWhole = (person: Person) => viewKnownFor(person, russian!)?.english === "";
		expect(people.filter(isWhole).length / people.length).toBeGreaterThan(0.8);
	});
});
