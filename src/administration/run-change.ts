/**
 * Makes a change in a process of its own: building an index anew takes seconds of a core, in which the server's own
 * process would answer nobody.
 */
import { fork } from "node:child_process";
import os from "node:os";
import { AppError, type ErrorCode } from "../errors.ts";
import type { ChangeDone, ChangeOrder } from "../pipeline/change/change-gallery.ts";
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

/** Visitors come first. */
const NICENESS = 10;

/** @throws AppError as applyChange */
export async function runChange(order: ChangeOrder, environment: NodeJS.ProcessEnv): Promise<ChangeDone> {
	const { url, execArgv } = siblingScript("change-process", import.meta.url);
	const child = fork(url, [], {
		execArgv,
		env: environment,
		serialization: "advanced",
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const report = await new Promise<ChangeReport>((resolve, reject) => {
		child.once("message", (told) => resolve(told as ChangeReport));
		child.once("error", reject);
		child.once("exit", (code, signal) =>
			reject(
				new Error(`The process of a change ended before it was made (${signal ?? `exit code ${code}`}).`),
			),
		);
		lowerPriority(child.pid);
		child.send(order);
	});
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
