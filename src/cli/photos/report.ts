/** `report PHOTO -o page.html`: the answer as one page, for whoever has no server. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { readConfig } from "../../config/config.ts";
import { AppError } from "../../errors.ts";
import { expectWritable, replaceFile } from "../../files/atomic-file.ts";
import { picturesFolderOf } from "../../gallery/gallery-store.ts";
import { findLookalikes, warmUpSearch } from "../../pipeline/find-lookalikes.ts";
import {
	addSettingFlags,
	type Openers,
	printable,
	type SettingFlags,
	settingsOf,
	wholeNumber,
} from "../command.ts";
import { readPhoto } from "./find-photos.ts";

interface ReportFlags extends SettingFlags {
	readonly out: string;
	readonly language: string;
	readonly k: number;
	readonly exact: boolean;
	readonly force?: true;
}

const STANDARD_OUTPUT = "-";

export function addReportCommand(program: Command, { openLookalikeTools, openReport }: Openers): void {
	addSettingFlags(program.command("report"))
		.description("write the answer to a photo as one page with everything in it, the photo too")
		.argument("<photo>", "a photo; - for the standard input")
		.requiredOption("-o, --out <file>", "the page, e.g. page.html; - for the standard output")
		.option("--language <tag>", "of the page: en or ru", "en")
		.option("-k, --k <n>", "people per face", wholeNumber(1), 7)
		.option("--exact", "show beside it what the index finds by itself", false)
		.option("--force", "take the place of a file that is there")
		.action(async (photo: string, { out, language, k, exact, force, ...flags }: ReportFlags) => {
			const expectFree = () => {
				if (force || out === STANDARD_OUTPUT || !existsSync(out)) return;
				throw new AppError("INVALID_ARGUMENT", `Expected no file at ${out} but there is one.`, {
					hint: "Use --force to write over it, or choose another name.",
				});
			};
			// before the work, and again after it
			expectFree();
			if (out !== STANDARD_OUTPUT) await expectWritable(out);
			const renderReport = await openReport(language);
			const { galleryFile, database, maxFaces } = readConfig(settingsOf(flags));
			const bytes = await readPhoto(photo);
			const tools = await openLookalikeTools(settingsOf(flags));
			try {
				// so that the times compared are those of searches and not of compiling them
				if (exact) await warmUpSearch(tools.gallery, tools.strangers);
				const answer = await findLookalikes(bytes, tools, { k, exact, maxFaces });
				const picturesFolder = database ? (database.picturesFolder ?? "") : picturesFolderOf(galleryFile);
				const page = await renderReport(answer, tools, picturesFolder);
				if (out === STANDARD_OUTPUT) process.stdout.write(page);
				else {
					await replaceFile(out, [Buffer.from(page)], async () => expectFree());
					console.log(
						`Wrote ${printable(path.resolve(out))}, ${Math.ceil(Buffer.byteLength(page) / 1000)} kB.`,
					);
				}
			} finally {
				await tools.engine.close();
			}
		});
}
