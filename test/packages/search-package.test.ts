import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";

const run = promisify(execFile);
let folder: string;
let packed: string;

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	packed = path.join(folder, "node_modules", "celebrity-faces-search");
	await mkdir(packed, { recursive: true });
	const script = path.join(PROJECT_FOLDER, "scripts", "packages", "pack-search.ts");
	await run(process.execPath, ["--import", "tsx", script, packed], { cwd: PROJECT_FOLDER });
	await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("the packed search runs the examples of its page, and prints what they say", async () => {
	const page = await readFile(path.join(packed, "README.md"), "utf8");
	const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code as string);
	expect(examples).toHaveLength(3);
	for (const code of examples) {
		const file = path.join(folder, "example.js");
		await writeFile(file, code);
		const { stdout } = await run(process.execPath, [file]);
		const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
		expect(stdout.trim().split("\n")).toEqual(promised);
	}
});

it("a build in a thread ends with what the caller's code throws on the way", async () => {
	const file = path.join(folder, "thrown.js");
	await writeFile(
		file,
		`import { buildInWorker } from "celebrity-faces-search/worker";
const onProgress = () => { throw new RangeError("no more"); };
const vectors = Float32Array.from({ length: 300 }, (_, i) => i - 9.5);
const building = buildInWorker([...vectors.keys()], vectors, { dimension: 1, onProgress });
console.log(await building.catch(({ message }) => message));
`,
	);
	expect((await run(process.execPath, [file])).stdout.trim()).toBe("no more");
});

it("a build in a thread begins from an address with a version, and with wrong arguments not at all", async () => {
	const file = path.join(folder, "addressed.js");
	const module = pathToFileURL(path.join(packed, "dist", "search", "library", "build-in-worker.js"));
	await writeFile(
		file,
		`const { buildInWorker } = await import("${module}?v=2#top");
console.log((await buildInWorker([7], Float32Array.of(1, 2), { dimension: 2 })).size);
for (const call of [
	() => buildInWorker([7], Float32Array.of(1, 2)),
	() => buildInWorker(["7"], Float32Array.of(1, 2), { dimension: 2 }),
	() => buildInWorker([7], [1, 2], { dimension: 2 }),
	() => buildInWorker([7], Float32Array.of(1, 2), { dimension: 2, onProgress: "bar" }),
]) {
	console.log(await call().catch(({ code, message }) => code + " " + message));
}
console.log(process.getActiveResourcesInfo().includes("MessagePort"));
`,
	);
	expect((await run(process.execPath, [file])).stdout.trim().split("\n")).toEqual([
		"1",
		"INVALID_ARGUMENT Expected options but received undefined.",
		"INVALID_ARGUMENT Expected whole numbers from 0 as ids but received the string 7.",
		"INVALID_VECTOR Expected the vectors as a Float32Array but received an Array of 2.",
		"INVALID_ARGUMENT Expected a function as onProgress but received the string bar.",
		"false",
	]);
});

it("the packed search has types, and depends on nothing", async () => {
	await writeFile(
		path.join(folder, "typed.ts"),
		`import { type QueryResult, SearchIndex } from "celebrity-faces-search";
import { buildInWorker } from "celebrity-faces-search/worker";
const index: SearchIndex = await buildInWorker([1], new Float32Array(4), { dimension: 4 });
const found: QueryResult = index.search(new Float32Array(4), 1, { filter: (id: number) => id > 0 });
// @ts-expect-error: there is no such metric
new SearchIndex({ dimension: 4, metric: "manhattan" });
export const ids: Float64Array = found.ids;
`,
	);
	const tsc = path.join(PROJECT_FOLDER, "node_modules", "typescript", "bin", "tsc");
	const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--types", ""];
	await run(process.execPath, [tsc, ...flags, "typed.ts"], { cwd: folder });
	const manifest = JSON.parse(await readFile(path.join(packed, "package.json"), "utf8"));
	expect([manifest.dependencies, manifest.peerDependencies]).toEqual([undefined, undefined]);
});
