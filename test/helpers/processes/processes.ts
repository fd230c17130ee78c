/** What Linux says of processes. */
import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes that a process has started and that have not ended; none where it has itself ended. */
export function childrenOf(pid: number): number[] {
	return readdirIfThere(`/proc/${pid}/task`).flatMap((thread) =>
		readIfThere(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
	);
}

/** Ids of the processes in which a gallery is changed, for a process and for those that it has started. */
export function changeProcessesOf(pid: number): number[] {
	return childrenOf(pid).flatMap((child) =>
		readIfThere(`/proc/${child}/cmdline`).includes("change-process") ? [child] : changeProcessesOf(child),
	);
}

/** Whether a process has not ended. */
export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

/** Ends a process by force; one that was found a moment ago may have ended by itself. */
export function killIfAlive(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

function readdirIfThere(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function readIfThere(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return "";
	}
}
