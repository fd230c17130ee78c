/**
 * Files that a process puts beside another one while it works on it, e.g. `.x.gallery.<mark>.<random>.tmp`. The mark
 * says whose they are, so that those of a process that was killed can be told from those in use.
 */
import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { isGone, MARK_PATTERN, PROCESS_MARK } from "./process-mark.ts";

type Ending = "tmp" | "lock";

/** A path beside the file that no other has. */
export function markedFileBeside(file: string, ending: Ending): string {
	const random = randomBytes(4).toString("hex");
	return path.join(path.dirname(file), `.${path.basename(file)}.${PROCESS_MARK}.${random}.${ending}`);
}

/**
 * Finds the marked files of processes that are there, this one among them; those of others are removed: they may
 * hold what the file itself no longer does.
 * @param file not a symbolic link; its folder must be there
 */
export async function sweepMarkedFiles(file: string, ending: Ending): Promise<string[]> {
	const folder = path.dirname(file);
	const prefix = `.${path.basename(file)}.`;
	const rest = new RegExp(String.raw`^(${MARK_PATTERN})\.[0-9a-f]{8}\.${ending}$`);
	const inUse: string[] = [];
	for (const name of await readdir(folder)) {
		const mark = name.startsWith(prefix) ? rest.exec(name.slice(prefix.length))?.[1] : undefined;
		if (mark === undefined) continue;
		const marked = path.join(folder, name);
		const status = await stat(marked).catch(() => undefined);
		if (status === undefined) continue;
		if (isGone(mark, status.mtimeMs)) await rm(marked, { force: true });
		else inUse.push(marked);
	}
	return inUse;
}

/** The process id in a marked file's name, and the file's text; an empty one if it has just gone away. */
export async function readMarkedFile(marked: string): Promise<{ pid: string | undefined; text: string }> {
	const pid = /\.(\d+)-\d+-[0-9a-f]+\.[0-9a-f]+\.\w+$/.exec(marked)?.[1];
	return { pid, text: await readFile(marked, "utf8").catch(() => "") };
}
