/**
 * Who changed what over the API, and when: JSON lines, only ever appended to. People are in it by a digest of their
 * key and never by name, so that who was removed is not named by the record of it; nor are there addresses, photos or
 * embeddings.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { writeFailure } from "../files/write-failure.ts";

/** Readable by nobody but its owner. */
const MODE = 0o600;
const DIGEST_DIGITS = 16;
const NEWLINE = 10;

export interface AuditEntry {
	/** By which the server's own log knows the request. */
	readonly requestId: string;
	/** Name of the API key. */
	readonly key: string;
	/** Of the API, e.g. "removePerson". */
	readonly action: string;
	/** "begun" before anything is changed; then what came of it. */
	readonly outcome: "begun" | "done" | "refused" | "failed";
	/** See personDigest. */
	readonly person?: string;
	/** After a renaming. */
	readonly newPerson?: string;
	readonly numPhotos?: number;
	readonly numRefused?: number;
	/** Of an error. */
	readonly code?: string;
}

export class AuditLog {
	readonly file: string;

	constructor(file: string) {
		this.file = file;
	}

	/**
	 * Appends one line; it survives the machine once this resolves.
	 * @throws AppError as writeFailure
	 */
	async add(entry: AuditEntry): Promise<void> {
		try {
			// opened anew each time: whoever rotates the file need tell nobody
			const handle = await open(this.file, "a+", MODE);
			try {
				const line = JSON.stringify({ time: new Date().toISOString(), ...entry });
				// one write, as other processes append to it too, unless the disk takes only a part
				await handle.appendFile(`${(await isCutOff(handle)) ? "\n" : ""}${line}\n`);
				await handle.datasync();
			} finally {
				await handle.close();
			}
		} catch (cause) {
			throw writeFailure(this.file, cause);
		}
	}
}

/** Whether the last line has no end: a disk was full, or the machine lost its power. */
async function isCutOff(handle: FileHandle): Promise<boolean> {
	const { size } = await handle.stat();
	const last = Buffer.alloc(1);
	return size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== NEWLINE;
}

/** What stands for somebody: whoever knows the key can find their lines, and nobody reads a name. @param key see personKey */
export function personDigest(key: string): string {
	return createHash("sha256").update(key).digest("hex").slice(0, DIGEST_DIGITS);
}
