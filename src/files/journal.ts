/**
 * What long work has done so far, so that it can be interrupted at any instant and resumed: one line of JSON per
 * result, appended as it is done. A line cut short by a kill is not a line; its work is done again.
 */
import { type FileHandle, open, rm } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../errors.ts";
import { writeFailure } from "./write-failure.ts";

const HEADER = z.strictObject({ settings: z.string() });

export class Journal {
	readonly #file: string;
	readonly #handle: FileHandle;
	/** What earlier runs noted, in their order. */
	readonly entries: readonly unknown[];

	private constructor(file: string, handle: FileHandle, entries: readonly unknown[]) {
		this.#file = file;
		this.#handle = handle;
		this.entries = entries;
	}

	/**
	 * Opens the journal, or starts a new one.
	 * @param settings whatever shapes the results; a journal of other settings is refused
	 * @throws AppError as writeFailure; INVALID_ARGUMENT if the file is no journal, and it stays as it is;
	 * PIPELINE_MISMATCH if the journal is of other settings
	 */
	static async open(file: string, settings: string): Promise<Journal> {
		const header = JSON.stringify({ settings });
		let handle: FileHandle | undefined;
		try {
			handle = await open(file, "a+");
			if (!(await handle.stat()).isFile()) throw notAJournal(file);
			const lines = await readLines(handle);
			// a kill may have cut even the first line
			const isNew = lines.length === 0 || (lines.length === 1 && header.startsWith(lines[0] as string));
			if (!isNew && !isHeader(lines[0])) throw notAJournal(file);
			if (!isNew && lines[0] !== header) throw otherSettings(file);
			if (isNew) await handle.truncate();
			if (isNew) await handle.appendFile(`${header}\n`);
			// a cut line must not swallow the one that is written after it
			if (!isNew && !isJson(lines.at(-1))) await handle.appendFile("\n");
			const entries = lines.slice(1).filter(isJson);
			return new Journal(
				file,
				handle,
				entries.map((line) => JSON.parse(line) as unknown),
			);
		} catch (cause) {
			await handle?.close();
			throw writeFailure(file, cause);
		}
	}

	/**
	 * Notes an entry; it survives the process once this resolves.
	 * @throws AppError as writeFailure
	 */
	async add(entry: object): Promise<void> {
		await this.#handle.appendFile(`${JSON.stringify(entry)}\n`).catch((cause: unknown) => {
			throw writeFailure(this.#file, cause);
		});
	}

	/** @param isDone whether the work is complete and the journal no longer needed */
	async close(isDone: boolean): Promise<void> {
		await this.#handle.close();
		if (isDone) await rm(this.#file, { force: true });
	}
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

function notAJournal(file: string): AppError {
	return new AppError("INVALID_ARGUMENT", `Expected ${file} to be a journal but it is another file.`, {
		hint: "Move it elsewhere: the journal needs this name.",
	});
}

function otherSettings(file: string): AppError {
	return new AppError("PIPELINE_MISMATCH", `The journal ${file} belongs to work with other settings.`, {
		hint: "Delete it to start anew, or use the settings of the interrupted run.",
	});
}
