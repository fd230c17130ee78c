/** What a gallery build has done so far: the journal's entry of each photo. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Box, Landmarks } from "../../faces/face-engine.ts";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { Journal } from "../../files/journal.ts";
import type { ListedPhoto } from "./photo-list.ts";

/** All that a gallery needs of a photo. */
export interface EmbeddedPhoto {
	/** Unit length. */
	readonly embedding: Float32Array;
	readonly box: Box;
	readonly landmarks: Landmarks;
	/** File name of the face crop, where the gallery keeps pictures. */
	readonly picture: string | undefined;
}

/** Why a photo is not in the gallery. */
export interface RejectedPhoto {
	/** Name of the pipeline's step that refused it. */
	readonly step: string;
	/** An AppError's code, or "UNEXPECTED" for anything else. */
	readonly code: string;
	readonly message: string;
	/** What to do about it: one sentence or several. */
	readonly hint?: string | undefined;
}

export type PhotoResult = EmbeddedPhoto | RejectedPhoto;

export function isEmbedded(result: PhotoResult): result is EmbeddedPhoto {
	return "embedding" in result;
}

const float32s = z.base64().transform((text) => {
	// copied, as a Buffer's bytes need not lie at a multiple of four
	return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
});
const RESULT = z.union([
	z.object({
		embedding: float32s,
		box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
		landmarks: float32s,
		picture: z.string().optional(),
	}),
	z.object({ step: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);
const ENTRY = z.object({
	/** Path, size and time of change: a photo that changed since is done again. */
	key: z.string(),
	result: RESULT,
});

export class BuildJournal {
	readonly #journal: Journal;
	readonly #results: ReadonlyMap<string, PhotoResult>;

	private constructor(journal: Journal) {
		this.#journal = journal;
		this.#results = new Map(journal.entries.map(parseEntry));
	}

	/**
	 * Opens the journal, or starts a new one.
	 * @param settings whatever shapes the results, e.g. the pipeline version; a journal of other settings is refused
	 * @throws AppError as Journal.open
	 */
	static async open(file: string, settings: string): Promise<BuildJournal> {
		return new BuildJournal(await Journal.open(file, settings));
	}

	/** What an earlier run made of this photo, unless the file has changed since. */
	async find(photo: ListedPhoto): Promise<PhotoResult | undefined> {
		return this.#results.get(await keyOf(photo));
	}

	/** Notes what became of a photo; it survives the process once this resolves. */
	async add(photo: ListedPhoto, result: PhotoResult): Promise<void> {
		await this.#journal.add({ key: await keyOf(photo), result: encodeResult(result) });
	}

	/** @param isDone whether the build is complete and the journal no longer needed */
	close(isDone: boolean): Promise<void> {
		return this.#journal.close(isDone);
	}
}

function parseEntry(entry: unknown): [key: string, result: PhotoResult] {
	const { key, result } = ENTRY.parse(entry);
	return [key, toResult(result)];
}

function toResult(result: z.infer<typeof RESULT>): PhotoResult {
	return "embedding" in result ? { ...result, picture: result.picture } : result;
}

/** As JSON takes it. */
export function encodeResult(result: PhotoResult): object {
	return isEmbedded(result)
		? { ...result, embedding: toBase64(result.embedding), landmarks: toBase64(result.landmarks) }
		: result;
}

/** @param encoded as encodeResult made it @throws ZodError */
export function decodeResult(encoded: unknown): PhotoResult {
	return toResult(RESULT.parse(encoded));
}

/**
 * Where a run notes what it has done: beside the gallery, in a file of its own, so that another run neither goes on
 * with it nor takes it away.
 * @param run whatever tells the run from others, e.g. its settings and sources
 */
export function journalOf(gallery: string, run: string): string {
	const digest = createHash("sha256").update(run).digest("hex").slice(0, 8);
	return `${withoutSlash(gallery)}.${digest}.journal`;
}

/**
 * Takes out of the journals of a gallery's interrupted runs whatever is not of these photos: of others it can't be
 * told whom they show, and their work is done again.
 * @param sources of photos that are in the gallery
 * @throws AppError as writeFileAtomically
 */
export async function purgeJournals(gallery: string, sources: Iterable<string>): Promise<void> {
	const kept = new Set(sources);
	const prefix = `${path.basename(withoutSlash(gallery))}.`;
	const folder = path.dirname(withoutSlash(gallery));
	for (const name of await readdir(folder)) {
		if (name.startsWith(prefix) && /^[0-9a-f]{8}\.journal$/.test(name.slice(prefix.length)))
			await purgeJournal(path.join(folder, name), kept);
	}
}

function withoutSlash(place: string): string {
	return place.replace(/[/\\]+$/, "");
}

async function purgeJournal(file: string, sources: ReadonlySet<string>): Promise<void> {
	const [header = "", ...lines] = (await readFile(file, "utf8")).split("\n");
	const kept = lines.filter((line) => {
		const source = sourceOf(line);
		return source !== undefined && sources.has(source);
	});
	await writeFileAtomically(file, Buffer.from([header, ...kept, ""].join("\n")));
}

/** The photo of a journal's line; undefined for one that was cut. */
function sourceOf(line: string): string | undefined {
	try {
		return ENTRY.pick({ key: true })
			.parse(JSON.parse(line))
			.key.replace(/ -?\d+ [\d.]+$/, "");
	} catch {
		return undefined;
	}
}

async function keyOf({ file, source }: ListedPhoto): Promise<string> {
	// a file that is not there has a key too: that it is missing is a result
	const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: 0 }));
	return `${source} ${size} ${mtimeMs}`;
}

function toBase64(values: Float32Array): string {
	return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}
