/** The whole site below a path: every address that it gives away, followed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FacesClient } from "../../src/client/client.ts";
import { placeUnder } from "../../src/web/base-path.ts";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "./fake-answer.ts";
import { photoForm, type RunningApp, startApp } from "./start-app.ts";

const BASE = "/faces";

let app: RunningApp;
beforeAll(async () => {
	app = await startApp({
		askGallery,
		findLookalikes: async (_bytes, options) => fakeAnswer({ ...options, picture: "ada.jpg" }),
		settings: { basePath: BASE, metricsToken: "sixteen-letters-" },
	});
});
afterAll(() => app.close());

const ask = (path: string, init: RequestInit = {}) => fetch(app.url + path, { redirect: "manual", ...init });
const send = (path: string) => ask(path, { method: "POST", body: photoForm() });

/** Addresses of this site in a page: whatever begins with a slash, in any attribute, and those of forms. */
const addressesOf = (html: string) => [...html.matchAll(/="(\/[^"]*)"/g)].map(([, address]) => address!);

const PAGES = [
	"/",
	"/people",
	"/people/emma-watson?score=72",
	"/map?at=512-300",
	"/privacy",
	"/status",
	"/nowhere",
];

describe("a site below a path", () => {
	it.each([...PAGES, "the answer"])("leads from %s to nowhere above it", async (page) => {
		const response = page === "the answer" ? await send(`${BASE}/match`) : await ask(BASE + page);
		const addresses = addressesOf(await response.text());
		expect(addresses.length).toBeGreaterThan(10);
		expect(addresses.filter((address) => !address.startsWith(`${BASE}/`))).toEqual([]);
	});

	it("has all files that its pages load", async () => {
		const html = await (await send(`${BASE}/match`)).text();
		const files = new Set(
			addressesOf(html).filter((address) => /\.(js|css|svg|png)\b|manifest/.test(address)),
		);
		for (const kind of [".js", ".css", ".svg", ".png", "manifest"])
			expect([...files].filter((file) => file.includes(kind))).not.toEqual([]);
		for (const file of files) {
			const { status } = await ask(file.replaceAll("&amp;", "&").replaceAll("&#38;", "&"));
			expect([file, status]).toEqual([file, 200]);
		}
	});

	it("is asked there by programs", async () => {
		for (const url of [app.url + BASE, `${app.url}${BASE}/`]) {
			const { people } = await new FacesClient({ url }).people({ q: "emma watson" });
			expect(people.map(({ id }) => id)).toEqual(["emma-watson"]);
		}
	});

	it("is sent back to its own first page, and keeps its cookie to itself", async () => {
		expect((await ask(`${BASE}/match`)).headers.get("location")).toBe(`${BASE}/`);
		expect((await ask(`${BASE}/favicon.ico`)).headers.get("location")).toBe(`${BASE}/icons/48.png`);
		expect((await ask(`${BASE}/?lang=ru`)).headers.get("set-cookie")).toContain(`Path=${BASE}/;`);
		expect((await ask(BASE)).status).toBe(200);
	});

	it("tells programs and previews its whole addresses", async () => {
		const manifest = (await (await ask(`${BASE}/manifest.webmanifest`)).json()) as {
			start_url: string;
			icons: { src: string }[];
		};
		expect(manifest.start_url).toBe(`${BASE}/`);
		for (const { src } of manifest.icons) expect((await ask(src)).status).toBe(200);
		const page = await (await ask(`${BASE}/people/emma-watson`)).text();
		const image = /og:image" content="([^"]+)"/.exec(page)?.[1] ?? "";
		expect(image).toContain(`${app.url}${BASE}/people/`);
		const answer = await (await send(`${BASE}/api/v1/match`)).text();
		expect(answer).toContain(`"${BASE}/pictures/ada.jpg"`);
	});

	it("answers a proxy that takes the path off, and health checks, at the root too", async () => {
		expect((await ask("/readyz")).status).toBe(200);
		const addresses = addressesOf(await (await ask("/people")).text());
		expect(addresses.filter((address) => !address.startsWith(`${BASE}/`))).toEqual([]);
	});

	it("names its routes in the log as any other", async () => {
		await ask(`${BASE}/people`);
		expect(app.log.map((line) => JSON.parse(line).path)).toContain("/people");
		expect(app.log.join("")).not.toContain(BASE);
	});
});

describe("placeUnder", () => {
	it("leaves other hosts, places in the page and what visitors wrote alone", () => {
		const html = `<a href="//other/x"></a><a href="#main"></a><p>href=&#34;/x&#34;</p><a href="https://x/y">`;
		expect(placeUnder(BASE, html)).toBe(html);
	});
});
