/**
 * Packs the search as a package of its own, without a dependency: `npm run pack:search -- FOLDER` leaves there what
 * `npm publish` takes. Its page is docs/search-api.md.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const ENTRIES = { ".": "search-index", "./worker": "build-in-worker" } as const;

const folder = path.resolve(process.argv[2] ?? "dist-search");
await mkdir(folder, { recursive: true });
await promisify(execFile)(process.execPath, [
	"node_modules/typescript/bin/tsc",
	...["-p", "tsconfig.search.json", "--outDir", path.join(folder, "dist")],
]);
const { version, license, engines } = JSON.parse(await readFile("package.json", "utf8"));
const manifest = {
	name: "celebrity-faces-search",
	version,
	description:
		"Nearest vectors by cosine, inner product or distance: no native addon, in Node and in browsers.",
	license,
	type: "module",
	engines,
	sideEffects: false,
	exports: Object.fromEntries(
		Object.entries(ENTRIES).map(([entry, name]) => [
			entry,
			{
				types: `./dist/search/library/${name}.d.ts`,
				default: `./dist/search/library/${name}.js`,
			},
		]),
	),
	files: ["dist"],
};
await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest, undefined, "\t")}\n`);
await cp("docs/search-api.md", path.join(folder, "README.md"));
await cp("LICENSE", path.join(folder, "LICENSE"));
console.log(`${folder}: ${manifest.name} ${version}`);
