/** The program as it is shipped: compiled once before the tests, since compiling in each process costs it seconds. */
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
/** One below the project, as dist/ is, but not what `npm start` runs. */
const FOLDER = path.join(PROJECT, "dist-test");

/** For `node`. */
export const CLI_FILE = path.join(FOLDER, "cli.js");

/** For a process that a test starts: a module of src/, compiled. */
export const builtModule = (name: string) => path.join(FOLDER, `${name}.js`);

/** Vitest's global setup; the compiler writes only what has changed since the last time. */
export async function setup(): Promise<void> {
	const compiler = path.join(PROJECT, "node_modules", "typescript", "bin", "tsc");
	const target = ["--outDir", FOLDER, "--incremental", "--tsBuildInfoFile", path.join(FOLDER, "build-info")];
	await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.build.json", ...target], {
		cwd: PROJECT,
	});
}
