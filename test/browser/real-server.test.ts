/** The whole product as a visitor meets it: the server in its own process, the real models, the starter gallery. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EQUAL_POINTS } from "../../src/pipeline/prefer-better-known.ts";
import type { MatchAnswer } from "../../src/web/api/types.ts";
import { CLI_FILE } from "../helpers/processes/built-cli.ts";
import { readSamplePhoto, samplePhotoFile } from "../helpers/sample-photos.ts";
import { errorOf } from "../web/start-app.ts";
import { expectAccessible, sharedBrowser, visit } from "./helpers/open-browser.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

let browser: Browser;
let server: ChildProcess;
let url: string;
let output = "";
let temporary: string;

beforeAll(async () => {
	temporary = await mkdtemp(path.join(tmpdir(), "celebrity-faces-"));
	server = spawn(process.execPath, [CLI_FILE, "serve", "--port", "0", "--host", "127.0.0.1"], {
		cwd: PROJECT,
		// whatever the server or its libraries put aside would show up in there
		env: { ...process.env, TMPDIR: temporary, HOME: temporary, LOG_LEVEL: "trace" },
	});
	await new Promise<void>((resolve, reject) => {
		for (const stream of [server.stdout!, server.stderr!]) {
			stream.on("data", (text) => {
				output += text;
				if (output.includes("Ready:")) resolve();
			});
		}
		server.once("exit", () => reject(new Error(`The server ended before it was ready: ${output}`)));
	});
	// by address: a bare machine may not know the name
	url = /http:\/\/localhost:\d+/.exec(output)![0].replace("localhost", "127.0.0.1");
	browser = await sharedBrowser();
});

afterAll(async () => {
	server?.kill("SIGKILL");
	await rm(temporary, { recursive: true, force: true });
});

describe("the server with its models and its gallery", () => {
	it.each([
		["with JavaScript", true],
		["without JavaScript", false],
	])("answers each face of a photo with seven people, %s", async (_how, javaScriptEnabled) => {
		const { page, complaints, close } = await visit(browser, url, {
			javaScriptEnabled,
			reducedMotion: "reduce",
		});
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.check("input[name=exact]");
		await page.click("button[type=submit]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.locator(".face-label").count()).toBe(3);
		await page.click("label[for=face-2]");
		const panel = page.locator(".face-panel:visible");
		expect(await panel.count()).toBe(1);
		expect(await panel.locator(".score").count()).toBe(7);
		const names = await panel.locator(".person .name").allTextContents();
		expect(new Set([...names, await panel.locator(".verdict .name").textContent()]).size).toBe(7);
		expect(await panel.locator(".you svg.drawing").isVisible()).toBe(true);
		expect(await panel.locator(".agreement").textContent()).toMatch(/^\d of 7 agree$/);
		if (javaScriptEnabled) await expectAccessible(page);
		expect(complaints).toEqual([]);
		await close();
	});

	it("sends less than 60 kB for the first page, headers and all, and nothing of it twice", async () => {
		const context = await browser.newContext();
		context.setDefaultTimeout(300_000);
		const page = await context.newPage();
		const network = await context.newCDPSession(page);
		const addresses = new Map<string, string>();
		const weights = new Map<string, number>();
		const twice: string[] = [];
		/** What the browser had: a page's picture is its icon too. */
		const kept = new Set<string>();
		network.on("Network.requestServedFromCache", ({ requestId }) => kept.add(requestId));
		network.on("Network.responseReceived", ({ requestId, response }) => {
			if (response.fromDiskCache) kept.add(requestId);
		});
		network.on("Network.requestWillBeSent", ({ requestId, request }) =>
			addresses.set(requestId, request.url),
		);
		network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
			const address = addresses.get(requestId)!;
			// Wikipedia's pictures are not ours, and don't come on a machine without it
			if (!address.startsWith(url) || kept.has(requestId)) return;
			if (weights.has(address)) twice.push(address);
			weights.set(address, encodedDataLength);
		});
		await network.send("Network.enable");
		await page.goto(url, { waitUntil: "load" });
		await context.close();
		expect(weights.size).toBeGreaterThan(10);
		expect(twice).toEqual([]);
		const sum = [...weights.values()].reduce((total, bytes) => total + bytes, 0);
		expect(sum, JSON.stringify([...weights])).toBeLessThan(60_000);
	});

	it("says on the page when there is no face, and keeps the form", async () => {
		const { page, close } = await visit(browser, url);
		// a picture of nothing, made here
		const base64 = (await page.evaluate(
			"(() => { const c = document.createElement('canvas'); c.width = c.height = 300; c.getContext('2d').fillRect(0, 0, 300, 150); return c.toDataURL('image/png').split(',')[1]; })()",
		)) as string;
		await page.setInputFiles("#photo", {
			name: "nothing.png",
			mimeType: "image/png",
			buffer: Buffer.from(base64, "base64"),
		});
		await page.click("button[type=submit]");
		await page.waitForSelector("h2:text-is('No face found')");
		expect(await page.locator("form.upload").isVisible()).toBe(true);
		await close();
	});

	it("answers the API with the same people", async () => {
		const form = new FormData();
		form.set("photo", new Blob([await readSamplePhoto(1)]), "holiday-in-secret.jpg");
		form.set("k", "5");
		const response = await fetch(`${url}/api/v1/match`, { method: "POST", body: form });
		const answer = (await response.json()) as MatchAnswer;
		expect(response.status).toBe(200);
		expect(answer.faces).toHaveLength(3);
		for (const { matches } of answer.faces) {
			expect(matches.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
			expect(new Set(matches.map(({ name }) => name)).size).toBe(5);
			// the starter gallery lets the better known go first among people who are about equally alike
			const scores = matches.map(({ resemblance }) => resemblance);
			for (const [i, score] of scores.entries()) {
				expect(score).toBeLessThanOrEqual(Math.min(100, ...scores.slice(0, i)) + EQUAL_POINTS);
			}
		}
		expect(Object.keys(answer.timings)).toEqual(["decode", "detect", "align", "embed", "search"]);
	});

	it.each([
		["a text file", "not a photo", 415, "UNSUPPORTED_IMAGE"],
		["an SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "UNSUPPORTED_IMAGE"],
		["half a JPEG", undefined, 422, "BROKEN_IMAGE"],
	])("refuses %s with its own status and code", async (_what, text, status, code) => {
		const bytes = text ?? (await readSamplePhoto(1)).subarray(0, 40_000);
		const form = new FormData();
		form.set("photo", new Blob([bytes]), "photo.jpg");
		const response = await fetch(`${url}/api/v1/match`, { method: "POST", body: form });
		expect(response.status).toBe(status);
		expect((await errorOf(response)).code).toBe(code);
	});

	it("says what it is made of", async () => {
		const status = await (await fetch(`${url}/readyz`)).json();
		expect(status).toMatchObject({ state: "ready", gallery: { numPeople: expect.any(Number) } });
	});

	it("stops when told to, and has left nothing of any photo behind: no file, no name in its log", async () => {
		const exited = once(server, "exit");
		server.kill("SIGTERM");
		expect(await exited).toEqual([0, null]);
		expect(await readdir(temporary)).toEqual([]);
		expect(output).not.toMatch(/holiday-in-secret|sample1|nothing\.png|embedding"|landmarks/);
	});
});
