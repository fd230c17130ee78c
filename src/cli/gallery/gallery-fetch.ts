/** `gallery fetch`: from Wikidata and Commons to a finished gallery. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { readConfig, VERSION } from "../../config/config.ts";
import { AppError } from "../../errors.ts";
import { readTextFile } from "../../files/read-text-file.ts";
import { stagingFolderOf } from "../../gallery/gallery-store.ts";
import { readPeopleFacts } from "../../gallery/people/people-facts.ts";
import { type FetchRequest, fetchPeople } from "../../pipeline/fetch-people.ts";
import { THUMBNAIL_WIDTHS } from "../../wikimedia/commons/commons-files.ts";
import { WikimediaClient } from "../../wikimedia/http/wikimedia-client.ts";
import { PRESETS, type Preset } from "../../wikimedia/select/occupations.ts";
import type { Selection } from "../../wikimedia/select/selection.ts";
import { userAgentOf } from "../../wikimedia/services.ts";
import type { FinishedPerson } from "../../wikimedia/staging/finished-person.ts";
import { StagingFolder } from "../../wikimedia/staging/staging-folder.ts";
import { count, type Openers, wholeNumber } from "../command.ts";
import { Progress } from "../progress.ts";
import {
	addBuildFlags,
	type BuildFlags,
	buildGalleryFile,
	expectNoGallery,
	OUT_FLAG,
} from "./gallery-build.ts";
import { readLists, withEmbedTools } from "./gallery-embed.ts";
import { readSettingsFlags } from "./gallery-settings-flags.ts";

interface FetchFlags extends BuildFlags {
	readonly preset?: Preset;
	readonly sparql?: string;
	readonly limit: number;
	readonly bornAfter: number;
	readonly country?: string;
	readonly living?: true;
	readonly deceased?: true;
	readonly languages: readonly string[];
	readonly photosPerPerson: number;
	readonly width: string;
	readonly contact?: string;
	readonly staging?: string;
}

/** Photography's first portraits: who was born before was painted. */
const FIRST_YEAR = 1840;

export function addFetchCommand(gallery: Command, openers: Openers): void {
	const command = gallery
		.command("fetch")
		.description(
			"fetch people, the best known first, with free portraits from Wikimedia, and build their gallery; interrupted, the same command goes on where it was",
		)
		.addOption(new Option("--preset <name>", "whom to fetch").choices(PRESETS).conflicts("sparql"))
		.addOption(new Option("--sparql <file>", "a query that yields entities, in place of a preset"))
		.option("--limit <n>", "how many people", wholeNumber(1), 2000)
		.option("--born-after <year>", "born in this year or later", wholeNumber(0), FIRST_YEAR)
		.option(
			"--country <code>",
			"citizens of this country, e.g. US (ISO 3166); not with --sparql",
			countryCode,
		)
		.addOption(new Option("--living", "only the living").conflicts("deceased"))
		.option("--deceased", "only the dead")
		.option("--languages <codes>", "languages of their names, e.g. en,ru", languageCodes, ["en", "ru"])
		.option("--photos-per-person <n>", "most photos of each", wholeNumber(1), 3)
		.addOption(
			new Option("--width <px>", "of the photos, as Wikimedia scales them")
				.choices(THUMBNAIL_WIDTHS.filter((width) => width >= 250).map(String))
				.default("500"),
		)
		.option("--contact <address>", "your e-mail address or web page, for Wikimedia (WIKIMEDIA_CONTACT)")
		.option("--staging <folder>", "where photos are kept meanwhile; otherwise beside the gallery");
	addBuildFlags(command.requiredOption(...OUT_FLAG)).action(async (flags: FetchFlags) => {
		const startMs = performance.now();
		const look = await readSettingsFlags(flags);
		const request = await readRequest(flags);
		const { wikimedia } = readConfig({ WIKIMEDIA_CONTACT: flags.contact });
		// before models are opened and folders made; facts are read again once there is a list
		userAgentOf(wikimedia.contact, VERSION);
		if (flags.people !== undefined) await readPeopleFacts(flags.people);
		const folder = flags.staging ?? stagingFolderOf(flags.out);
		const run = {
			gallery: flags.out,
			purpose: "gallery fetch",
			sources: [folder],
			flags,
			...(!flags.force && { expect: () => expectNoGallery(flags.out) }),
		};
		await withEmbedTools(run, openers, async (tools, options, locked) => {
			const client = new WikimediaClient(wikimedia, { version: VERSION, signal: options.signal });
			const { limit: _, ...settings } = request;
			const staging = await StagingFolder.open(folder, JSON.stringify(settings));
			const progress = new Progress("people");
			try {
				const people = await fetchPeople(
					request,
					{
						...tools,
						client,
						staging,
						rules: options.rules ?? {},
						portraitRule: { agreeing: options.misfits?.doubtful ?? 1 },
						today: new Date().toISOString().slice(0, 10),
					},
					(state) => {
						const { numPeople, limit, numPhotos, numLeftOut } = state;
						progress.update(
							numPeople,
							limit,
							`${count(numPhotos, "photo")}, ${count(numLeftOut, "person", "people")} left out`,
						);
						// a server that has this built behind it tells its operator
						process.send?.(state);
					},
				).finally(() => progress.end());
				await staging.finish(people, flags.preset ?? "");
				console.log(summariseFetch(people));
			} finally {
				await staging.close();
			}
			const list = await readLists([staging.listFile], flags);
			await buildGalleryFile(list, flags, tools, { ...options, settings: look, startMs, locked });
		});
	});
}

async function readRequest(flags: FetchFlags): Promise<FetchRequest> {
	const { limit, languages, photosPerPerson, bornAfter, country } = flags;
	const living = flags.living ?? (flags.deceased ? false : undefined);
	const who = await readWho(flags);
	const selection: Selection = { who, bornAfter, country, living };
	return { selection, limit, languages, photosPerPerson, width: Number(flags.width) };
}

async function readWho({ preset, sparql, country }: FetchFlags): Promise<Selection["who"]> {
	if (preset !== undefined) return { preset };
	if (sparql === undefined || country !== undefined) {
		throw new AppError("INVALID_ARGUMENT", "Expected --preset, or --sparql without --country.", {
			hint: "For example: celebrity-faces gallery fetch --preset film --limit 2000 -o film.gallery",
		});
	}
	return { sparql: readTextFile(sparql, { what: "a query" }) };
}

/** How many were fetched, and why others were not. */
function summariseFetch(people: readonly FinishedPerson[]): string {
	const kept = people.filter(({ person }) => person !== undefined);
	const numPhotos = kept.reduce((sum, { photos }) => sum + photos.length, 0);
	const counts = new Map<string, number>();
	for (const { title, reason } of people.flatMap(({ leftOut }) => leftOut)) {
		const what = `${title === undefined ? "people" : "photos"} left out`;
		counts.set(`${what}: ${reason}`, (counts.get(`${what}: ${reason}`) ?? 0) + 1);
	}
	return [
		`Fetched ${count(kept.length, "person", "people")} with ${count(numPhotos, "photo")}.`,
		...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, number]) => `  ${number} ${what}`),
	].join("\n");
}

function countryCode(text: string): string {
	if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
	throw new InvalidArgumentError("Expected two letters, e.g. US.");
}

function languageCodes(text: string): string[] {
	const codes = text.split(",").map((code) => code.trim());
	if (codes.every((code) => /^[a-z]{2,3}(-[a-z]+)*$/.test(code))) return codes;
	throw new InvalidArgumentError("Expected codes with commas between them, e.g. en,ru.");
}
