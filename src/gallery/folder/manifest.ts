/**
 * A gallery as one folder. Whatever changes is written anew beside what is there, as the next generation; the manifest
 * that points to it comes last, so that at any instant it points to one whole gallery:
 *
 *     manifest.json               this file: versions, and what belongs to the gallery with sizes and SHA-256
 *     generation-3/gallery.index  index, catalogue and landmarks: what a gallery without a folder is
 *     generation-3/credits.json   whose work each picture in it is
 *     generation-3/additions.jsonl  what was added since that generation was written; missing where nothing was
 *     generation-3/credits.jsonl  whose work the pictures added since are; missing where none has a credit
 *     pictures/<hash>.webp        a face with some space around it, for the page
 *     pictures/<hash>.face.webp   the aligned crop that was embedded
 *     deny.csv                    the owner's list of who must not be in it; may be missing
 *
 * What is added is appended to the last two, of which as much counts as the manifest says. Pictures are named after the
 * SHA-256 of both, so that the name is their checksum.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { AppError } from "../../errors.ts";

const FORMAT = "celebrity-faces gallery";
const VERSION = 2;
/** That of before there were additions. */
const OLDEST_VERSION = 1;

const FILE = z.object({
	/** From the gallery's folder, with slashes. */
	path: z.string().regex(/^generation-\d+\/[a-z.]+$/),
	bytes: z.number().int().min(0),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const MANIFEST = z.object({
	format: z.literal(FORMAT),
	version: z.number().int().min(OLDEST_VERSION).max(VERSION),
	/** Counts the changes. */
	generation: z.number().int().min(1),
	name: z.string(),
	/** What made the embeddings. */
	pipelineVersion: z.string(),
	numPeople: z.number().int().min(0),
	numPhotos: z.number().int().min(0),
	numPictures: z.number().int().min(0),
	index: FILE,
	credits: FILE,
	additions: FILE.optional(),
	addedCredits: FILE.optional(),
});

export type GalleryManifest = Readonly<z.infer<typeof MANIFEST>>;
export type ManifestFile = GalleryManifest["index"];

export function manifestFileOf(folder: string): string {
	return path.join(folder, "manifest.json");
}

/**
 * @returns undefined if the folder has none
 * @throws AppError INVALID_INDEX_FILE if it is not of this program, INDEX_VERSION_MISMATCH if it is of a newer one
 */
export function readManifest(folder: string): GalleryManifest | undefined {
	const file = manifestFileOf(folder);
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(file, "utf8"));
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw new AppError(
			"INVALID_INDEX_FILE",
			`Expected a gallery's manifest at ${file} but it can't be read.`,
			{
				cause,
			},
		);
	}
	const parsed = MANIFEST.safeParse(value);
	if (parsed.success) return parsed.data;
	const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
	if (format === FORMAT && !(Number(version) >= OLDEST_VERSION && Number(version) <= VERSION)) {
		throw new AppError(
			"INDEX_VERSION_MISMATCH",
			`Expected version ${OLDEST_VERSION} to ${VERSION} in ${file} but found ${version}.`,
		);
	}
	const [issue] = parsed.error.issues;
	throw new AppError(
		"INVALID_INDEX_FILE",
		`${file} is no gallery's manifest: ${issue?.path.join(".")}: ${issue?.message}.`,
	);
}

export function formatManifest(contents: Omit<GalleryManifest, "format" | "version">): string {
	return `${JSON.stringify({ format: FORMAT, version: VERSION, ...contents }, null, "\t")}\n`;
}

/** What the manifest says of a file with these bytes. */
export function describeFile(filePath: string, bytes: Uint8Array): ManifestFile {
	return {
		path: filePath,
		bytes: bytes.byteLength,
		sha256: createHash("sha256").update(bytes).digest("hex"),
	};
}
