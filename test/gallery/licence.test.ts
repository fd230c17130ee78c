import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeLicence } from "../../src/gallery/licence.ts";

describe("judgeLicence", () => {
	it.each([
		["cc-by-sa-4.0", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"],
		["cc-by-2.0", "CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/"],
		["cc-by-sa-3.0-de", "CC BY-SA 3.0 de", "https://creativecommons.org/licenses/by-sa/3.0/de/"],
		["cc-by-sa-3.0,2.5,2.0,1.0", "CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/"],
		["cc0", "CC0", "https://creativecommons.org/publicdomain/zero/1.0/"],
		["pd", "Public domain", undefined],
		["", "Public domain", undefined],
	])("takes %s", (code, shortName, url) => {
		expect(judgeLicence({ code, shortName })?.url).toBe(url);
	});

	it("names the licence as Commons does, and keeps its address if it is one", () => {
		const given = { code: "cc-by-4.0", shortName: "CC BY 4.0" };
		expect(judgeLicence({ ...given, url: "//creativecommons.org/licenses/by/4.0" })).toEqual({
			name: "CC BY 4.0",
			url: "https://creativecommons.org/licenses/by/4.0",
			asksForAuthor: true,
		});
		expect(judgeLicence({ ...given, url: "javascript:alert(1)" })?.url).toMatch(/^https:\/\/creativecommons/);
		expect(judgeLicence({ code: "cc-by-sa-4.0" })?.name).toBe("CC BY-SA 4.0");
	});

	it.each([
		["cc-by-nc-2.0", "CC BY-NC 2.0"],
		["cc-by-nd-4.0", "CC BY-ND 4.0"],
		["cc-by-nc-sa-4.0", ""],
		["cc-by-4.0", "CC BY-NC 4.0"],
		["gfdl", "GFDL"],
		["attribution", "Attribution"],
		["", "Copyrighted free use"],
		["", "Fair use"],
		["", "No restrictions"],
		["", "CC BY"],
		["", ""],
	])("refuses %s %s", (code, shortName) => {
		expect(judgeLicence({ code, shortName })).toBeUndefined();
	});

	it("refuses whatever says that it is non-commercial or may not be changed, wherever it says so", () => {
		const part = fc.constantFrom("cc", "by", "sa", "4.0", "3.0", "2.5", "de", "us");
		const mark = fc.constantFrom("nc", "nd", "NC", "ND", "noncommercial", "NoDerivs");
		fc.assert(
			fc.property(fc.array(part), mark, fc.array(part), (before, forbidden, after) => {
				const code = [...before, forbidden, ...after].join("-");
				expect(judgeLicence({ code, shortName: "CC BY 4.0" })).toBeUndefined();
				expect(judgeLicence({ code: "cc-by-4.0", shortName: code.replaceAll("-", " ") })).toBeUndefined();
			}),
		);
	});

	it("takes no text for a licence that is not one of the four", () => {
		fc.assert(
			fc.property(fc.string(), (shortName) => {
				const licence = judgeLicence({ shortName });
				if (licence) expect(shortName.toLowerCase()).toMatch(/cc|pd|public/);
			}),
		);
	});
});
