/**
 * The file of what was added to a gallery since its generation was written. Only as much of it counts as the manifest
 * says, and that is replaced last: what a kill left behind it was never in the gallery, and the next addition takes its place.
 */
import { readFileSync } from "node:fs";
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

/**
 * Writes an addition behind those that count; it counts once the manifest says so.
 * @param line as encodeAddition makes it
 * @returns what the manifest is to say
 * @throws AppError as readAdditions and appendDurably
 */
export async function appendAddition(
	folder: string,
	{ generation, additions }: GalleryManifest,
	line: Uint8Array,
): Promise<ManifestFile> {
	const name = `generation-${generation}/additions.jsonl`;
	const before = additions ? readBytes(folder, additions) : Buffer.alloc(0);
	await appendDurably(path.join(folder, name), before.byteLength, line);
	return describeFile(name, Buffer.concat([before, line]));
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
