/**
 * `npm run screenshots`: the real server with the starter gallery, seen in every state on a phone and a desk, in both
 * colour schemes and both languages, as one page in screenshots/. Photos are those of the face-api package.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions } from "playwright-core";
import { openBrowser, visit } from "../../test/browser/helpers/open-browser.ts";
import { wikipedia } from "../../test/browser/helpers/wikipedia.ts";
import { STATES } from "./states.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = path.join(PROJECT, "screenshots");

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
	"phone-light": { viewport: PHONE, colorScheme: "light", locale: "en-GB", hasTouch: true },
	"phone-dark": { viewport: PHONE, colorScheme: "dark", locale: "ru-RU", hasTouch: true },
	"desk-light": { viewport: DESK, colorScheme: "light", locale: "ru-RU" },
	"desk-dark": { viewport: DESK, colorScheme: "dark", locale: "en-GB" },
};

async function startServer(): Promise<{ url: string; stop: () => void }> {
	const server = spawn(process.execPath, ["--import", "tsx", "src/cli.ts", "serve"], {
		cwd: PROJECT,
		env: { ...process.env, PORT: "0", RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0" },
		stdio: ["ignore", "pipe", "inherit"],
	});
	let log = "";
	server.stdout.setEncoding("utf8").on("data", (text: string) => {
		log += text;
	});
	while (!log.includes("Ready:")) {
		if (server.exitCode !== null) throw new Error(`The server did not start.\n${log}`);
		await Promise.race([once(server.stdout, "data"), once(server, "exit")]);
	}
	const [, url] = /Listening on (http:\/\/localhost:\d+)/.exec(log) as RegExpExecArray;
	return { url: url as string, stop: () => server.kill("SIGINT") };
}

const only = process.argv.slice(2);
const states = STATES.filter(({ name }) => only.length === 0 || only.includes(name));
const server = await startServer();
const browser = await openBrowser();
try {
	if (only.length === 0) await rm(FOLDER, { recursive: true, force: true });
	await mkdir(FOLDER, { recursive: true });
	for (const [view, options] of Object.entries(VIEWS)) {
		for (const { name, go, hasPictures } of states) {
			const { page, complaints, close } = await visit(
				browser,
				server.url,
				{ reducedMotion: "reduce", ...options },
				hasPictures ? wikipedia : undefined,
			);
			await go(page, server.url);
			if (hasPictures) await page.waitForLoadState("networkidle");
			await page.screenshot({ path: path.join(FOLDER, `${name}-${view}.png`), fullPage: true });
			console.log(`${name}, ${view}${complaints.length > 0 ? `: ${complaints.join("; ")}` : ""}`);
			await close();
		}
	}
	await writeFile(path.join(FOLDER, "index.html"), describe());
	console.log(`See ${path.join(FOLDER, "index.html")}.`);
} finally {
	await browser.close();
	server.stop();
}

function describe(): string {
	const rows = STATES.map(({ name }) => {
		const pictures = Object.keys(VIEWS).map(
			(view) =>
				`<figure><img src="${name}-${view}.png" alt="" loading="lazy"><figcaption>${view}</figcaption></figure>`,
		);
		return `<h2>${name}</h2><div>${pictures.join("")}</div>`;
	});
	return `<!doctype html><meta charset="utf-8"><title>celebrity faces, state by state</title>
<style>body{font:16px sans-serif;margin:2rem}div{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}figure{margin:0}img{height:36rem;border:1px solid #ccc}</style>
<h1>celebrity faces, state by state</h1>
${rows.join("\n")}
`;
}
