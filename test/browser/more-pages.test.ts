/** The pages around the answer: people, map, comparison, and what is sent on. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { fakeComparison } from "../web/fake-comparison.ts";
import { expectAccessible } from "./helpers/open-browser.ts";
import { sendPhoto, usePage } from "./helpers/use-page.ts";

const { open } = usePage();

const settings = { wikipediaPictures: false };

/** Nothing may stick out on the right. */
async function expectFits(page: Page): Promise<void> {
	const sizes = await page.evaluate(() => {
		const { document, innerWidth } = globalThis as unknown as {
			document: { documentElement: { scrollWidth: number } };
			innerWidth: number;
		};
		return [document.documentElement.scrollWidth, innerWidth];
	});
	expect(sizes[0]).toBeLessThanOrEqual(sizes[1]!);
}

const PATHS = [
	"/",
	"/people",
	"/people?q=nobody",
	"/people/emma-watson?score=72",
	"/lookalikes",
	"/map?q=emma-watson",
	"/map?at=500-500",
	"/privacy",
	"/status",
	"/docs",
	"/nothing-here",
	"/compare",
];
/** Of the map's two thousand dots, which are all alike, axe need not see more. */
const FEW_DOTS =
	"for (const dot of document.querySelectorAll('.map-people a:nth-of-type(n+20)')) dot.remove()";

describe("every page", () => {
	it.each([
		[320, "en-GB"],
		[1280, "ru-RU"],
	] as const)("fits a width of %i and is accessible in light and dark, %s", async (width, locale) => {
		const viewport = { width, height: 700 };
		const { page, complaints } = await open(
			{ askGallery, comparePhotos: fakeComparison, settings },
			{ viewport, locale },
		);
		const origin = new URL(page.url()).origin;
		for (const address of PATHS) {
			await page.goto(origin + address);
			await expectFits(page);
			await page.evaluate(FEW_DOTS);
			await expectAccessible(page);
		}
		await page.setInputFiles("#first", samplePhotoFile(1));
		await page.setInputFiles("#second", samplePhotoFile(2));
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".compared");
		await expectFits(page);
		await expectAccessible(page);
		expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
	});

	it("fits a phone in Russian, whose words are longer, with letters twice as large too", async () => {
		const { page } = await open(
			{ askGallery, comparePhotos: fakeComparison, settings },
			{ viewport: { width: 320, height: 568 }, locale: "ru-RU" },
		);
		const origin = new URL(page.url()).origin;
		for (const address of PATHS) {
			await page.goto(origin + address);
			await expectFits(page);
			await page.evaluate("void (document.documentElement.style.fontSize = '200%')");
			await expectFits(page);
			await page.setViewportSize({ width: 390, height: 844 });
			await expectFits(page);
			await page.setViewportSize({ width: 320, height: 568 });
		}
	});
});

it("the page for programs shows its tables whole on a small phone", async () => {
	const { page } = await open({ settings }, { viewport: { width: 320, height: 568 } });
	await page.goto(`${new URL(page.url()).origin}/docs`);
	const widths = (await page.evaluate(
		"[...document.querySelectorAll('.docs .table')].map(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])",
	)) as [number, number][];
	expect(widths.length).toBeGreaterThan(10);
	expect(widths.filter(([table, room]) => table > room)).toEqual([]);
});

describe("people", () => {
	it("are found and visited without scripts", async () => {
		const { page } = await open({ askGallery, settings }, { javaScriptEnabled: false });
		await page.click("nav a[href='/people']");
		await page.fill("input[name=q]", "watson EM");
		await page.press("input[name=q]", "Enter");
		await page.click(".people-grid a:text-is('Emma Watson')");
		expect(await page.textContent("h1")).toBe("Emma Watson");
		expect(await page.locator(".people-grid.has-scores li").count()).toBe(8);
	});
});

describe("what is sent on", () => {
	it("is a card that is shared with the visitor's face only if they tick it", async () => {
		const visited = await open({ askGallery, settings });
		const { page, complaints } = visited;
		await page.addInitScript(() => {
			const shared: unknown[] = [];
			Object.assign(globalThis, { shared });
			Object.assign(Object.getPrototypeOf((globalThis as unknown as { navigator: object }).navigator), {
				canShare: () => true,
				share: async ({
					files,
					url,
				}: {
					files: { name: string; type: string; size: number }[];
					url: string;
				}) => {
					shared.push([files[0]!.type, files[0]!.size, url]);
				},
			});
		});
		const sent: string[] = [];
		page.on("request", (request) => {
			if (request.url().endsWith("/card")) sent.push(request.postData() ?? "");
		});
		await page.reload();
		await sendPhoto(visited);
		await page.click(".share summary");
		await page.click("[data-share-send]");
		await page.waitForSelector(".share-form .status:text-is('Sent.')");
		const [[type, size, url]] = (await page.evaluate(
			() => (globalThis as unknown as { shared: unknown }).shared,
		)) as [[string, number, string]];
		expect(type).toBe("image/png");
		expect(size).toBeGreaterThan(10_000);
		expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/people\/.+\?score=\d+$/);
		expect(sent).toHaveLength(1);
		expect(sent[0]).not.toContain("data:image/jpeg");
		await page.check(".share-form [name=face]");
		await expect.poll(() => page.getAttribute(".share-preview", "src")).toMatch(/^data:image\/png/);
		expect(sent[1]).toContain("data:image/jpeg");
		await page.check(".share-form [value=tall]");
		await expect.poll(() => page.getAttribute(".share-preview", "height")).toBe("1350");
		await expectFits(page);
		await expectAccessible(page);
		expect(complaints).toEqual([]);
	});

	it("can be downloaded without scripts", async () => {
		const { page } = await open({ askGallery, settings }, { javaScriptEnabled: false });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.click(".share summary");
		await page.check(".share-form [name=face]");
		const [download] = await Promise.all([
			page.waitForEvent("download"),
			page.click(".share-form button[type=submit]"),
		]);
		expect(download.suggestedFilename()).toMatch(/\.png$/);
		expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe("PNG");
	});
});

describe("two aligned faces", () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "aligned-"));
		const photo = await readFile(samplePhotoFile(2));
		for (const name of ["x.webp", "x.face.webp"]) await writeFile(path.join(folder, name), photo);
	});
	afterAll(() => rm(folder, { recursive: true }));

	it("lie on each other, with a slider between them", async () => {
		const visited = await open({
			askGallery,
			settings,
			picturesFolder: folder,
			findLookalikes: async (_bytes, options) => fakeAnswer({ ...options, picture: "x.webp" }),
		});
		await sendPhoto(visited);
		const { page, complaints } = visited;
		const theirs = page.locator(".aligned img").nth(1);
		expect(await theirs.getAttribute("src")).toBe("/pictures/x.face.webp");
		const [one, other] = await Promise.all(
			[0, 1].map((i) => page.locator(".aligned img").nth(i).boundingBox()),
		);
		expect(one).toEqual(other);
		await page.locator(".aligned input").fill("80");
		expect(
			await theirs.evaluate(
				(image) =>
					(globalThis as unknown as { getComputedStyle(of: unknown): { clipPath: string } }).getComputedStyle(
						image,
					).clipPath,
			),
		).toContain("80%");
		await expectAccessible(page);
		expect(complaints).toEqual([]);
	});
});
