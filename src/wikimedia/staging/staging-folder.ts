/**
 * What was fetched, before it is a gallery: photos, a journal of who is done, and at the end a list of photos for the
 * gallery builder. A photo's file is named after its own checksum: whatever is there under a name that is true was
 * fetched before, whenever the process died.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { Journal } from "../../files/journal.ts";
import type { Candidate, CandidateMemory } from "../select/find-candidates.ts";
import { type FinishedPerson, parseFinished } from "./finished-person.ts";
import { toPhotoList } from "./photo-list-file.ts";

const CANDIDATES = z.object({
	question: z.string(),
	candidates: z.array(z.object({ id: z.string(), sitelinks: z.number().optional() })),
});
/** The files of a staging folder. */
export const JOURNAL_FILE = "journal.jsonl";
export const LIST_FILE = "people.csv";
export const LEFT_OUT_FILE = "left-out.jsonl";
const PHOTOS_FOLDER = "photos";

export class StagingFolder implements CandidateMemory {
	readonly #folder: string;
	readonly #journal: Journal;
	readonly #candidates = new Map<string, readonly Candidate[]>();
	readonly #finished = new Map<string, FinishedPerson>();

	private constructor(folder: string, journal: Journal) {
		this.#folder = folder;
		this.#journal = journal;
		for (const entry of journal.entries) {
			const answer = CANDIDATES.safeParse(entry);
			if (answer.success) this.#candidates.set(answer.data.question, answer.data.candidates);
			const person = parseFinished(entry);
			if (person) this.#finished.set(person.candidate, person);
		}
	}

	/**
	 * @param settings whatever decides who is chosen and what is fetched of them
	 * @throws AppError FILE_NOT_WRITABLE; PIPELINE_MISMATCH if the folder is of other settings
	 */
	static async open(folder: string, settings: string): Promise<StagingFolder> {
		await mkdir(folder, { recursive: true });
		return new StagingFolder(folder, await Journal.open(path.join(folder, JOURNAL_FILE), settings));
	}

	/** The list of photos, for the gallery builder; `finish` writes it. */
	get listFile(): string {
		return path.join(this.#folder, LIST_FILE);
	}

	/** Where a file of the list is. */
	fileOf(photo: string): string {
		return path.join(this.#folder, photo);
	}

	find(question: string): readonly Candidate[] | undefined {
		return this.#candidates.get(question);
	}

	add(question: string, candidates: readonly Candidate[]): Promise<void> {
		return this.#journal.add({ question, candidates });
	}

	/** What became of a candidate in an earlier run. */
	findFinished(candidate: string): FinishedPerson | undefined {
		return this.#finished.get(candidate);
	}

	addFinished(person: FinishedPerson): Promise<void> {
		return this.#journal.add(person);
	}

	/**
	 * A photo that was fetched before, if it is whole; one that is not is taken away.
	 * @param person Wikidata id
	 * @param key tells the person's photos apart
	 */
	async findPhoto(person: string, key: string): Promise<StagedPhoto | undefined> {
		const folder = photoFolder(person);
		const names = await readdir(this.fileOf(folder)).catch(() => []);
		for (const name of names.filter((one) => one.startsWith(`${key}.`))) {
			const photo = `${folder}/${name}`;
			const bytes = await readFile(this.fileOf(photo));
			if (name === `${key}.${sha1Of(bytes)}`) return { photo, bytes };
			await rm(this.fileOf(photo));
		}
		return undefined;
	}

	/** Keeps a photo; it is there whole or not at all. */
	async keepPhoto(person: string, key: string, bytes: Uint8Array): Promise<StagedPhoto> {
		const photo = `${photoFolder(person)}/${key}.${sha1Of(bytes)}`;
		await writeFileAtomically(this.fileOf(photo), bytes);
		return { photo, bytes };
	}

	/** Takes away what is in a person's folder beyond the photos that are kept, e.g. what a kill left half written. */
	async tidy(person: string, kept: readonly string[]): Promise<void> {
		const folder = photoFolder(person);
		const names = await readdir(this.fileOf(folder)).catch(() => []);
		for (const name of names) {
			if (!kept.includes(`${folder}/${name}`)) await rm(this.fileOf(`${folder}/${name}`), { force: true });
		}
	}

	/** Writes the list of photos and, one JSON object a line, who and what was left out and why. */
	async finish(people: readonly FinishedPerson[], collection: string): Promise<void> {
		await writeFileAtomically(this.listFile, Buffer.from(toPhotoList(people, collection)));
		const lines = people.flatMap(({ leftOut }) => leftOut.map((entry) => `${JSON.stringify(entry)}\n`));
		await writeFileAtomically(this.fileOf(LEFT_OUT_FILE), Buffer.from(lines.join("")));
	}

	close(): Promise<void> {
		return this.#journal.close(false);
	}
}

export interface StagedPhoto {
	/** From the folder on, e.g. "photos/Q42/…": as the list names it. */
	readonly photo: string;
	readonly bytes: Uint8Array;
}

export function sha1Of(bytes: Uint8Array): string {
	return createHash("sha1").update(bytes).digest("hex");
}

/** Where a person's photos are, from the staging folder on. */
export function photoFolder(person: string): string {
	return `${PHOTOS_FOLDER}/${person}`;
}
