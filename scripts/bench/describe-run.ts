/** What every bench says of its run, so that a figure can be told apart from another and made again. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import process from "node:process";

export interface BenchRun {
	/** The seed of its data; none where it measures given photos. */
	readonly seed?: number;
	/** How it was called; folders of the caller's are left out. */
	readonly command: string;
	/** Processor, cores and Node. */
	readonly machine: string;
	/** The commit that was measured, "+" behind it where files differed from it. */
	readonly commit: string;
}

/**
 * @param script the bench's name in package.json
 * @param seed of the data
 */
export function describeRun(script: string, seed?: number): BenchRun {
	const flags = process.argv.slice(2).map((flag) => (flag.includes("/") ? "FILE" : flag));
	return {
		...(seed !== undefined && { seed }),
		command: ["npm run", script, ...(flags.length > 0 ? ["--", ...flags] : [])].join(" "),
		machine: `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`,
		commit: commitOf(),
	};
}

/** One line for the head of a table. */
export function tellRun({ seed, command, machine, commit }: BenchRun): string {
	const drawn = seed === undefined ? "" : `, seed ${seed}`;
	return `${machine}; commit ${commit}; \`${command}\`${drawn}.`;
}

/**
 * A file name that no other setting shares.
 * @param settings all that shapes what the file holds, the seed first of all
 */
export function fileNameOf(name: string, settings: Readonly<Record<string, string | number>>): string {
	const parts = Object.entries(settings).map(([key, value]) => `${key}-${value}`);
	return [name, ...parts].join(".").replaceAll(/[^A-Za-z0-9.]+/g, "-");
}

function commitOf(): string {
	const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
	try {
		return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
	} catch {
		// an archive without git, or no git at all: the bench itself still tells
		return "unknown";
	}
}
