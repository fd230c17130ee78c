/** Runs the command line as a person would: in a process of its own. */
import { type ChildProcess, execFile } from "node:child_process";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { CLI_FILE } from "./built-cli.ts";

export interface Ended {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/**
 * @param onStart is handed the process, e.g. to send it a signal
 * @param environment beside that of the tests
 */
export function runCli(
	args: readonly string[],
	onStart?: (child: ChildProcess) => void,
	environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
	return new Promise((resolve) => {
		const child = execFile(
			process.execPath,
			[CLI_FILE, ...args],
			{ cwd: PROJECT_FOLDER, env: { ...process.env, ...environment } },
			(error, stdout, stderr) => {
				resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
			},
		);
		onStart?.(child);
	});
}
