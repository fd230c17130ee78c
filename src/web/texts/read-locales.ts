/** Reads the languages the page speaks: each is one file in locales/, named after its tag. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Texts } from "./texts.ts";

const LOCALES_FOLDER = fileURLToPath(new URL("../../../locales/", import.meta.url));
/** Spoken to whoever asks for none of the others. */
const DEFAULT_LANGUAGE = "en";
const EXTENSION = ".json";

/** All languages, the default one first. */
export function readLocales(): Texts[] {
	return readdirSync(LOCALES_FOLDER)
		.filter((file) => file.endsWith(EXTENSION))
		.map((file) => file.slice(0, -EXTENSION.length))
		.sort((a, b) => Number(b === DEFAULT_LANGUAGE) - Number(a === DEFAULT_LANGUAGE) || a.localeCompare(b))
		.map((language) => {
			const file = `${LOCALES_FOLDER}${language}${EXTENSION}`;
			return new Texts(language, JSON.parse(readFileSync(file, "utf8")));
		});
}
