/** `gallery build`: photos become a gallery file. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import { readManifest } from "../../gallery/folder/manifest.ts";
import { indexFileOf, isFolder, writeGallery } from "../../gallery/gallery-store.ts";
import { buildGallery } from "../../pipeline/build-gallery.ts";
import { addSettingFlags, type Openers, wholeNumber } from "../command.ts";
import { addEmbedFlags, type EmbedFlags, readLists, withEmbedTools } from "./gallery-embed.ts";
import { summarise, writeReport } from "./gallery-report.ts";
import { addSettingsFlags, readSettingsFlags, type SettingsFlags } from "./gallery-settings-flags.ts";

interface BuildFlags extends EmbedFlags, SettingsFlags {
	readonly out: string;
	readonly name?: string;
	readonly seed: number;
	readonly force?: true;
}

export function addBuildCommand(gallery: Command, openers: Openers): void {
	const command = addSettingFlags(gallery.command("build"), { withGallery: false })
		.description("build a gallery file; interrupted, the same command goes on where it was")
		.argument(
			"<source...>",
			"folders with one sub-folder per person, or CSVs: photo,name,wikipedia,collection",
		)
		.requiredOption("-o, --out <file>", "the gallery file to write")
		.option("--name <name>", "the name to show; otherwise that of the file")
		.option("--force", "take the place of a gallery that is there")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1);
	addSettingsFlags(addEmbedFlags(command)).action(async (sources: string[], flags: BuildFlags) => {
		const startMs = performance.now();
		const settings = await readSettingsFlags(flags);
		const list = await readLists(sources, flags);
		const run = {
			gallery: flags.out,
			purpose: "gallery build",
			sources,
			flags,
			...(!flags.force && { expect: () => expectNoGallery(flags.out) }),
		};
		await withEmbedTools(run, openers, async (tools, options, locked) => {
			const name = flags.name ?? path.basename(flags.out, path.extname(flags.out));
			const { gallery, report } = await buildGallery(list, tools, {
				...options,
				name,
				settings,
				seed: flags.seed,
			});
			await writeGallery(flags.out, gallery, locked);
			if (flags.report) await writeReport(flags.report, report);
			const seconds = (performance.now() - startMs) / 1000;
			console.log(
				`${summarise(report, list)}\n${gallery.numPeople} people, ${(statSync(indexFileOf(flags.out)).size / 1e6).toFixed(2)} MB, ${seconds.toFixed(1)} s`,
			);
			console.log(`Wrote ${flags.out}`);
		});
	});
}

function expectNoGallery(file: string): void {
	// a folder without a manifest is a build that was interrupted, or somebody's empty folder
	const isThere = isFolder(file) ? readManifest(file) !== undefined : existsSync(file);
	if (!isThere) return;
	throw new AppError("INVALID_ARGUMENT", `Expected no gallery at ${file} but there is one.`, {
		hint: "Use --force to build it anew, or `gallery add` to add to it.",
	});
}
