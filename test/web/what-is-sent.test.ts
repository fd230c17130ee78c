/** How pages and files are sent: compressed, kept by browsers, and little at first. */
import { request } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { fakeAnswer } from "./fake-answer.ts";
import { type FakeParts, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

async function start(parts: FakeParts = {}): Promise<string> {
	app = await startApp(parts);
	return app.url;
}

describe("what is sent", () => {
	it.each(["br", "gzip"])("is compressed by %s: pages and files alike", async (encoding) => {
		const url = await start();
		for (const path of ["/", "/assets/styles/base.css"]) {
			const response = await fetch(url + path, { headers: { "accept-encoding": encoding } });
			expect(response.headers.get("content-encoding"), path).toBe(encoding);
		}
	});

	it("is kept for a year, under addresses that change with it, and is less than 60 kB at first", async () => {
		const [face] = fakeAnswer({ k: 8 }).faces;
		const url = await start({ showcase: face!.matches });
		const get = (path: string) =>
			new Promise<{ bytes: number; text: string; caching: string | undefined }>((resolve, reject) => {
				request(url + path, { headers: { "accept-encoding": "br" } }, (response) => {
					const chunks: Buffer[] = [];
					response.on("data", (chunk) => chunks.push(chunk));
					response.on("end", () => {
						const sent = Buffer.concat(chunks);
						const isBrotli = response.headers["content-encoding"] === "br";
						const text = (isBrotli ? brotliDecompressSync(sent) : sent).toString();
						resolve({ bytes: sent.length, text, caching: response.headers["cache-control"] });
					});
				})
					.on("error", reject)
					.end();
			});
		const page = await get("/");
		let total = page.bytes;
		const waiting = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
		const asked = new Set<string>();
		for (let path = waiting.shift(); path; path = waiting.shift()) {
			if (asked.has(path)) continue;
			asked.add(path);
			const file = await get(path);
			total += file.bytes;
			expect(file.caching, path).toBe("public, max-age=31536000, immutable");
			if (!path.endsWith(".js")) continue;
			expect(file.text, path).not.toMatch(/^\s*(?:\/\/|\/\*)/m);
			for (const [, name] of file.text.matchAll(/from "\.\/([\w-]+\.js)"/g)) {
				waiting.push(path.replace(/[^/]+$/, name!));
			}
		}
		expect(asked.size).toBeGreaterThan(10);
		expect(total).toBeLessThan(60_000);
	});
});
