/** The examples of docs/api.md, run as they stand there. */
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { readPortrait } from "../../helpers/cut-faces.ts";
import { builtModule, CLI_FILE } from "../../helpers/processes/built-cli.ts";
import { readSamplePhoto } from "../../helpers/sample-photos.ts";
import { startRealApp } from "../../helpers/servers/real-app.ts";
import type { RunningApp } from "../../web/start-app.ts";

const run = promisify(execFile);
let app: RunningApp;
let folder: string;
let examples: { readonly language: string; readonly code: string }[];

beforeAll(async () => {
	app = await startRealApp();
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	for (const [name, sample] of [
		["me", 1],
		["me-too", 1],
		["you", 3],
	] as const)
		await writeFile(path.join(folder, `${name}.jpg`), await readSamplePhoto(sample));
	const text = await readFile(path.join(PROJECT_FOLDER, "docs", "api.md"), "utf8");
	examples = [...text.matchAll(/```(sh|js|python)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
		language: language as string,
		code: (code as string).replaceAll("http://localhost:2018", app.url),
	}));
});
afterAll(async () => {
	await app.close();
	await rm(folder, { recursive: true });
});

const examplesIn = (language: string) => examples.filter((example) => example.language === language);

it("curl's answer with JSON that is no error", async () => {
	const commands = examplesIn("sh").filter(
		({ code }) => code.includes("curl") && !/keys add|office\.key/.test(code),
	);
	expect(commands.length).toBeGreaterThanOrEqual(4);
	for (const { code } of commands) {
		const script = code.replaceAll("curl ", "curl --silent --show-error --write-out '\\n' ");
		const { stdout } = await run("bash", ["-c", script], { cwd: folder });
		for (const line of stdout.trim().split("\n")) {
			const answer = JSON.parse(line);
			expect(answer.error, code).toBeUndefined();
			expect(answer.faces ?? answer.pairs ?? answer.people, code).not.toHaveLength(0);
		}
	}
});

it("the administrator's add, rename and remove somebody, with a server and a key as they are made there", async () => {
	const [setup, changes] = examplesIn("sh").filter(({ code }) => code.includes("office")) as [
		(typeof examples)[0],
		(typeof examples)[0],
	];
	await writeFile(path.join(folder, "celebrity-faces"), `#!/bin/sh\nexec node ${CLI_FILE} "$@"\n`, {
		mode: 0o755,
	});
	const portrait = await readPortrait();
	await writeFile(path.join(folder, "ann.jpg"), portrait);
	await writeFile(path.join(folder, "ann-too.jpg"), await sharp(portrait).resize(480).jpeg().toBuffer());
	await mkdir(path.join(folder, "people", "Bea"), { recursive: true });
	await cp(path.join(folder, "ann.jpg"), path.join(folder, "people", "Bea", "1.jpg"));
	const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, PORT: "0", HOST: "127.0.0.1" };
	await run("celebrity-faces", ["gallery", "build", "people", "-o", "my.gallery"], { cwd: folder, env });
	const server = spawn(
		"bash",
		[
			"-c",
			setup.code
				.replace(/^(ADMIN.*)$/m, "export $1")
				.replace(" celebrity-faces serve", "\nexec celebrity-faces serve"),
		],
		{ cwd: folder, env },
	);
	let output = "";
	server.stdout.on("data", (text) => {
		output += text;
	});
	try {
		await vi.waitFor(() => expect(output).toContain("Ready"), { timeout: 300_000, interval: 50 });
		const url = `http://127.0.0.1:${/localhost:(\d+)/.exec(output)?.[1]}`;
		for (const line of changes.code.trim().replaceAll(app.url, url).split("\n")) {
			const { stdout } = await run("bash", ["-c", line], { cwd: folder });
			expect(JSON.parse(stdout).error, line).toBeUndefined();
		}
		const { stdout } = await run("celebrity-faces", ["gallery", "list", "my.gallery"], { cwd: folder, env });
		expect(stdout).not.toContain("Ann");
	} finally {
		server.kill("SIGKILL");
	}
});

it("JavaScript's finds lookalikes and people, with the client as it is shipped", async () => {
	const [{ code }] = examplesIn("js") as [(typeof examples)[0]];
	// the tests' own build, as that of `npm run build` may be older
	const client = builtModule("client/client");
	await writeFile(path.join(folder, "example.mjs"), code.replace("celebrity-faces/client", client));
	const { stdout } = await run(process.execPath, ["example.mjs"], { cwd: folder });
	expect(stdout).toMatch(/^.+ \d+ (could be a twin|(strong|fair|loose) resemblance)$/m);
	expect(stdout).toContain("Grace Kelly");
});

it("Python's unpacks an embedding", async ({ skip }) => {
	const python = await run("python3", ["--version"]).catch(() => undefined);
	if (!python) skip("Python is not installed here");
	const [{ code }] = examplesIn("python") as [(typeof examples)[0]];
	await writeFile(path.join(folder, "example.py"), code);
	const { stdout } = await run("python3", ["example.py"], { cwd: folder });
	expect(stdout.trim()).toBe("128 face-api-dlib-chip-3");
});
