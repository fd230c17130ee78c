/**
 * A name for a running process that nobody else has, put into the names of its locks and temporary files: whoever
 * finds one of them later can tell whether its process is still there.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";

/** A sign of life is given this often, and a process that can't be looked up is given up after four that are missing. */
export const SIGN_OF_LIFE_MS = 30_000;
const GIVEN_UP_AFTER_MS = 4 * SIGN_OF_LIFE_MS;

/** A mark as a pattern, to be put into the pattern of a file name: process id, its start, and the machine it runs on. */
export const MARK_PATTERN = String.raw`\d+-\d+-[0-9a-f]{8}`;

/** Where process ids mean the same: this start of this machine, and inside a container this container. */
const MACHINE = createHash("sha256")
	.update(`${os.hostname()} ${textOf("/proc/sys/kernel/random/boot_id")} ${processNamespace()}`)
	.digest("hex")
	.slice(0, 8);

export const PROCESS_MARK = `${process.pid}-${startOf(process.pid) ?? 0}-${MACHINE}`;

/**
 * Whether the process with this mark is no longer there. On this machine that is known; of others, e.g. in another
 * container with the same folder, it is concluded from their silence.
 * @param lastSignMs when its file was last touched, in milliseconds since 1970
 */
export function isGone(mark: string, lastSignMs: number): boolean {
	const [pid, start, machine] = mark.split("-");
	if (machine !== MACHINE) return Date.now() - lastSignMs > GIVEN_UP_AFTER_MS;
	try {
		process.kill(Number(pid), 0);
	} catch (error) {
		// not allowed to signal it: it is there
		if ((error as NodeJS.ErrnoException).code !== "EPERM") return true;
	}
	const startNow = startOf(Number(pid));
	return startNow !== undefined && start !== "0" && startNow !== start;
}

/** When the process started, in ticks since the machine did: tells it from a later one with the same id. */
function startOf(pid: number): string | undefined {
	// the name, in parentheses, may contain spaces and parentheses of its own
	return textOf(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ")[19];
}

function processNamespace(): string {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return "";
	}
}

/** The text of a file that only Linux has, elsewhere nothing. */
function textOf(file: string): string {
	try {
		return readFileSync(file, "latin1");
	} catch {
		return "";
	}
}
