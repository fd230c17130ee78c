/**
 * Pictures that a change of a gallery in a database brings or takes away. Their folder is no part of its transaction, so
 * they are noted there first: what a change that was killed left is tidied by a later one.
 */
import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { removePictures } from "./pictures.ts";

const NOTE_FILE = /^\.change-[0-9a-f-]{36}\.json$/;
/** What a gallery says that its pictures are called must not make us take away something else. */
const FILE_NAME = /^[\w-][\w.-]*$/;
/** A change that is older than this is over, however it ended. */
const OVER_AFTER_MS = 3_600_000;
const NOTE = z.object({ gallery: z.string(), pictures: z.array(z.string()) });

type Shown = Pick<ReadableGallery, "rows" | "picture">;

export class ChangedPictures {
	readonly #folder: string;
	readonly #gallery: string;
	readonly #file: string;
	#noted: readonly string[] = [];

	/** @param gallery what to call it: several may keep their pictures in one folder */
	constructor(folder: string, gallery: string) {
		this.#folder = folder;
		this.#gallery = gallery;
		this.#file = path.join(folder, `.change-${randomUUID()}.json`);
	}

	/** Whether there is something to tidy. */
	get isNoted(): boolean {
		return this.#noted.length > 0;
	}

	/** Before any of them is written, and before the change that takes some away. @throws AppError as writeFailure */
	async note(pictures: readonly string[]): Promise<void> {
		this.#noted = pictures;
		if (pictures.length === 0) return;
		const note: z.infer<typeof NOTE> = { gallery: this.#gallery, pictures: [...pictures] };
		await writeFileAtomically(this.#file, Buffer.from(JSON.stringify(note)));
	}

	/** Takes away those that the gallery does not show, once the change is made or surely is not. */
	async tidy(gallery: Shown): Promise<void> {
		await this.#tidy(gallery, this.#file, this.#noted);
		for (const file of await this.#notesLeft()) {
			const note = NOTE.safeParse(await readJson(file));
			if (note.data?.gallery === this.#gallery) await this.#tidy(gallery, file, note.data.pictures);
		}
	}

	async #tidy(gallery: Shown, file: string, pictures: readonly string[]): Promise<void> {
		const shown = new Set(gallery.rows().map((row) => gallery.picture(row)));
		const own = pictures.filter((picture) => FILE_NAME.test(picture) && !shown.has(picture));
		await removePictures(this.#folder, own);
		await rm(file, { force: true });
	}

	/** Of changes that are over and have not tidied. */
	async #notesLeft(): Promise<string[]> {
		const names = await readdir(this.#folder).catch(() => []);
		const files = names.filter(isNoteOfChange).map((name) => path.join(this.#folder, name));
		const untilMs = Date.now() - OVER_AFTER_MS;
		const ages = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
		return files.filter((_, i) => (ages[i]?.mtimeMs ?? Number.POSITIVE_INFINITY) < untilMs);
	}
}

/** Whether a file in a folder of pictures is a note of this kind. */
export function isNoteOfChange(name: string): boolean {
	return NOTE_FILE.test(name);
}

async function readJson(file: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(file, "utf8"));
	} catch {
		return undefined;
	}
}
