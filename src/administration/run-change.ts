/**
 * Makes a change in a process of its own: building an index anew takes seconds of a core, in which the server's own
 * process would answer nobody.
 */
import { fork } from "node:child_process";
import os from "node:os";
import { AppError, type ErrorCode } from "../errors.ts";
import { interrupted } from "../gallery/order/contents-change.ts";
import type { ChangeDone, ChangeOrder } from "../pipeline/change/gallery-change.ts";
import { siblingScript } from "../sibling-script.ts";

/** What the process says when it is done. */
export type ChangeReport =
	| { readonly done: ChangeDone }
	| {
			readonly failure: {
				readonly code: ErrorCode;
				readonly message: string;
				readonly hint: string | undefined;
			};
	  }
	/** The stack of what was thrown and is no expected failure. */
	| { readonly bug: string };

/** A change takes seconds, with a large gallery minutes; one that takes longer hangs, and all others wait for it. */
const DEADLINE_MS = 600_000;

/** Visitors come first. */
const NICENESS = 10;

/**
 * @param environment variables of the process
 * @param deadlineMs after which the process is ended
 * @throws AppError as applyChange; CHANGE_INTERRUPTED where the process ended before it could say what it did
 */
export async function runChange(
	order: ChangeOrder,
	environment: NodeJS.ProcessEnv,
	deadlineMs = DEADLINE_MS,
): Promise<ChangeDone> {
	const { url, execArgv } = siblingScript("change-process", import.meta.url);
	const child = fork(url, [], {
		execArgv,
		env: environment,
		serialization: "advanced",
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs).unref();
	const report = await new Promise<ChangeReport>((resolve, reject) => {
		child.once("message", (told) => resolve(told as ChangeReport));
		child.once("error", reject);
		child.once("exit", (code, signal) =>
			reject(interrupted(new Error(`The process of a change ended by ${signal ?? `exit code ${code}`}.`))),
		);
		lowerPriority(child.pid);
		// a failure to send is seen as the end of the process
		child.send(order, () => {});
	}).finally(() => clearTimeout(timer));
	if ("done" in report) return report.done;
	if ("bug" in report) throw new Error(`A change of the gallery failed: ${report.bug}`);
	const { code, message, hint } = report.failure;
	throw new AppError(code, message, hint === undefined ? {} : { hint });
}

function lowerPriority(pid: number | undefined): void {
	try {
		if (pid !== undefined) os.setPriority(pid, NICENESS);
	} catch {
		// where that is not allowed, it takes its turn as others do
	}
}
