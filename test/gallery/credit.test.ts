import { describe, expect, it } from "vitest";
import { CREDIT_COLUMNS, type Credit, creditOf, toCreditColumns } from "../../src/gallery/credit.ts";

const CREDIT: Credit = {
	author: "Ann Ünal, after <someone>",
	licence: "CC BY-SA 4.0",
	licenceUrl: "https://creativecommons.org/licenses/by-sa/4.0",
	page: "https://commons.wikimedia.org/wiki/File:Ann.jpg",
	title: "File:Ann.jpg",
	sha1: "0123456789abcdef0123456789abcdef01234567",
	restrictions: "personality",
	retrieved: "2026-11-25",
};

describe("credit", () => {
	it("comes back from the columns of a list", () => {
		const columns = toCreditColumns(CREDIT);
		expect(Object.keys(columns).sort()).toEqual([...CREDIT_COLUMNS].sort());
		expect(creditOf({ ...columns, photo: "a.jpg", name: "Ann" }, "line 1")).toEqual(CREDIT);
	});

	it("takes empty columns for missing ones", () => {
		const bare = { licence: "Public domain", page: CREDIT.page };
		expect(creditOf({ ...bare, author: "", licence_url: "", sha1: "" }, "line 1")).toEqual(bare);
	});

	it("is missing where the row names no licence", () => {
		expect(creditOf({ photo: "a.jpg", name: "Ann", licence: "" }, "line 1")).toBeUndefined();
	});

	it.each([
		["page", "javascript:alert(1)"],
		["licence_url", "data:text/html,x"],
		["sha1", "XYZ"],
	])("refuses a %s that is none", (column, value) => {
		expect(() => creditOf({ ...toCreditColumns(CREDIT), [column]: value }, "my.csv, line 7")).toThrow(
			new RegExp(`^my.csv, line 7: .*${column}`),
		);
	});
});
