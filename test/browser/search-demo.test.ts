import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { expectAccessible, sharedBrowser, visit } from "./helpers/open-browser.ts";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
/** The project's folder with what the tests have compiled; no header that would isolate the page. */
const server = createServer(async (request, response) => {
	const asked = new URL(request.url ?? "/", "http://localhost").pathname.replace(/^\/dist\//, "/dist-test/");
	const body = await readFile(path.join(PROJECT_FOLDER, asked)).catch(() => undefined);
	response.writeHead(body ? 200 : 404, { "content-type": TYPES[path.extname(asked)] ?? "text/plain" });
	response.end(body);
});
let browser: Browser;

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	browser = await sharedBrowser();
});
afterAll(async () => {
	server.close();
});

it("the search's page builds an index of 50,000 in the browser and finds the nearest as one drags", async () => {
	const { port } = server.address() as AddressInfo;
	const { page, complaints, outside, close } = await visit(
		browser,
		`http://127.0.0.1:${port}/docs/search-demo/index.html`,
	);
	await page.getByText("Built 50,000").waitFor({ timeout: 540_000 });
	await expectAccessible(page);
	const canvas = page.locator("canvas");
	const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.mouse.down();
	for (const share of [0.5, 0.4, 0.3]) {
		await page.mouse.move(box.x + box.width * share, box.y + box.height * share);
		await page.getByText("50 nearest in").waitFor();
		// 50 of 50,000 fill a circle of radius 0.018; what is found lies hardly further out
		expect(Number(await canvas.getAttribute("data-furthest"))).toBeLessThan(0.04);
		expect(await canvas.getAttribute("data-found")).toBe("50");
	}
	expect([complaints, outside]).toEqual([[], []]);
	await close();
});
