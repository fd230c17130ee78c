/** Reads a text that somebody names: a list, a query, settings. What never ends, or is no text, is refused. */
import { closeSync, openSync, readSync } from "node:fs";
import { AppError } from "../errors.ts";

/** Ten times the list of a million photos' names. */
const MAX_TEXT_BYTES = 250e6;
const CHUNK_BYTES = 1 << 20;

export interface TextFileOptions {
	/** What it should be, e.g. "a list of photos". */
	readonly what: string;
	/** What to do where it can't be read. */
	readonly hint?: string;
}

/**
 * The text of a file, a pipe or another place that can be read: UTF-8, or UTF-16 with its mark; the mark is left out.
 * @throws AppError FILE_NOT_FOUND for what can't be read, with the system's error as its cause; INVALID_ARGUMENT for
 * what is no text, in another encoding, or more than 250 MB
 */
export function readTextFile(file: string, { what, hint }: TextFileOptions): string {
	const chunks: Buffer[] = [];
	let numBytes = 0;
	try {
		const descriptor = openSync(file, "r");
		try {
			for (;;) {
				const chunk = Buffer.alloc(CHUNK_BYTES);
				const numRead = readSync(descriptor, chunk);
				if (numRead === 0) break;
				numBytes += numRead;
				chunks.push(chunk.subarray(0, numRead));
				// devices have no size, and some have no end
				if (encodingOf(chunks[0]!) === "utf-8" && chunks.at(-1)!.includes(0))
					throw refuse(what, file, "it is no text");
				if (numBytes > MAX_TEXT_BYTES)
					throw refuse(what, file, `it has more than ${MAX_TEXT_BYTES / 1e6} MB, or no end`);
			}
		} finally {
			closeSync(descriptor);
		}
	} catch (cause) {
		if (cause instanceof AppError) throw cause;
		throw new AppError("FILE_NOT_FOUND", `Expected ${what} at ${file} but it can't be read.`, {
			...(hint !== undefined && { hint }),
			cause,
		});
	}
	const bytes = Buffer.concat(chunks);
	const encoding = encodingOf(bytes);
	try {
		return new TextDecoder(encoding, { fatal: true }).decode(bytes);
	} catch {
		// letters of another encoding would become question marks, and with them people's names
		throw refuse(what, file, `it is not in ${encoding.toUpperCase()}: save it in that encoding`);
	}
}

/** Spreadsheets write UTF-16 too, and say so in the first two bytes. */
function encodingOf(start: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
	const mark = start.subarray(0, 2).toString("hex");
	if (mark === "fffe") return "utf-16le";
	return mark === "feff" ? "utf-16be" : "utf-8";
}

function refuse(what: string, file: string, why: string): AppError {
	return new AppError("INVALID_ARGUMENT", `Expected ${what} at ${file} but ${why}.`);
}
