/** The files in locales/: each language says everything, in its own plurals, and nothing that nobody asks for. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readLocales } from "../../../src/web/texts/read-locales.ts";
import type { Text } from "../../../src/web/texts/texts.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
const languages = readLocales().map(({ language }) => language);

function readTexts(language: string): Record<string, Text> {
	return JSON.parse(readFileSync(path.join(PROJECT, "locales", `${language}.json`), "utf8"));
}

const formsOf = (text: Text): string[] => (typeof text === "string" ? [text] : Object.values(text));

function placeholdersOf(text: string): string[] {
	return [...new Set([...text.matchAll(/\{\w+\}/g)].map(([all]) => all))].sort();
}

/** All source text that may ask for texts. */
function readSources(): string {
	return ["src/web", "views", "public"]
		.flatMap((folder) => readdirSync(path.join(PROJECT, folder), { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile() && /\.(ts|js|ejs)$/.test(entry.name))
		.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
		.join("\n");
}

const english = readTexts("en");

describe("the languages", () => {
	it("are English, for whoever asks for none of them, and Russian", () => {
		expect(languages[0]).toBe("en");
		expect(languages).toContain("ru");
	});

	it.each(languages)("%s says all that the others say, with the same placeholders", (language) => {
		const texts = readTexts(language);
		expect(Object.keys(texts)).toEqual(Object.keys(english));
		for (const [key, text] of Object.entries(texts)) {
			for (const form of formsOf(text)) {
				expect(placeholdersOf(form), key).toEqual(placeholdersOf(formsOf(english[key]!)[0]!));
				expect(form.trim(), key).toBe(form);
				expect(form, key).not.toBe("");
			}
		}
	});

	it.each(languages)("%s has its own plurals", (language) => {
		const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
		for (const [key, text] of Object.entries(readTexts(language))) {
			expect(typeof text, key).toBe(typeof english[key]);
			if (typeof text !== "string")
				expect(Object.keys(text).sort(), key).toEqual([...pluralCategories].sort());
		}
	});

	it("say all that pages and scripts ask for, and nothing else", () => {
		const sources = readSources();
		/** As they are asked for; those with a part that comes from elsewhere end before it. */
		const asked = new Set<string>();
		for (const [, key] of sources.matchAll(/\b(?:t|texts\.say|this\.say)\(\s*["'`]([\w.-]+)/g))
			asked.add(key!);
		for (const [, key] of sources.matchAll(/[^.]\bsay\(\s*["'`]([\w.-]+)/g)) asked.add(`script.${key}`);
		for (const [, one, other] of sources.matchAll(/[^.]\bsay\(\w+ \? "(\w+)" : "(\w+)"/g)) {
			asked.add(`script.${one}`).add(`script.${other}`);
		}
		const keys = Object.keys(english).filter((key) => !key.startsWith("plain."));
		for (const key of Object.keys(english)) {
			if (key.startsWith("plain.")) expect(english).toHaveProperty([key.slice("plain.".length)]);
		}
		for (const key of asked) {
			expect(key.endsWith(".") ? keys.some((other) => other.startsWith(key)) : key in english, key).toBe(
				true,
			);
		}
		const prefixes = [...asked].filter((key) => key.endsWith("."));
		const idle = keys.filter((key) => !asked.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
		expect(idle).toEqual([]);
	});
});
