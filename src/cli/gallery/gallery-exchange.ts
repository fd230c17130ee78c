/** `gallery export` and `gallery import`: embeddings as a NumPy matrix, what belongs to them as JSON lines. */
import { open } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { isDatabaseAddress } from "../../database-address.ts";
import { AppError } from "../../errors.ts";
import { streamFileAtomically } from "../../files/atomic-file.ts";
import { npyParts, readNpy } from "../../files/npy.ts";
import { importEmbeddings } from "../../gallery/exchange/import-embeddings.ts";
import { type ReadLines, readLines, toLines } from "../../gallery/exchange/photo-lines.ts";
import { Gallery } from "../../gallery/gallery.ts";
import { readGallery, withLockedGallery, writeGallery } from "../../gallery/gallery-store.ts";
import { count, lockOptions, wholeNumber } from "../command.ts";
import { type Exported, exportFromDatabase } from "../database/gallery-look.ts";
import { Progress } from "../progress.ts";
import { expectNoGallery } from "./gallery-build.ts";
import { addRuleFlags, type RuleFlags, readRules } from "./rule-flags.ts";

export function addExportCommand(gallery: Command): void {
	gallery
		.command("export")
		.description("write the embeddings as a NumPy matrix (.npy), and beside it a JSON line per row (.jsonl)")
		.argument("<gallery>", "the gallery")
		.argument("<npy>", "the matrix to write, e.g. faces.npy")
		.action(async (file: string, npy: string) => {
			const { gallery: exported, embeddings } = isDatabaseAddress(file)
				? await exportFromDatabase(file)
				: exportOf(readGallery(file));
			const { numPhotos, dimension, pipelineVersion } = exported;
			await streamFileAtomically(npy, npyParts(numPhotos, dimension, embeddings));
			await streamFileAtomically(linesFileOf(npy), encodeLines(toLines(exported)));
			console.log(
				`Wrote ${count(numPhotos, "embedding")} by ${pipelineVersion} to ${npy} and ${linesFileOf(npy)}`,
			);
		});
}

interface ImportFlags extends RuleFlags {
	readonly out: string;
	readonly lines?: string;
	readonly pipelineVersion?: string;
	readonly name?: string;
	readonly seed: number;
	readonly force?: true;
}

export function addImportCommand(gallery: Command): void {
	const command = gallery
		.command("import")
		.description("make a gallery of embeddings that are there already")
		.argument("<npy>", "float32 matrix, one row of length 1 per photo")
		.requiredOption("-o, --out <file>", "the gallery file to write")
		.option("--lines <jsonl>", "what belongs to the rows; otherwise beside the matrix")
		.option("--pipeline-version <text>", "what made the embeddings, where the first line does not say")
		.option("--name <name>", "the name to show; otherwise that of the lines or the file")
		.option("--force", "take the place of a gallery that is there")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1);
	addRuleFlags(command).action(async (npy: string, flags: ImportFlags) => {
		const { out, lines = linesFileOf(npy), pipelineVersion, seed, force } = flags;
		await withLockedGallery(out, lockOptions("gallery import"), async (locked) => {
			// another import may have made it while this one waited
			if (!force) expectNoGallery(out);
			const rules = await readRules(out, flags);
			const read = await readLinesFile(lines);
			const name = flags.name ?? read.header?.name ?? path.basename(out, path.extname(out));
			const contents = importEmbeddings(await readNpy(npy), read, { name, pipelineVersion, rules });
			const progress = new Progress("embeddings");
			const built = Gallery.build(contents, {
				seed,
				onProgress: (done, total) => progress.update(done, total),
			});
			progress.end();
			await writeGallery(out, built, locked);
			console.log(
				`${out}: ${count(built.numPeople, "person", "people")}, ${count(built.numPhotos, "photo")} by ${built.pipelineVersion}`,
			);
		});
	});
}

function exportOf(gallery: Gallery): Exported {
	return { gallery, embeddings: embeddingsOf(gallery) };
}

function linesFileOf(npy: string): string {
	return `${npy.replace(/\.npy$/, "")}.jsonl`;
}

function* embeddingsOf(gallery: Gallery): Generator<Float32Array> {
	for (const row of gallery.rows()) yield gallery.index.embedding(row);
}

function* encodeLines(lines: Iterable<string>): Generator<Uint8Array> {
	for (const line of lines) yield Buffer.from(`${line}\n`);
}

async function readLinesFile(file: string): Promise<ReadLines> {
	const handle = await open(file).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected JSON lines at ${file} but they can't be read.`, { cause });
	});
	if ((await handle.stat()).isCharacterDevice()) {
		await handle.close();
		throw new AppError("INVALID_ARGUMENT", `Expected JSON lines at ${file} but it is a device.`);
	}
	return readLines(handle.readLines({ encoding: "utf8" }), file);
}
