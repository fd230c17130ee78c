/** How many connections fit into the files that a process may have open, of which each connection is one. */
import { readFileSync } from "node:fs";

/** For the program itself, its decoding processes, a database, and files that are being read. */
const KEPT_FILES = 100;
/** Of so few files, half are for connections. */
const CONNECTIONS_SHARE = 0.5;

/** Node has raised it by then to the most that it may. @returns infinity where the system does not tell */
export function maxOpenFiles(): number {
	try {
		const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
		return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

/** Connections that may be open at a time. @param numFiles as `maxOpenFiles` tells */
export function connectionsWithin(numFiles: number): number {
	return Math.max(numFiles - KEPT_FILES, Math.floor(Math.min(numFiles, KEPT_FILES) * CONNECTIONS_SHARE));
}
