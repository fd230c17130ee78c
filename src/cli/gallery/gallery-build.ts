/** `gallery build`: photos become a gallery file. */
import { statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import type { LockedFile } from "../../files/file-lock.ts";
import type { PhotoList } from "../../gallery/building/photo-list.ts";
import { hasGallery, indexFileOf, writeGallery } from "../../gallery/gallery-store.ts";
import { type BuildOptions, buildGallery } from "../../pipeline/build-gallery.ts";
import type { EmbedTools } from "../../pipeline/embed-photos.ts";
import { addSettingFlags, count, EXIT, type Openers, wholeNumber } from "../command.ts";
import { buildInDatabase } from "../database/gallery-build.ts";
import { DATABASE_ARGUMENT } from "../database/with-database.ts";
import { addEmbedFlags, type EmbedFlags, readLists, withEmbedTools } from "./gallery-embed.ts";
import { summarise, writeReport } from "./gallery-report.ts";
import { addSettingsFlags, readSettingsFlags, type SettingsFlags } from "./gallery-settings-flags.ts";

export interface BuildFlags extends EmbedFlags, SettingsFlags {
	readonly out: string;
	readonly name?: string;
	readonly seed: number;
	readonly force?: true;
}

/** Where to. */
export const OUT_FLAG = ["-o, --out <file>", "the gallery file to write"] as const;

export function addBuildCommand(gallery: Command, openers: Openers): void {
	const command: Command = gallery
		.command("build")
		.description("build a gallery file; interrupted, the same command goes on where it was")
		.argument(
			"<source...>",
			"folders with one sub-folder per person, or CSVs: photo,name,wikipedia,collection",
		);
	addBuildFlags(command.option(...OUT_FLAG))
		.option(
			"--to <database>",
			`build it in a database, together with whoever gives the same list: ${DATABASE_ARGUMENT}`,
		)
		.option("--anew", "with --to: forget what others have done of another list");
	command.action(
		async (sources: string[], given: Omit<BuildFlags, "out"> & { out?: string; to?: string }) => {
			const startMs = performance.now();
			const settings = await readSettingsFlags(given);
			if (given.to !== undefined && given.out === undefined)
				return buildInDatabase(given.to, sources, given, settings, openers);
			if (given.out === undefined || given.to !== undefined) {
				command.error("error: expected either --out FILE or --to DATABASE", { exitCode: EXIT.usage });
			}
			const flags: BuildFlags = { ...given, out: given.out };
			const list = await readLists(sources, flags);
			const run = {
				gallery: flags.out,
				purpose: "gallery build",
				sources,
				flags,
				...(!flags.force && { expect: () => expectNoGallery(flags.out) }),
			};
			await withEmbedTools(run, openers, (tools, options, locked) =>
				buildGalleryFile(list, flags, tools, { ...options, settings, startMs, locked }),
			);
		},
	);
}

/** Flags of all commands that write a gallery of their own, beside where to. */
export function addBuildFlags(command: Command): Command {
	addSettingFlags(command, { withGallery: false })
		.option("--name <name>", "the name to show; otherwise that of the file")
		.option("--force", "take the place of a gallery that is there")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1);
	return addSettingsFlags(addEmbedFlags(command));
}

interface FileOptions extends Omit<BuildOptions, "name" | "seed"> {
	/** When the command began. */
	readonly startMs: number;
	readonly locked: LockedFile;
}

/** Builds the gallery of a list, writes it and says what it is. */
export async function buildGalleryFile(
	list: PhotoList,
	{ out, name = path.basename(out, path.extname(out)), seed, report: reportFile }: BuildFlags,
	tools: EmbedTools,
	{ startMs, locked, ...options }: FileOptions,
): Promise<void> {
	const { gallery, report } = await buildGallery(list, tools, { ...options, name, seed });
	await writeGallery(out, gallery, locked);
	if (reportFile) await writeReport(reportFile, report);
	const seconds = (performance.now() - startMs) / 1000;
	console.log(
		`${summarise(report, list)}\n${count(gallery.numPeople, "person", "people")}, ${(statSync(indexFileOf(out)).size / 1e6).toFixed(2)} MB, ${seconds.toFixed(1)} s`,
	);
	console.log(`Wrote ${out}`);
}

/** @throws AppError INVALID_ARGUMENT if there is one */
export function expectNoGallery(file: string): void {
	if (!hasGallery(file)) return;
	throw new AppError("INVALID_ARGUMENT", `Expected no gallery at ${file} but there is one.`, {
		hint: "Use --force to build it anew, or `gallery add` to add to it.",
	});
}
