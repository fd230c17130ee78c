/** The site below a path of a host that has other pages, behind a proxy as small as one can be. */
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { type RunningApp, startApp } from "../web/start-app.ts";
import { sharedBrowser, visit } from "./helpers/open-browser.ts";
import { sendPhoto } from "./helpers/use-page.ts";

const BASE = "/faces";

let browser: Browser;
let app: RunningApp;
const proxies: Server[] = [];
/** What reached the host and was not for the site. */
const strays: string[] = [];

beforeAll(async () => {
	browser = await sharedBrowser();
	app = await startApp({
		askGallery,
		findLookalikes: async (_bytes, options) => fakeAnswer({ ...options, numFaces: 2 }),
		settings: { basePath: BASE, wikipediaPictures: false, maxUploadBytes: 5_000_000, numTrustedProxies: 1 },
	});
});
afterAll(async () => {
	for (const proxy of proxies) {
		proxy.close();
		proxy.closeAllConnections();
	}
	await app.close();
});

/** @param takesPathOff as `proxy_pass` with a path does in nginx */
async function startProxy(takesPathOff: boolean): Promise<string> {
	const proxy = createServer((req, res) => {
		const { method, url = "/" } = req;
		if (!url.startsWith(`${BASE}/`)) {
			strays.push(url);
			res.writeHead(404).end();
			return;
		}
		const headers = { ...req.headers, "x-forwarded-for": "203.0.113.9" };
		const path = takesPathOff ? url.slice(BASE.length) : url;
		const asked = request(app.url + path, { method, headers }, (answer) => {
			res.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(res);
		});
		asked.on("error", () => res.destroy());
		req.pipe(asked);
	}).listen(0, "127.0.0.1");
	proxies.push(proxy);
	await new Promise((resolve) => proxy.once("listening", resolve));
	return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

describe.each([
	["hands the path on", false],
	["takes the path off", true],
])("behind a proxy that %s", (_what, takesPathOff) => {
	it("a visitor gets from the first page to an answer, around, and back", async () => {
		strays.length = 0;
		const host = await startProxy(takesPathOff);
		const seen = await visit(browser, `${host}${BASE}/`, { locale: "en-GB" });
		const { page } = seen;
		await sendPhoto(seen);
		expect(new URL(page.url()).pathname).toBe(`${BASE}/`);
		await page.reload();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		const card = page.waitForResponse((response) => response.url().includes("/card.png"));
		await page.click("details.share >> visible=true");
		expect((await card).status()).toBe(200);
		await page.click(".site-nav a >> nth=0");
		await page.fill(".search input[type=search], .search input[name=q]", "emma watson");
		await page.press(".search input[name=q]", "Enter");
		await page.click("a[href$='/people/emma-watson']");
		await page.waitForSelector("h1:text-is('Emma Watson')");
		await page.click(".languages a[lang=ru]");
		await page.waitForSelector("html[lang=ru]");
		await page.click(".wordmark");
		await page.waitForSelector("html[lang=ru] form.upload");
		expect(new URL(page.url()).pathname).toBe(`${BASE}/`);
		expect(strays).toEqual([]);
		expect(seen.complaints).toEqual([]);
		await seen.close();
	});
});
