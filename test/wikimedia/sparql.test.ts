import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { candidatesIn, findCandidates } from "../../src/wikimedia/select/find-candidates.ts";
import { BANDS, bandQuery, splitBand } from "../../src/wikimedia/select/selection.ts";
import {
	countOf,
	entityOf,
	fileOf,
	SPARQL_RESULTS,
	yearOf,
} from "../../src/wikimedia/select/sparql-results.ts";

const uri = (value: string) => ({ type: "uri", value });
const literal = (value: string) => ({ type: "literal", value });

describe("SPARQL results", () => {
	it.each([
		["http://www.wikidata.org/entity/Q42", "Q42"],
		["http://www.wikidata.org/entity/P42", undefined],
		["http://www.wikidata.org/.well-known/genid/0c4b", undefined],
	])("%s is the entity %s", (value, id) => {
		expect(entityOf(uri(value))).toBe(id);
	});

	it.each([
		["http://commons.wikimedia.org/wiki/Special:FilePath/A%20B.jpg", "File:A B.jpg"],
		["http://commons.wikimedia.org/wiki/Special:FilePath/%D0%90_b%2C%20%22c%22.jpg", 'File:А b, "c".jpg'],
		["http://commons.wikimedia.org/wiki/Special:FilePath/100%.jpg", undefined],
		["https://example.org/a.jpg", undefined],
	])("%s is the file %s", (value, title) => {
		expect(fileOf(uri(value))).toBe(title);
	});

	it.each([
		["1952-03-11T00:00:00Z", 1952],
		["-0470-01-01T00:00:00Z", -470],
		["+2001-00-00T00:00:00Z", 2001],
		["t123", undefined],
	])("%s is of the year %s", (value, year) => {
		expect(yearOf(literal(value))).toBe(year);
		expect(yearOf(undefined)).toBeUndefined();
	});

	it("knows a number from others", () => {
		expect([countOf(literal("97")), countOf(literal("x")), countOf(uri("97"))]).toEqual([
			97,
			undefined,
			undefined,
		]);
	});

	it("are refused when they lack a part", () => {
		expect(SPARQL_RESULTS.safeParse({ head: { vars: ["p"] } }).success).toBe(false);
	});

	it("yield people whatever the variables are called", () => {
		const rows = [
			{ name: literal("x"), item: uri("http://www.wikidata.org/entity/Q1"), sitelinks: literal("7") },
			{ name: literal("y"), item: { type: "bnode", value: "b0" } },
		];
		expect(
			candidatesIn({ head: { vars: ["name", "item", "sitelinks"] }, results: { bindings: rows } }),
		).toEqual([{ id: "Q1", sitelinks: 7 }]);
	});
});

describe("selection", () => {
	it("asks with all conditions, and without a service that others do not have", () => {
		const selection = { who: { preset: "film" }, bornAfter: 950, country: "RU", living: true } as const;
		const query = bandQuery(selection, { least: 60, limit: 75 });
		expect(query).toContain('FILTER(?born >= "0950-01-01T00:00:00Z"^^xsd:dateTime)');
		expect(query).toContain("FILTER(?s >= 60 && ?s < 75)");
		expect(query).toContain('?p wdt:P27/wdt:P297 "RU"');
		expect(query).toContain("FILTER NOT EXISTS { ?p wdt:P570 ?died }");
		expect(query).not.toContain("SERVICE");
		expect(bandQuery({ ...selection, living: false, country: undefined }, { least: 1, limit: 2 })).toMatch(
			/\n {2}\?p wdt:P570 \?died \.\n\}/,
		);
	});

	it("has bands without gaps, and halves them without gaps", () => {
		for (const [i, { least }] of BANDS.entries())
			if (i + 1 < BANDS.length) expect(BANDS[i + 1]?.limit).toBe(least);
		fc.assert(
			fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (least, size) => {
				const limit = least + size;
				const halves = splitBand({ least, limit });
				if (size === 1) expect(halves).toEqual([]);
				else
					expect(halves.map((half) => [half.least, half.limit])).toEqual([
						[halves[1]?.limit, limit],
						[least, halves[0]?.least],
					]);
			}),
		);
	});

	it("asks in halves for a band that is too much, each person once, and no band before it is needed", async () => {
		const asked: string[] = [];
		const client = {
			sparql: async (query: string) => {
				const [, least, limit] = /\?s >= (\d+) && \?s < (\d+)/.exec(query) ?? [];
				asked.push(`${least}-${limit}`);
				if (Number(limit) - Number(least) > 400) throw new AppError("QUERY_FAILED", "Too much.");
				const p = uri(`http://www.wikidata.org/entity/Q${asked.length}`);
				const again = uri("http://www.wikidata.org/entity/Q2");
				return SPARQL_RESULTS.parse({
					head: { vars: ["p"] },
					results: { bindings: [{ p }, { p: again }] },
				}) as never;
			},
		};
		const memory = { find: () => undefined, add: async () => undefined };
		const ids: string[] = [];
		for await (const { id } of findCandidates({ who: { preset: "all" }, bornAfter: 1840 }, client, memory)) {
			ids.push(id);
			if (ids.length === 3) break;
		}
		expect(asked).toEqual(["250-1000", "625-1000", "250-625", "180-250"]);
		expect(ids).toEqual(["Q2", "Q3", "Q4"]);
	});

	it("gives up when the service can't be reached, or can't answer the smallest question", async () => {
		for (const code of ["DOWNLOAD_FAILED", "QUERY_FAILED"] as const) {
			const client = { sparql: () => Promise.reject(new AppError(code, "No.")) };
			const memory = { find: () => undefined, add: async () => undefined };
			const candidates = findCandidates({ who: { preset: "all" }, bornAfter: 1840 }, client, memory);
			await expect(candidates.next()).rejects.toMatchObject({ code });
		}
	});
});
