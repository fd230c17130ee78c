/** The kernels with one part changed: compiled from their source when a bench asks, so that nothing of it is in the product. */
import { readdirSync, readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import type { Kernels } from "../../../../src/search/kernels/kernels.ts";

const FOLDER = new URL("../../../../src/search/kernels/assembly/", import.meta.url);
const SOURCES = readdirSync(FOLDER);
const OPTIONS = [
	...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "threads"],
	...["--importMemory", "--noExportMemory", "--sharedMemory", "--maximumMemory", "65536"],
];

/** What to write in place of what stands in a file of the source. */
export interface Change {
	/** Without folder, e.g. "beam.ts". */
	readonly file: string;
	readonly from: string;
	readonly to: string;
}

/**
 * @param changes none: the kernels as they are
 * @throws Error where the source does not hold what is to be changed: it has moved on, and so must the bench
 */
export async function compileVariant(
	memory: WebAssembly.Memory,
	changes: readonly Change[],
): Promise<Kernels> {
	let wasm: Uint8Array | undefined;
	const { error, stderr } = await asc.main(["simd.ts", "--outFile", "simd.wasm", ...OPTIONS], {
		readFile: (name) => {
			// it asks for settings and for the standard library's overrides too
			if (!SOURCES.includes(name)) return null;
			const of = changes.filter(({ file }) => file === name);
			return of.reduce(replaceOnce, readFileSync(new URL(name, FOLDER), "utf8"));
		},
		writeFile: (_name, contents) => {
			if (contents instanceof Uint8Array) wasm = contents;
		},
	});
	if (error || !wasm) throw new Error(`The kernels do not compile.\n${stderr.toString()}`, { cause: error });
	const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
		env: { memory },
	});
	return { ...(instance.exports as unknown as Kernels), kind: "simd" };
}

function replaceOnce(text: string, { file, from, to }: Change): string {
	const parts = text.split(from);
	if (parts.length === 2) return parts.join(to);
	throw new Error(`Expected once in ${file} but found ${parts.length - 1} times: ${from}`);
}
