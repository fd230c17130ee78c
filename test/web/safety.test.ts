import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { FindLookalikes } from "../../src/web/guard/answer-upload.ts";
import { fakeAnswer } from "./fake-answer.ts";
import { errorOf, photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

const post = (url: string, init: RequestInit = {}) =>
	fetch(`${url}/api/v1/match`, { method: "POST", body: photoForm(), ...init });

function policyOf(response: Response): Map<string, string> {
	const directives = response.headers.get("content-security-policy")!.split(";");
	return new Map(
		directives.map((directive) => {
			const [name = "", ...values] = directive.trim().split(" ");
			return [name, values.join(" ")];
		}),
	);
}

describe("headers", () => {
	it("allow our own files, data: pictures and exactly Wikipedia's hosts", async () => {
		app = await startApp();
		const policy = policyOf(await fetch(app.url));
		expect(Object.fromEntries(policy)).toEqual({
			"default-src": "'none'",
			"script-src": "'self'",
			"style-src": "'self'",
			"manifest-src": "'self'",
			"img-src": "'self' data: https://upload.wikimedia.org https://thumb.wikimedia.org",
			"connect-src": "'self' https://en.wikipedia.org",
			"form-action": "'self'",
			"base-uri": "'none'",
			"frame-ancestors": "'none'",
		});
	});

	it("name no other host when Wikipedia's pictures are turned off", async () => {
		app = await startApp({ settings: { wikipediaPictures: false } });
		const policy = policyOf(await fetch(app.url));
		expect(policy.get("img-src")).toBe("'self' data:");
		expect(policy.get("connect-src")).toBe("'self'");
	});

	it("stand on pages, answers, errors and files alike, and don't name Express", async () => {
		app = await startApp();
		const start = await (await fetch(app.url)).text();
		const files = [...start.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
		expect(files.length).toBeGreaterThan(10);
		for (const path of [
			"/",
			"/healthz",
			"/nowhere",
			"/assets/styles/nowhere.css",
			"/assets/styles/base.css",
			...files,
		]) {
			const response = await fetch(app.url + path);
			expect(response.headers.get("content-security-policy"), path).toContain("default-src 'none'");
			expect(response.headers.get("x-content-type-options"), path).toBe("nosniff");
			expect(response.headers.has("x-powered-by"), path).toBe(false);
			// a file is no document that could use a camera, and may load nothing at all
			if (response.ok && path.startsWith("/assets/")) {
				expect([...policyOf(response)], path).toEqual([["default-src", "'none'"]]);
			} else {
				expect(response.headers.get("permissions-policy"), path).toContain("camera=(self)");
			}
		}
	});

	it("go with pages that have no inline script or style", async () => {
		app = await startApp();
		const start = await (await fetch(app.url)).text();
		const form = photoForm({ exact: "true" });
		const result = await (await fetch(`${app.url}/match`, { method: "POST", body: form })).text();
		for (const html of [start, result]) {
			expect(html).not.toMatch(/<script(?![^>]* src=)/);
			expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/);
		}
	});
});

describe("the queue", () => {
	/** Photos that are being worked on until they are let go. */
	function heldWork() {
		const letGo: (() => void)[] = [];
		const findLookalikes: FindLookalikes = (_bytes, { signal }) =>
			new Promise((resolve, reject) => {
				letGo.push(() => resolve(fakeAnswer()));
				signal.addEventListener("abort", () => reject(signal.reason));
			});
		return { findLookalikes, letGo };
	}

	const until = async (condition: () => boolean) => {
		while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
	};

	it("answers 503 with Retry-After when every place is taken, and takes photos again afterwards", async () => {
		const { findLookalikes, letGo } = heldWork();
		app = await startApp({ findLookalikes, settings: { maxActive: 1, maxQueued: 1 } });
		const first = post(app.url);
		await until(() => letGo.length === 1);
		const second = post(app.url);
		let refused = await post(app.url);
		while (refused.status !== 503) refused = await post(app.url);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
		expect((await errorOf(refused)).code).toBe("SERVER_BUSY");

		letGo[0]!();
		expect((await first).status).toBe(200);
		await until(() => letGo.length === 2);
		letGo[1]!();
		expect((await second).status).toBe(200);
		const third = post(app.url);
		await until(() => letGo.length === 3);
		letGo[2]!();
		expect((await third).status).toBe(200);
	});

	it("works on no more photos at a time than it may", async () => {
		const { findLookalikes, letGo } = heldWork();
		app = await startApp({ findLookalikes, settings: { maxActive: 2, maxQueued: 5 } });
		const answers = [1, 2, 3].map(() => post(app!.url));
		await until(() => letGo.length === 2);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(letGo).toHaveLength(2);
		letGo[0]!();
		await until(() => letGo.length === 3);
		for (const go of letGo) go();
		expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
	});

	it("gives the place of a visitor who left to the next one", async () => {
		const { findLookalikes, letGo } = heldWork();
		app = await startApp({ findLookalikes, settings: { maxActive: 1, maxQueued: 0 } });
		const gone = new AbortController();
		const left = post(app.url, { signal: gone.signal }).catch((error: Error) => error.name);
		await until(() => letGo.length === 1);
		gone.abort();
		expect(await left).toBe("AbortError");
		let next = await Promise.race([post(app.url), until(() => letGo.length === 2)]);
		while (next instanceof Response)
			next = await Promise.race([post(app.url), until(() => letGo.length === 2)]);
		expect(letGo).toHaveLength(2);
	});

	it("tells everybody who still waits that the server ends", async () => {
		const { findLookalikes, letGo } = heldWork();
		const ending = new AbortController();
		app = await startApp({ findLookalikes, ending: ending.signal });
		const answers = [1, 2].map(() => post(app!.url));
		await until(() => letGo.length === 1);
		ending.abort();
		for (const answer of answers) expect((await errorOf(await answer)).code).toBe("SHUTTING_DOWN");
		expect((await errorOf(await post(app.url))).code).toBe("SHUTTING_DOWN");
		expect(letGo).toHaveLength(1);
	});
});

describe("limits", () => {
	it("answer 429 with Retry-After after so many photos a minute, and leave the first page alone", async () => {
		app = await startApp({ settings: { rateLimitPerMinute: 2 } });
		expect([(await post(app.url)).status, (await post(app.url)).status]).toEqual([200, 200]);
		const refused = await post(app.url);
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await errorOf(refused)).code).toBe("TOO_MANY_REQUESTS");
		const page = await fetch(`${app.url}/match`, { method: "POST", body: photoForm() });
		expect(page.status).toBe(429);
		expect(await page.text()).toContain("A little slower, please");
		expect((await fetch(app.url)).status).toBe(200);
	});

	it("end an upload that doesn't arrive in time with 408", async () => {
		app = await startApp({ settings: { uploadTimeoutMs: 80 } });
		const { port } = new URL(app.url);
		const answer = await new Promise<string>((resolve, reject) => {
			let text = "";
			const socket = connect(Number(port), "127.0.0.1");
			socket.on("data", (chunk) => {
				text += chunk;
			});
			socket.on("close", () => resolve(text));
			socket.on("error", reject);
			socket.write(
				"POST /api/v1/match HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n--x\r\n",
			);
		});
		expect(answer).toContain("HTTP/1.1 408");
		expect(answer).toContain("UPLOAD_TIMEOUT");
	});

	it("keep the status of what Express itself refuses", async () => {
		app = await startApp();
		const headers = { accept: "application/json", range: "bytes=999999-" };
		const response = await fetch(`${app.url}/assets/styles/base.css`, { headers });
		expect(response.status).toBe(416);
		expect((await errorOf(response)).code).toBe("INVALID_REQUEST");
	});

	it("are told of it in a line where no language has been chosen yet, and nothing of our own files", async () => {
		app = await startApp();
		const headers = { accept: "text/html", range: "bytes=999999-" };
		const response = await fetch(`${app.url}/assets/styles/base.css`, { headers });
		expect([response.status, response.headers.get("content-type")]).toEqual([
			416,
			"text/plain; charset=utf-8",
		]);
		expect(await response.text()).toBe("The request's address or headers can't be understood.\n");
	});
});

describe("the log", () => {
	it("has one line a request, without names, queries, addresses or what was sent", async () => {
		app = await startApp();
		const form = photoForm({ k: "3" }, "secret-holiday.jpg");
		await fetch(`${app.url}/api/v1/match?token=hidden`, {
			method: "POST",
			body: form,
			headers: { cookie: "crumb=1", "user-agent": "agent-x" },
		});
		// the line is written once the answer is through
		await expect.poll(() => app?.log.length).toBe(1);
		const lines = app.log.map((line) => JSON.parse(line));
		expect(lines[0]).toMatchObject({
			method: "POST",
			path: "/api/v1/match",
			status: 200,
			requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
		});
		expect(app.log.join("")).not.toMatch(/secret|hidden|crumb|agent-x|127\.0\.0\.1|Lovelace/);
	});

	it("names the error code of what was refused", async () => {
		app = await startApp();
		await fetch(`${app.url}/api/v1/match`, { method: "POST", body: new FormData() });
		expect(JSON.parse(app.log[0]!)).toMatchObject({ status: 400, errorCode: "NO_PHOTO" });
	});
});

describe("the gallery's pictures", () => {
	it("are served from their folder, and nothing above or hidden in it", async () => {
		const folder = await mkdtemp(path.join(tmpdir(), "pictures-"));
		try {
			await writeFile(path.join(folder, "ada.jpg"), "jpeg");
			await writeFile(path.join(folder, ".hidden"), "no");
			app = await startApp({ picturesFolder: folder });
			const picture = await fetch(`${app.url}/pictures/ada.jpg`);
			expect(picture.status).toBe(200);
			expect(picture.headers.get("content-type")).toBe("image/jpeg");
			expect((await fetch(`${app.url}/pictures/.hidden`)).status).toBe(404);
			expect((await fetch(`${app.url}/pictures/..%2f..%2fetc%2fpasswd`)).status).toBeGreaterThanOrEqual(400);
			expect((await fetch(`${app.url}/pictures/`)).status).toBe(404);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
