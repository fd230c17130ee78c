/**
 * What a gallery build has done so far, so that it can be interrupted at any instant and resumed: one line of JSON
 * per photo, appended as it is done. A line cut short by a kill is not a line; its photo is done again.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { AppError } from "../errors.ts";
import type { Box, Landmarks } from "../faces/face-engine.ts";
import { writeFileAtomically } from "../files/atomic-file.ts";
import { writeFailure } from "../files/write-failure.ts";
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
}

export type PhotoResult = EmbeddedPhoto | RejectedPhoto;

export function isEmbedded(result: PhotoResult): result is EmbeddedPhoto {
	return "embedding" in result;
}

const float32s = z.base64().transform((text) => {
	// copied, as a Buffer's bytes need not lie at a multiple of four
	return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
});
const LINE = z.object({
	/** Path, size and time of change: a photo that changed since is done again. */
	key: z.string(),
	result: z.union([
		z.object({
			embedding: float32s,
			box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
			landmarks: float32s,
			picture: z.string().optional(),
		}),
		z.object({ step: z.string(), code: z.string(), message: z.string() }),
	]),
});

const HEADER = z.strictObject({ settings: z.string() });

export class BuildJournal {
	readonly #file: string;
	readonly #handle: FileHandle;
	readonly #results: Map<string, PhotoResult>;

	private constructor(file: string, handle: FileHandle, results: Map<string, PhotoResult>) {
		this.#file = file;
		this.#handle = handle;
		this.#results = results;
	}

	/**
	 * Opens the journal, or starts a new one.
	 * @param settings whatever shapes the results, e.g. the pipeline version; a journal of other settings is refused
	 * @throws AppError as writeFailure; INVALID_ARGUMENT if the file is no journal, and it stays as it is;
	 * PIPELINE_MISMATCH if the journal is of other settings
	 */
	static async open(file: string, settings: string): Promise<BuildJournal> {
		const header = JSON.stringify({ settings });
		let handle: FileHandle | undefined;
		try {
			handle = await open(file, "a+");
			const results = new Map<string, PhotoResult>();
			const lines = await readLines(handle);
			// a kill may have cut even the first line
			const isNew = lines.length === 0 || (lines.length === 1 && header.startsWith(lines[0] as string));
			if (!isNew && !isHeader(lines[0])) throw notAJournal(file);
			if (!isNew && lines[0] !== header) throw otherSettings(file);
			if (isNew) await handle.truncate();
			if (isNew) await handle.appendFile(`${header}\n`);
			for (const line of lines.slice(1)) remember(line, results);
			// a cut line must not swallow the one that is written after it
			if (!isNew && !isJson(lines.at(-1))) await handle.appendFile("\n");
			return new BuildJournal(file, handle, results);
		} catch (cause) {
			await handle?.close();
			throw writeFailure(file, cause);
		}
	}

	/** What an earlier run made of this photo, unless the file has changed since. */
	async find(photo: ListedPhoto): Promise<PhotoResult | undefined> {
		return this.#results.get(await keyOf(photo));
	}

	/** Notes what became of a photo; it survives the process once this resolves. */
	async add(photo: ListedPhoto, result: PhotoResult): Promise<void> {
		const plain = isEmbedded(result)
			? { ...result, embedding: toBase64(result.embedding), landmarks: toBase64(result.landmarks) }
			: result;
		const line = `${JSON.stringify({ key: await keyOf(photo), result: plain })}\n`;
		await this.#handle.appendFile(line).catch((cause: unknown) => {
			throw writeFailure(this.#file, cause);
		});
	}

	/** @param isDone whether the build is complete and the journal no longer needed */
	async close(isDone: boolean): Promise<void> {
		await this.#handle.close();
		if (isDone) await rm(this.#file, { force: true });
	}
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
 * Takes photos out of the journals of a gallery's interrupted runs.
 * @throws AppError as writeFileAtomically
 */
export async function purgeJournals(gallery: string, sources: ReadonlySet<string>): Promise<void> {
	const prefix = `${path.basename(withoutSlash(gallery))}.`;
	const folder = path.dirname(withoutSlash(gallery));
	for (const name of await readdir(folder)) {
		if (name.startsWith(prefix) && /^[0-9a-f]{8}\.journal$/.test(name.slice(prefix.length)))
			await purgeJournal(path.join(folder, name), sources);
	}
}

function withoutSlash(place: string): string {
	return place.replace(/[/\\]+$/, "");
}

async function purgeJournal(file: string, sources: ReadonlySet<string>): Promise<void> {
	const text = await readFile(file, "utf8");
	const kept = text
		.split("\n")
		.filter((line) => ![...sources].some((source) => line.includes(JSON.stringify(source).slice(1, -1))));
	await writeFileAtomically(file, Buffer.from(kept.join("\n")));
}

async function readLines(handle: FileHandle): Promise<string[]> {
	const lines: string[] = [];
	for await (const line of handle.readLines({ start: 0, autoClose: false })) lines.push(line);
	return lines;
}

/** False for a line that was cut short: an object's text ends with its brace, and no part of it before that is JSON. */
function isJson(line: string | undefined): boolean {
	try {
		return typeof JSON.parse(line ?? "") === "object";
	} catch {
		return false;
	}
}

function isHeader(line: string | undefined): boolean {
	return isJson(line) && HEADER.safeParse(JSON.parse(line as string)).success;
}

function remember(line: string, results: Map<string, PhotoResult>): void {
	if (!isJson(line)) return;
	const { key, result } = LINE.parse(JSON.parse(line));
	results.set(key, "embedding" in result ? { ...result, picture: result.picture } : result);
}

async function keyOf({ file, source }: ListedPhoto): Promise<string> {
	// a file that is not there has a key too: that it is missing is a result
	const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: 0 }));
	return `${source} ${size} ${mtimeMs}`;
}

function toBase64(values: Float32Array): string {
	return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

function notAJournal(file: string): AppError {
	return new AppError("INVALID_ARGUMENT", `Expected ${file} to be a build journal but it is another file.`, {
		hint: "Move it elsewhere: the journal needs this name.",
	});
}

function otherSettings(file: string): AppError {
	return new AppError("PIPELINE_MISMATCH", `The journal ${file} belongs to a build with other settings.`, {
		hint: "Delete it to start anew, or build with the settings of the interrupted run.",
	});
}
