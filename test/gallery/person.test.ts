import { describe, expect, it } from "vitest";
import { cleanName } from "../../src/gallery/person.ts";

describe("a name", () => {
	it.each([
		["is one line", "Ada\nLovelace\t", "Ada Lovelace"],
		["turns nothing around", "\u202eadA\u200b", "adA"],
		["has no half characters", "Ada\ud800", "Ada"],
		["may join letters", "\u0645\u06cc\u200c\u0631\u0648\u0645", "\u0645\u06cc\u200c\u0631\u0648\u0645"],
		["is more than marks", "\u202e\u200b...", ""],
	])("%s", (_what, text, clean) => {
		expect(cleanName(text)).toBe(clean);
	});
});
