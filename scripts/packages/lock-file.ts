/** What package-lock.json says of each package, and what we ask of it. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

const packageSchema = z.object({
	version: z.string().optional(),
	integrity: z.string().optional(),
	license: z.string().optional(),
	dev: z.boolean().optional(),
	os: z.array(z.string()).optional(),
	cpu: z.array(z.string()).optional(),
	hasInstallScript: z.boolean().optional(),
});
const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });

export type LockedPackage = z.infer<typeof packageSchema> & {
	/** Where it is installed, e.g. node_modules/a/node_modules/b. */
	readonly folder: string;
	readonly name: string;
};

/** The packages of a lock file, without the project itself. */
export async function readLockFile(path = "package-lock.json"): Promise<LockedPackage[]> {
	const lock = lockSchema.parse(JSON.parse(await readFile(path, "utf8")));
	return Object.entries(lock.packages)
		.filter(([folder]) => folder !== "")
		.map(([folder, entry]) => ({
			...entry,
			folder,
			name: folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
		}));
}

/**
 * One sentence for each thing that is not as it should be.
 * @param knownScripts packages known to want a script while installing; .npmrc keeps all from running
 */
export function findLockFaults(
	packages: readonly LockedPackage[],
	knownScripts: Readonly<Record<string, string>>,
): string[] {
	const unverified = packages
		.filter((entry) => !entry.integrity?.startsWith("sha512-"))
		.map(
			(entry) =>
				`${entry.name} ${entry.version ?? ""} has no sha512 integrity. Run \`npm install --package-lock-only\`, which asks the registry.`,
		);
	const scripted = packages.filter((entry) => entry.hasInstallScript);
	const unknown = scripted
		.filter((entry) => !(entry.name in knownScripts))
		.map(
			(entry) =>
				`${entry.name} ${entry.version ?? ""} wants to run a script while installing. Read the script, then do without it or list it with what it is for in scripts/packages/check-lock.ts.`,
		);
	const gone = Object.keys(knownScripts)
		.filter((name) => !scripted.some((entry) => entry.name === name))
		.map((name) => `${name} no longer wants an install script. Take it off the list in check-lock.ts.`);
	return [...unverified, ...unknown, ...gone];
}
