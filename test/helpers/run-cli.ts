/** Runs the command line as a person would: in a process of its own. */
import { type ChildProcess, execFile } from "node:child_process";
import { PROJECT_FOLDER } from "../../src/config.ts";
import { CLI_FILE } from "./built-cli.ts";

export interface Ended {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** @param onStart is handed the process, e.g. to send it a signal */
export function runCli(args: readonly string[], onStart?: (child: ChildProcess) => void): Promise<Ended> {
	return new Promise((resolve) => {
		const child = execFile(
			process.execPath,
			[CLI_FILE, ...args],
			{ cwd: PROJECT_FOLDER },
			(error, stdout, stderr) => {
				resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
			},
		);
		onStart?.(child);
	});
}
