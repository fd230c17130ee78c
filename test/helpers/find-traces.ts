/** Looking for bytes that must be in no file any more. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";

/** @param traces what to look for, by what it is called; also looked for in the names of files */
export async function findTraces(folder: string, traces: ReadonlyMap<string, Buffer>): Promise<string[]> {
	const found: string[] = [];
	for (const [file, bytes] of await filesBelow(folder)) {
		for (const [what, trace] of traces)
			if (bytes.includes(trace) || file.includes(what)) found.push(`${what} in ${file}`);
	}
	return found;
}

async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
	const files = new Map<string, Buffer>();
	for (const name of await readdir(folder, { recursive: true })) {
		const file = path.join(folder, name);
		if ((await stat(file)).isFile()) files.set(name, await readFile(file));
	}
	return files;
}
