import { describe, expect, it } from "vitest";
import { Texts } from "../../../src/web/texts/texts.ts";

const english = new Texts("en", {
	"language.name": "English",
	greeting: "Hello {name}, {name}!",
	photos: { one: "{count} photo", other: "{count} photos" },
	"script.busy": "Busy",
});
const russian = new Texts("ru", {
	"language.name": "Русский",
	photos: { one: "{count} снимок", few: "{count} снимка", many: "{count} снимков", other: "{count} снимка" },
});

describe("texts", () => {
	it("put values in their places", () => {
		expect(english.say("greeting", { name: "$& Ada" })).toBe("Hello $& Ada, $& Ada!");
	});

	it("choose the plural and write the number as the language does", () => {
		expect([1, 2, 1234].map((count) => english.say("photos", { count }))).toEqual([
			"1 photo",
			"2 photos",
			"1,234 photos",
		]);
		expect([1, 3, 11, 21, 1.5].map((count) => russian.say("photos", { count }))).toEqual([
			"1 снимок",
			"3 снимка",
			"11 снимков",
			"21 снимок",
			"1,5 снимка",
		]);
	});

	it("write durations as people read them", () => {
		expect([0.214, 3.21, 143.4, 1234].map((ms) => english.duration(ms))).toEqual([
			"0.21 ms",
			"3.2 ms",
			"143 ms",
			"1.2 sec",
		]);
		expect(russian.duration(1234)).toBe("1,2 с");
	});

	it("hand the scripts their own and no others", () => {
		expect(JSON.parse(english.scriptTexts)).toEqual({ "script.busy": "Busy" });
	});

	it("refuse what is not there", () => {
		expect(() => english.say("nothing")).toThrow('Expected the text "nothing" in "en".');
		expect(() => english.say("greeting")).toThrow('Expected a value of "name" for the text "greeting".');
		expect(() => english.say("photos")).toThrow("Expected a count");
	});
});
