/**
 * The files of what was added to a gallery since its generation was written. Only as much of them counts as the manifest
 * says, and that is replaced last: what a kill left behind it was never in the gallery, and the next change takes it away.
 */
import { readFileSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { appendDurably } from "../../files/append-file.ts";
import { describeFile, type GalleryManifest, type ManifestFile } from "../folder/manifest.ts";
import type { GalleryAddition } from "./addition.ts";
import { parseAdditions } from "./addition-lines.ts";

/**
 * @param bytesKnown what was read of this file before
 * @throws AppError INDEX_CORRUPT if the file is not what the manifest says
 */
export function readAdditions(folder: string, file: ManifestFile, bytesKnown = 0): GalleryAddition[] {
	return parseAdditions(readBytes(folder, file).subarray(bytesKnown));
}

/** As addToFolder writes them. */
export const ADDITIONS_FILE = "additions.jsonl";
export const ADDED_CREDITS_FILE = "credits.jsonl";

/**
 * Writes lines behind those that count; they count once the manifest says so.
 * @param before what counts, if anything does
 * @returns what the manifest is to say
 * @throws AppError as readAdditions and appendDurably
 */
export async function appendLines(
	folder: string,
	name: string,
	before: ManifestFile | undefined,
	lines: Uint8Array,
): Promise<ManifestFile> {
	const counting = before ? readBytes(folder, before) : Buffer.alloc(0);
	await appendDurably(path.join(folder, name), counting.byteLength, lines);
	return describeFile(name, Buffer.concat([counting, lines]));
}

/** Takes away what a kill left behind the lines that count. */
export async function removeUncounted(
	folder: string,
	{ generation, additions, addedCredits }: GalleryManifest,
): Promise<void> {
	const counted = { [ADDITIONS_FILE]: additions, [ADDED_CREDITS_FILE]: addedCredits };
	for (const [name, counts] of Object.entries(counted)) {
		const file = path.join(folder, `generation-${generation}`, name);
		const bytes = (await stat(file).catch(() => undefined))?.size ?? 0;
		if (!counts) await rm(file, { force: true });
		else if (bytes > counts.bytes) await appendDurably(file, counts.bytes, new Uint8Array());
	}
}

function readBytes(folder: string, file: ManifestFile): Buffer {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path.join(folder, file.path)).subarray(0, file.bytes);
	} catch (cause) {
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected the additions to the gallery in ${file.path} but they can't be read.`,
			{
				cause,
			},
		);
	}
	if (describeFile(file.path, bytes).sha256 === file.sha256) return bytes;
	throw new AppError(
		"INDEX_CORRUPT",
		`The additions to the gallery in ${file.path} are not those of its manifest.`,
		{
			hint: "Copy the gallery again or build it again.",
		},
	);
}
