import { describe, expect, it } from "vitest";
import { viewKnownFor } from "../../../src/web/people/known-for.ts";
import { readLocales } from "../../../src/web/texts/read-locales.ts";
import type { Texts } from "../../../src/web/texts/texts.ts";

const [english, russian] = ["en", "ru"].map((language) => {
	const texts = readLocales().find((one) => one.language === language);
	if (!texts) throw new Error(`Expected texts in "${language}".`);
	return texts;
}) as [Texts, Texts];

describe("what somebody is known for", () => {
	it("is said as the gallery says it to whoever reads English", () => {
		const view = viewKnownFor({ knownFor: "actor, Harry Potter" }, english);
		expect(view).toEqual({ text: "actor, Harry Potter", english: "" });
	});

	it("is said in the gallery's words of the visitor's language, where it has such", () => {
		const person = { knownFor: "actor, Harry Potter", knownForIn: { ru: "британская актриса" } };
		expect(viewKnownFor(person, russian)).toEqual({ text: "британская актриса", english: "" });
		expect(viewKnownFor(person, english)?.text).toBe("actor, Harry Potter");
	});

	it.each([
		["actor, Harry Potter", "кино, ", "Harry Potter"],
		["model, actor, X-Men", "мода, ", "actor, X-Men"],
		["Formula One driver", "«Формула-1»", ""],
		["mountaineer, Everest", "", "mountaineer, Everest"],
	])(
		"names the trade of %s in the visitor's language, and leaves names as they are",
		(knownFor, text, rest) => {
			expect(viewKnownFor({ knownFor }, russian)).toEqual({ text, english: rest });
		},
	);

	it("is nothing of whom nothing is said", () => {
		expect(viewKnownFor({}, russian)).toBeUndefined();
	});
});
