/** Answers that no honest service gives: they must neither hold us for ever nor lead us elsewhere. */
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { readCategoryFiles, readCommonsFiles } from "../../src/wikimedia/commons/commons-files.ts";
import { readPersonDetails } from "../../src/wikimedia/select/person-details.ts";

/** A client whose every request gets the same answer. */
function answering(answer: object) {
	let numAsked = 0;
	const parse = async <T>(_parameters: unknown, schema: z.ZodType<T>): Promise<T> => {
		numAsked++;
		return schema.parse(answer);
	};
	return { commons: parse, wikidata: parse, sparql: parse, numAsked: () => numAsked };
}

function pageOf(info: object): object {
	const imageinfo = {
		url: "https://upload.wikimedia.org/a.jpg",
		descriptionurl: "https://commons.wikimedia.org/wiki/File:A.jpg",
		width: 500,
		height: 600,
		mime: "image/jpeg",
		sha1: "0123456789abcdef0123456789abcdef01234567",
		extmetadata: { License: { value: "cc0" } },
		...info,
	};
	return { query: { pages: [{ title: "File:A.jpg", imageinfo: [imageinfo] }] } };
}

describe("readCommonsFiles", () => {
	it("does not follow an answer that never ends", async () => {
		const client = answering({ ...pageOf({}), continue: { iicontinue: "x" } });
		expect((await readCommonsFiles(client, ["File:A.jpg"], 500)).size).toBe(1);
		expect(client.numAsked()).toBeLessThanOrEqual(20);
		expect(await readCategoryFiles(answering({ continue: { iicontinue: "x" } }), "A", 500)).toEqual([]);
	});

	it.each([
		["a page that is a script", { descriptionurl: "javascript:alert(1)" }],
		["no checksum", { sha1: "" }],
		["a size that is none", { width: "wide" }],
		["no address", { url: "a.jpg" }],
	])("takes no file with %s", async (_what, info) => {
		expect((await readCommonsFiles(answering(pageOf({})), ["File:A.jpg"], 500)).size).toBe(1);
		expect((await readCommonsFiles(answering(pageOf(info)), ["File:A.jpg"], 500)).size).toBe(0);
	});
});

describe("readPersonDetails", () => {
	it("takes no id that is none: it would name a folder", async () => {
		const client = answering({ entities: { Q1: { id: "../../Q1" } } });
		await expect(readPersonDetails(client, ["Q1"], ["en"])).rejects.toThrow(/Invalid string/);
	});
});
