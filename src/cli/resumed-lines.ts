/** The lines that an earlier `embed` wrote, to which more are added: nothing else is touched, or read to its end. */
import { appendFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../errors.ts";
import { type LockOptions, withFileLock } from "../files/file-lock.ts";
import { writeFailure } from "../files/write-failure.ts";

/** Earlier versions wrote the photo as `path`. */
const LINE = z.union([z.looseObject({ photo: z.string() }), z.looseObject({ path: z.string() })]);
const BEGINNINGS = ['{"photo":', '{"path":'] as const;
const NEWLINE = 10;
const CHUNK_BYTES = 1 << 16;

export interface ResumedLines {
	/** The photos that are named already. */
	readonly done: ReadonlySet<string>;
	/** Adds lines. @throws AppError as writeFailure */
	readonly print: (lines: string) => void;
}

/**
 * Hands on a file of lines that nobody else adds to meanwhile.
 * @throws AppError as resumeLines, withFileLock, and `use`
 */
export async function withResumedLines(
	file: string,
	options: LockOptions,
	use: (lines: ResumedLines) => Promise<void>,
): Promise<void> {
	// beside what is no file is no place for a lock
	await (await openForResuming(file)).close();
	await withFileLock(file, options, async () => use(await resumeLines(file)));
}

/**
 * Opens a file of lines, or starts one; a line that was cut off in the middle is taken out of it.
 * @throws AppError INVALID_ARGUMENT for what is no such file, and it stays as it is; as writeFailure
 */
export async function resumeLines(file: string): Promise<ResumedLines> {
	const handle = await openForResuming(file);
	try {
		const { size } = await handle.stat();
		if (!(await isLine(handle, size))) throw notLines(file);
		const end = await endOfWholeLines(handle, size);
		const done = new Set<string>();
		if (end > 0) {
			for await (const line of handle.readLines({ start: 0, end: end - 1, autoClose: false }))
				if (line !== "") done.add(photoOf(line, file));
		}
		if (end < size) await handle.truncate(end);
		return { done, print: (lines) => append(file, `${lines}\n`) };
	} finally {
		await handle.close();
	}
}

function append(file: string, text: string): void {
	try {
		appendFileSync(file, text);
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}

async function openForResuming(file: string): Promise<FileHandle> {
	const handle = await open(file, "a+").catch((cause: unknown) => {
		throw writeFailure(file, cause);
	});
	if ((await handle.stat()).isFile()) return handle;
	await handle.close();
	throw notLines(file);
}

/** Whether the file begins as lines do, as far as it goes: what is something else is not read to its end. */
async function isLine(handle: FileHandle, size: number): Promise<boolean> {
	const head = Buffer.alloc(Math.min(size, ...BEGINNINGS.map(({ length }) => length)));
	await handle.read(head, 0, head.length, 0);
	return BEGINNINGS.some((beginning) => beginning.startsWith(head.toString("latin1")));
}

/** Where the last line ends that was written to its end, told from the end on. */
async function endOfWholeLines(handle: FileHandle, size: number): Promise<number> {
	const chunk = Buffer.alloc(CHUNK_BYTES);
	for (let end = size; end > 0; ) {
		const start = Math.max(0, end - CHUNK_BYTES);
		await handle.read(chunk, 0, end - start, start);
		const newline = chunk.subarray(0, end - start).lastIndexOf(NEWLINE);
		if (newline >= 0) return start + newline + 1;
		end = start;
	}
	return 0;
}

function photoOf(line: string, file: string): string {
	try {
		const named = LINE.parse(JSON.parse(line));
		return "photo" in named ? String(named.photo) : named.path;
	} catch {
		throw notLines(file);
	}
}

function notLines(file: string): AppError {
	return new AppError("INVALID_ARGUMENT", `Expected ${file} to be a file of embed's lines but it is not.`, {
		hint: "Name a file that `embed --resume` has written, or one that is not there yet.",
	});
}
