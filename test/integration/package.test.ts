/** The package as npm ships it: what is in it, and that it works where it was installed. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";

const run = promisify(execFile);
const inProject = (...parts: string[]) => path.join(PROJECT_FOLDER, ...parts);
let folder: string;
let shipped: string[];

/** Packs a copy of the project with the tests' own build, as that of `npm run build` may be in use. */
beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	const source = path.join(folder, "source");
	const { files } = JSON.parse(await readFile(inProject("package.json"), "utf8")) as { files: string[] };
	await mkdir(source);
	const folders = new Set(
		files.filter((name) => !name.startsWith("!")).map((name) => name.split("/")[0] as string),
	);
	for (const name of [...folders, "package.json", "README.md", "LICENSE"]) {
		const from = name === "dist" ? inProject("dist-test") : inProject(name);
		await cp(from, path.join(source, name), {
			recursive: true,
			filter: (file) => !file.endsWith("build-info"),
		});
	}
	const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts"], { cwd: source });
	const [{ filename, files: packed }] = JSON.parse(stdout);
	shipped = packed.map((file: { path: string }) => file.path);
	// installed as npm does it, but for the dependencies, which are those of the project
	const modules = path.join(folder, "node_modules");
	await mkdir(path.join(modules, "celebrity-faces"), { recursive: true });
	await run("tar", [
		"-xzf",
		path.join(source, filename),
		"--strip-components=1",
		"-C",
		path.join(modules, "celebrity-faces"),
	]);
	for (const name of await readdir(inProject("node_modules"))) {
		if (!name.startsWith(".")) await symlink(inProject("node_modules", name), path.join(modules, name));
	}
	await cp(samplePhotoFile(1), path.join(folder, "me.jpg"));
	await cp(samplePhotoFile(4), path.join(folder, "you.jpg"));
});
afterAll(() => rm(folder, { recursive: true }));

it("ships what is needed, and neither tests, sources, maps nor caches", () => {
	const rooms = [...new Set(shipped.map((file) => file.split("/")[0]))].sort();
	expect(rooms).toEqual([
		"LICENSE",
		"README.md",
		"THIRD-PARTY.md",
		...[
			"bin",
			"data",
			"dist",
			"licenses",
			"locales",
			"migrations",
			"models",
			"package.json",
			"public",
			"views",
		],
	]);
	for (const file of [
		"bin/celebrity-faces.cjs",
		"data/starter.gallery",
		"dist/celebrity-faces.d.ts",
		"views/index.ejs",
	])
		expect(shipped).toContain(file);
	expect(
		shipped.filter((file) => /\.test\.|\.map$|(?<!\.d)\.ts$|^models\/cache|starter-people/.test(file)),
	).toEqual([]);
});

it("answers as docs/package.md shows it", async () => {
	const text = await readFile(inProject("docs", "package.md"), "utf8");
	const examples = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code as string);
	const outputs: string[] = [];
	for (const code of examples) {
		await writeFile(path.join(folder, "example.mjs"), code);
		outputs.push((await run(process.execPath, ["example.mjs"], { cwd: folder })).stdout);
	}
	expect(outputs[0]).toMatch(/^(\d+ (could be a twin|(strong|fair|loose) resemblance) .+\n){3}$/);
	expect(outputs[1]).toMatch(/^3 faces, \d+ pixels wide\n128 numbers\n.+ .+\nUNSUPPORTED_IMAGE\n$/);
});

it("has types for its entries", async () => {
	await writeFile(
		path.join(folder, "example.ts"),
		`import { findLookalikes, openEngine, openGallery, type Gallery } from "celebrity-faces";
		import { FacesClient, type MatchAnswer } from "celebrity-faces/client";
		const gallery: Gallery = openGallery();
		const { faces } = await findLookalikes(new Uint8Array(), { engine: await openEngine(), gallery });
		export const name: string | undefined = faces[0]?.matches[0]?.person.name;
		export const answer: Promise<MatchAnswer> = new FacesClient({ url: "http://localhost" }).match(new Uint8Array());
		// @ts-expect-error k is a number
		export const wrong = new FacesClient({ url: "http://localhost" }).match(new Uint8Array(), { k: "3" });
		`,
	);
	await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
	const flags = [
		"--noEmit",
		"--strict",
		"--skipLibCheck",
		"--module",
		"nodenext",
		"--target",
		"es2023",
		"--types",
		"node",
	];
	const compiler = inProject("node_modules", "typescript", "bin", "tsc");
	await run(process.execPath, [compiler, ...flags, "example.ts"], { cwd: folder });
});

it("runs as a command", async () => {
	const bin = path.join(folder, "node_modules", "celebrity-faces", "bin", "celebrity-faces.cjs");
	expect((await run(process.execPath, [bin, "match", "--help"], { cwd: folder })).stdout).toContain("--fuse");
});
