/** A gallery's own face as flags, or as a JSON file. */
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import { readTextFile } from "../../files/read-text-file.ts";
import { type GallerySettings, parseGallerySettings } from "../../gallery/gallery-settings.ts";

export interface SettingsFlags {
	readonly settings?: string;
	readonly title?: string;
	readonly question?: string;
	readonly lead?: string;
	readonly language?: string;
	readonly accent?: string;
	/** False for --no-celebrities. */
	readonly celebrities: boolean;
	readonly preferBetterKnown?: true;
}

export function addSettingsFlags(command: Command): Command {
	return command
		.option("--settings <json>", "a file with the settings below; flags come first")
		.option("--title <text>", "the page's name")
		.option("--question <text>", 'the first page\'s question, e.g. "Which of us do you look like?"')
		.option("--lead <text>", "the sentence below the question")
		.option("--language <code>", "language of these texts, e.g. en")
		.option("--accent <colour>", "the page's colour, e.g. #7a3cff")
		.option("--no-celebrities", "the people in it are no celebrities")
		.option("--prefer-better-known", "the better known come first among people who are equally alike");
}

/** @throws AppError FILE_NOT_FOUND; INVALID_ARGUMENT for what is no setting */
export async function readSettingsFlags(flags: SettingsFlags): Promise<GallerySettings> {
	const { settings: file, title, question, lead, language, accent, celebrities, preferBetterKnown } = flags;
	const given = { title, question, lead, language, accent, preferBetterKnown };
	return parseGallerySettings({
		...(file === undefined ? {} : await readJson(file)),
		...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
		...(!celebrities && { celebrities }),
	});
}

async function readJson(file: string): Promise<object> {
	const text = readTextFile(file, { what: "settings" });
	try {
		return JSON.parse(text) as object;
	} catch (cause) {
		throw new AppError("INVALID_ARGUMENT", `Expected JSON in ${file} but it is none.`, { cause });
	}
}
