/** `gallery build`: photos become a gallery file. */
import path from "node:path";
import type { Command } from "commander";
import { writeFileAtomically } from "../atomic-file.ts";
import { buildGallery } from "../pipeline/build-gallery.ts";
import { addSettingFlags, type Openers, wholeNumber } from "./command.ts";
import {
	addEmbedFlags,
	type EmbedFlags,
	readList,
	summarise,
	withEmbedTools,
	writeReport,
} from "./gallery-embed.ts";

interface BuildFlags extends EmbedFlags {
	readonly out: string;
	readonly name?: string;
	readonly seed: number;
}

export function addBuildCommand(gallery: Command, openers: Openers): void {
	const command = addSettingFlags(gallery.command("build"), { withGallery: false })
		.description("build a gallery file; interrupted, the same command goes on where it was")
		.argument(
			"<source>",
			"a folder with one sub-folder per person, or a CSV: photo,name,wikipedia,collection",
		)
		.requiredOption("-o, --out <file>", "the gallery file to write")
		.option("--name <name>", "the name to show; otherwise that of the file")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1);
	addEmbedFlags(command).action(async (source: string, flags: BuildFlags) => {
		const startMs = performance.now();
		const list = await readList(source);
		await withEmbedTools(flags.out, flags, openers, async (tools, options) => {
			const name = flags.name ?? path.basename(flags.out, path.extname(flags.out));
			const { gallery, report } = await buildGallery(list, tools, { ...options, name, seed: flags.seed });
			const bytes = gallery.encode();
			await writeFileAtomically(flags.out, bytes);
			if (flags.report) await writeReport(flags.report, report);
			const seconds = (performance.now() - startMs) / 1000;
			console.log(
				`${summarise(report)}\n${gallery.numPeople} people, ${(bytes.length / 1e6).toFixed(2)} MB, ${seconds.toFixed(1)} s`,
			);
			console.log(`Wrote ${flags.out}`);
		});
	});
}
