/** `gallery add`, `remove` and `compact`: changing a gallery without building it anew, also while it is served. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { writeFileAtomically } from "../../atomic-file.ts";
import { AppError } from "../../errors.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import { picturesFolderOf, readGallery } from "../../gallery/gallery-store.ts";
import { personKey } from "../../gallery/person.ts";
import { extendGallery } from "../../pipeline/build-gallery.ts";
import { addSettingFlags, EXIT, type Openers } from "../command.ts";
import { addEmbedFlags, type EmbedFlags, readList, withEmbedTools } from "./gallery-embed.ts";
import { summarise, writeReport } from "./gallery-report.ts";

export function addAddCommand(gallery: Command, openers: Openers): void {
	const command = addSettingFlags(gallery.command("add"), { withGallery: false })
		.description("add people and photos; photos that the gallery has already are passed over")
		.argument("<file>", "the gallery file")
		.argument("<source>", "a folder or a CSV, as for build");
	addEmbedFlags(command).action(async (file: string, source: string, flags: EmbedFlags) => {
		const list = await readList(source, flags);
		await withEmbedTools(file, flags, openers, async (tools, options) => {
			const before = readGallery(file, tools.model.pipelineVersion);
			const { gallery, report } = await extendGallery(before, list, tools, options);
			if (gallery !== before) await writeFileAtomically(file, gallery.encode());
			if (flags.report) await writeReport(flags.report, report);
			console.log(summarise(report, list));
			console.log(describe(file, gallery));
		});
	});
}

export function addRemoveCommand(gallery: Command): void {
	gallery
		.command("remove")
		.description("remove people or photos; `compact` then takes the last of them out of the file")
		.argument("<file>", "the gallery file")
		.option("--person <name...>", "people, by their name or the title of their article")
		.option("--photo <source...>", "photos, as their list or folder named them")
		.action(async (file: string, flags: { person?: string[]; photo?: string[] }, command: Command) => {
			if (!flags.person && !flags.photo) {
				command.error("error: expected --person NAME or --photo SOURCE", { exitCode: EXIT.usage });
			}
			const before = readGallery(file);
			const rows = findRows(before, flags.person ?? [], flags.photo ?? []);
			const after = before.removing(rows);
			await writeFileAtomically(file, after.encode());
			console.log(`Removed ${rows.length} photos.\n${describe(file, after)}`);
		});
}

export function addCompactCommand(gallery: Command): void {
	gallery
		.command("compact")
		.description(
			"build the index anew of what is there: added photos are found faster, removed ones are gone",
		)
		.argument("<file>", "the gallery file")
		.action(async (file: string) => {
			const before = readGallery(file);
			const after = before.compacted();
			await writeFileAtomically(file, after.encode());
			await removePictures(file, before, after);
			console.log(describe(file, after));
		});
}

/** @throws AppError INVALID_ARGUMENT for a person or photo that is not in the gallery */
function findRows(gallery: Gallery, people: readonly string[], sources: readonly string[]): number[] {
	const rows = gallery.rows();
	const rowsOf = (what: string, isMeant: (row: number) => boolean): number[] => {
		const found = rows.filter(isMeant);
		if (found.length > 0) return found;
		throw new AppError(
			"INVALID_ARGUMENT",
			`Expected ${what} to be in the gallery "${gallery.name}" but it is not.`,
		);
	};
	const named = people.flatMap((name) =>
		rowsOf(`a person "${name}"`, (row) => {
			const person = gallery.person(gallery.index.group(row));
			const wanted = personKey({ name, wikipedia: undefined });
			return (
				personKey(person) === wanted || personKey({ name: person.name, wikipedia: undefined }) === wanted
			);
		}),
	);
	const listed = sources.flatMap((source) =>
		rowsOf(`a photo "${source}"`, (row) => gallery.photo(row).source === source),
	);
	return [...new Set([...named, ...listed])];
}

/** Deletes the kept pictures of photos that are no longer there. */
async function removePictures(file: string, before: Gallery, after: Gallery): Promise<void> {
	const kept = new Set(after.rows().map((row) => after.photo(row).picture));
	for (let row = 0; row < before.index.size; row++) {
		const { picture } = before.photo(row);
		if (picture !== undefined && !kept.has(picture))
			await rm(path.join(picturesFolderOf(file), picture), { force: true });
	}
}

function describe(file: string, { numPeople, numPhotos, index }: Gallery): string {
	const { added, removed } = index.numChanges;
	const changes =
		added + removed > 0 ? ` (${added} added and ${removed} removed since the index was built)` : "";
	return `${file}: ${numPeople} people, ${numPhotos} photos${changes}`;
}
