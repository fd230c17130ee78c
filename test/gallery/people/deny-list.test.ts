import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import {
	DenyList,
	formatDenyEntries,
	readDenyEntries,
	withRemoved,
} from "../../../src/gallery/people/deny-list.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const person = (name: string, wikipedia?: string, wikidata?: string) => ({
	name,
	wikipedia,
	collections: [],
	...(wikidata !== undefined && { wikidata }),
});

describe("DenyList", () => {
	it("knows people by name, article or Wikidata id, without regard to accents", () => {
		const list = new DenyList([
			{ name: "Renée Example", reason: "grave" },
			{ wikidata: "Q7", reason: "private" },
			{ name: "Al", wikipedia: "Al (rapper)", reason: "grave" },
		]);
		expect(list.reasonFor(person("RENEE EXAMPLE"))).toBe("grave");
		expect(list.reasonFor(person("Anybody", undefined, "Q7"))).toBe("private");
		expect(list.reasonFor(person("Al", "Al (rapper)"))).toBe("grave");
		expect(list.reasonFor(person("Al"))).toBe("grave");
		expect(list.reasonFor(person("Al", "Al (singer)"))).toBeUndefined();
		expect(list.reasonFor(person("Renée", "Renée"))).toBeUndefined();
	});

	it("keeps removed people out by fingerprints that do not name them, through its file", async () => {
		const file = path.join(await temporaryFolder(), "deny.csv");
		const grace = person("Grace Kelly", "Grace Kelly", "Q3");
		const text = formatDenyEntries(withRemoved([], [grace], ["Grace_Kelly/1.jpg"]));
		expect(text).not.toMatch(/grace|kelly|Q3/i);
		await writeFile(file, text);
		const list = new DenyList(await readDenyEntries(file));
		expect(list.reasonFor(person("grace_kelly"))).toBe("removed");
		expect(list.reasonFor(person("Gracia Patricia", undefined, "Q3"))).toBe("removed");
		expect(list.reasonFor(person("Gene Kelly"))).toBeUndefined();
		expect(list.reasonForPhoto("Grace_Kelly/1.jpg")).toBe("removed");
		expect(list.reasonForPhoto("Grace_Kelly/2.jpg")).toBeUndefined();
		const entries = await readDenyEntries(file);
		// one salt, and nobody twice
		expect(withRemoved(entries, [grace], [])).toEqual(entries);
	});

	it("keeps out a person who was removed, and not the namesake who stays", () => {
		const actor = person("Michelle Williams", "Michelle Williams (actress)", "Q1");
		const singer = person("Michelle Williams", "Michelle Williams (singer)", "Q2");
		const list = new DenyList(withRemoved([], [actor], ["a/1.jpg"], [singer]));
		expect(list.reasonFor(actor)).toBe("removed");
		expect(list.reasonForPhoto("a/1.jpg")).toBe("removed");
		expect(list.reasonFor(singer)).toBeUndefined();
	});

	it("knows single photos and all photos of a folder", () => {
		const list = new DenyList([
			{ photo: "a/1.jpg", reason: "x" },
			{ photo: "b/", reason: "minor" },
		]);
		expect(["a/1.jpg", "a/2.jpg", "b/3.jpg"].map((source) => list.reasonForPhoto(source))).toEqual([
			"x",
			undefined,
			"minor",
		]);
	});

	it("says which line names nobody", async () => {
		const file = path.join(await temporaryFolder(), "deny.csv");
		await writeFile(file, "name,reason\nAnn,x\n,y\n");
		await expect(readDenyEntries(file)).rejects.toMatchObject({ message: expect.stringMatching(/line 3/) });
		expect(await readDenyEntries(`${file}.not`, { isOptional: true })).toEqual([]);
	});

	it("ships with a list that leaves out who does not suit, and nobody of that name by chance", async () => {
		const list = new DenyList(await readDenyEntries(path.join(PROJECT_FOLDER, "data", "deny.csv")));
		expect(list.reasonFor(person("Saddam Hussein", "Saddam Hussein"))).toBe("grave");
		expect(list.reasonFor(person("Scott Peterson"))).toBe("grave");
		expect(list.reasonFor(person("Robert Blake", "Robert Blake (English cricketer)"))).toBeUndefined();
		expect(list.reasonFor(person("Penélope Cruz", "Penélope Cruz"))).toBeUndefined();
	});
});
