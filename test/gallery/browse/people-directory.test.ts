import { describe, expect, it } from "vitest";
import { PeopleDirectory } from "../../../src/gallery/browse/people-directory.ts";
import type { Person } from "../../../src/gallery/person.ts";
import type { ReadableGallery } from "../../../src/gallery/readable-gallery.ts";
import { countTurns } from "../../helpers/count-turns.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";

const directory = PeopleDirectory.of(starterGallery());
const renamed = (rename: (person: Person) => Person) =>
	starterGallery().withPeople(starterGallery().people.map(rename));
/** The same people in Latin letters only. */
const latin = PeopleDirectory.of(renamed(({ names: _, ...person }) => person));
const slugsOf = (text: string) => directory.search(text).map(({ slug }) => slug);

describe("a gallery's directory", () => {
	it("lists everybody once, under an address of their own", () => {
		expect(directory.entries).toHaveLength(starterGallery().numPeople);
		expect(new Set(directory.entries.map(({ slug }) => slug)).size).toBe(directory.entries.length);
		for (const entry of directory.entries) {
			expect(entry.slug).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
			expect(directory.find(entry.slug)).toBe(entry);
			expect(directory.entryOf(entry.number)).toBe(entry);
		}
	});

	it("is made in slices for whoever takes a gallery over, and is the same", async () => {
		const gallery = {
			rows: () => Array.from({ length: 5000 }, (_, row) => row),
			personOf: (row: number) => row >> 1,
			person: (number: number) => ({ name: `Somebody ${number % 700}`, collections: [] }),
		};
		const [prepared, asked] = [{ ...gallery }, { ...gallery }] as unknown as ReadableGallery[];
		const { numTurns } = await countTurns(() => PeopleDirectory.prepare(prepared!));
		expect(numTurns).toBeGreaterThan(1);
		const made = PeopleDirectory.of(prepared!);
		expect(made.entries).toEqual(PeopleDirectory.of(asked!).entries);
		expect(made.entries).toHaveLength(2500);
		await PeopleDirectory.prepare(prepared!);
		expect(PeopleDirectory.of(prepared!)).toBe(made);
	});

	it("gives nobody the address of somebody else, whatever they are called", () => {
		const odd = [
			"Ann",
			"Ann",
			"Ann 2",
			"Ann-2",
			"Ann",
			`${"Ann ".repeat(200)}B`,
			`${"Ann ".repeat(200)}C`,
			"\ufdfa".repeat(100),
		];
		const { entries } = PeopleDirectory.of(
			renamed((person) => ({ ...person, name: odd[starterGallery().people.indexOf(person)] ?? person.name })),
		);
		expect(new Set(entries.map(({ slug }) => slug)).size).toBe(entries.length);
		expect(Math.max(...entries.map(({ slug }) => slug.length))).toBeLessThan(200);
	});

	it("is made once per gallery", () => {
		expect(PeopleDirectory.of(starterGallery())).toBe(directory);
	});

	it("finds people by the beginnings of their names, in any order, without accents and case", () => {
		expect(slugsOf("emma wats")).toEqual(["emma-watson"]);
		expect(slugsOf("WATSON emm")).toEqual(["emma-watson"]);
		expect(slugsOf("Pénélope CRUZ")).toContain("penelope-cruz");
		expect(slugsOf("mma watson")).toEqual([]);
		expect(slugsOf("  ")).toEqual([]);
	});

	it.each([
		["Том Круз", "tom-cruise"],
		["джон депп", "johnny-depp"],
		["ди каприо лео", "leonardo-dicaprio"],
		["ЦЗЫИ", "zhang-ziyi"],
		["толстой", "leo-tolstoy"],
		["Федерер", "roger-federer"],
	])("finds %s by the beginnings of the name in Russian", (asked, slug) => {
		expect(slugsOf(asked)[0]).toBe(slug);
	});

	it.each([
		["Том Круз", "tom-cruise"],
		["Зендея", "zendaya"],
		["джонни депп", "johnny-depp"],
		["Леонардо Ди Каприо", "leonardo-dicaprio"],
		["Шарлиз Терон", "charlize-theron"],
		["Бейонсе", "beyonce"],
	])("finds %s by the sound of the name, where it is known in Latin letters only", (asked, slug) => {
		expect(latin.search(asked)[0]?.slug).toBe(slug);
	});

	it("finds people by their other names, and suggests them by names in any language", () => {
		const people = PeopleDirectory.of(
			renamed((person) => (person.name === "Bono" ? { ...person, aliases: ["Paul David Hewson"] } : person)),
		);
		expect(people.search("hewson").map(({ slug }) => slug)).toEqual(["bono"]);
		expect(directory.suggest("Николь Китман", 3)[0]?.slug).toBe("nicole-kidman");
	});

	it("finds nobody who doesn't sound like it", () => {
		expect(slugsOf("Щщщ")).toEqual([]);
		expect(slugsOf("Ььь")).toEqual([]);
	});

	it("knows whom a misspelt name may mean, and nobody for what is no name", () => {
		const suggested = (text: string) => directory.suggest(text, 3).map(({ slug }) => slug);
		expect(slugsOf("kidmann")).toEqual([]);
		expect(suggested("kidmann")[0]).toBe("nicole-kidman");
		expect(suggested("leonrado dicaprio")[0]).toBe("leonardo-dicaprio");
		expect(suggested("Aniston Jenifer")[0]).toBe("jennifer-aniston");
		expect(suggested("xyzzy")).toEqual([]);
		expect(suggested("  ")).toEqual([]);
	});

	it("leaves out whose name only sounds like a Cyrillic one that another is spelt like", () => {
		expect(latin.search("Кидман").map(({ slug }) => slug)).toEqual(["nicole-kidman"]);
	});

	it("leaves out whose name sounds like a Cyrillic one in Latin letters only", () => {
		expect(slugsOf("Путин")).toEqual([]);
		expect(slugsOf("Шварценегер")).toEqual(["arnold-schwarzenegger"]);
	});

	it("puts those first whose whole name begins with it", () => {
		const [first] = slugsOf("smi");
		const all = slugsOf("will");
		expect(first).toMatch(/smi/);
		expect(all.indexOf("will-smith")).toBeLessThan(all.indexOf("serena-williams"));
	});

	it("shows people by the photo that was chosen for them, or else by the straightest", () => {
		const entry = directory.find("emma-watson")!;
		const photos = entry.rows.map((_, i) => directory.photoAt(entry, i + 1));
		expect(new Set(photos.map(({ source }) => source)).size).toBe(entry.rows.length);
		for (const [i, photo] of photos.entries()) {
			expect(directory.placeOfPhoto(entry, photo)).toBe(i + 1);
			const person = { ...entry.person, portrait: photo.source };
			expect(directory.portraitOf({ ...entry, person })).toEqual(photo);
		}
		expect(directory.photoAt(entry, undefined)).toEqual(directory.portraitOf(entry));
		expect(photos).toContainEqual(directory.portraitOf(entry));
	});

	it("knows who looks like whom: others only, best first", async () => {
		const entry = directory.find("emma-watson")!;
		const lookalikes = await directory.lookalikesOf(entry, 5);
		expect(lookalikes).toHaveLength(5);
		expect(lookalikes.map(({ entry: other }) => other.slug)).not.toContain("emma-watson");
		const similarities = lookalikes.map(({ similarity }) => similarity);
		expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
	});
});
