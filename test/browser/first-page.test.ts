/** The first page on a slow line: it comes in piece by piece, and nothing of it moves meanwhile. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeAnswer } from "../web/fake-answer.ts";
import { type RunningApp, startApp } from "../web/start-app.ts";
import { sharedBrowser, visit } from "./helpers/open-browser.ts";

const PIECE_BYTES = 700;
/** Several frames of the screen, so that each piece is painted. */
const PAUSE_MS = 60;

let app: RunningApp;
let line: Server;
let browser: Browser;
let url: string;
beforeAll(async () => {
	app = await startApp({ showcase: fakeAnswer({ k: 8 }).faces[0]!.matches });
	line = createServer(async (req, res) => {
		const language = req.headers["accept-language"] ?? "en";
		const answer = await fetch(app.url + req.url, { headers: { "Accept-Language": language } });
		const type = answer.headers.get("Content-Type") ?? "application/octet-stream";
		res.writeHead(answer.status, { "Content-Type": type });
		const bytes = Buffer.from(await answer.arrayBuffer());
		if (!type.startsWith("text/html")) return res.end(bytes);
		for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
			res.write(bytes.subarray(at, at + PIECE_BYTES));
			await wait(PAUSE_MS);
		}
		res.end();
	});
	await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(line.address() as AddressInfo).port}/`;
	browser = await sharedBrowser();
});
afterAll(async () => {
	line.closeAllConnections();
	line.close();
	await app.close();
});

describe("the first page", () => {
	it.each([
		[320, 568, "ru-RU"],
		[390, 844, "ru-RU"],
		[1280, 800, "en-GB"],
	])("stays in its place while it comes in, %i x %i, %s", async (width, height, locale) => {
		const { page, complaints, close } = await visit(browser, url, { viewport: { width, height }, locale });
		const shift = await page.evaluate(`new Promise((resolve) => {
			let sum = 0;
			new PerformanceObserver((list) => {
				for (const { value } of list.getEntries()) sum += value;
				resolve(sum);
			}).observe({ type: "layout-shift", buffered: true });
			// nothing moved at all, then
			requestAnimationFrame(() => setTimeout(() => resolve(sum), 500));
		})`);
		await close();
		expect(shift).toBeLessThan(0.01);
		expect(complaints).toEqual([]);
	});

	it.each([
		[320, false],
		[390, false],
		[1280, true],
	])(
		"speaks of dropping a photo only where there is room to drag one from, %i px",
		async (width, canDrop) => {
			const { page, close } = await visit(browser, app.url, { viewport: { width, height: 800 } });
			expect(await page.locator(".drop-hint :text('drop one here')").isVisible()).toBe(canDrop);
			await close();
		},
	);

	it("has no button that does nothing, while its script is on its way", async () => {
		const page = await browser.newPage();
		let arrive = () => {};
		const arrived = new Promise<void>((resolve) => {
			arrive = resolve;
		});
		await page.route(/\/scripts\/(?!has-script)/, async (route) => {
			await arrived;
			await route.continue();
		});
		await page.goto(app.url, { waitUntil: "commit" });
		const sample = page.locator("[data-sample]");
		await sample.waitFor();
		expect(await sample.isDisabled()).toBe(true);
		arrive();
		await expect.poll(() => sample.isEnabled()).toBe(true);
		await page.close();
	});
});
