/** What is done with a card once it is drawn: the clipboard and the share sheet, with permission and without. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import type { Visit } from "../helpers/open-browser.ts";
import { sendPhoto, usePage } from "../helpers/use-page.ts";

const { open } = usePage();

const parts = { askGallery, settings: { wikipediaPictures: false } };

async function openCard(options: Parameters<typeof open>[1] = {}): Promise<Visit> {
	const visited = await open(parts, options);
	await sendPhoto(visited);
	await visited.page.click(".share summary");
	return visited;
}

/** The browser's answer to whether the page may use the clipboard; it would have asked the visitor. */
async function mayCopy({ page }: Visit, isAllowed: boolean): Promise<void> {
	await page.context().grantPermissions(isAllowed ? ["clipboard-read", "clipboard-write"] : []);
}

/** What the clipboard holds, in base64. */
const COPIED_PICTURE = `(async () => {
	const [item] = await navigator.clipboard.read();
	const bytes = new Uint8Array(await (await item.getType("image/png")).arrayBuffer());
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
})()`;

describe("a card", () => {
	it("is copied as a picture, in the form that was asked for", async () => {
		const visited = await openCard();
		const { page, complaints } = visited;
		await mayCopy(visited, true);
		for (const [form, width, height] of [
			["wide", 1200, 630],
			["tall", 1080, 1350],
		] as const) {
			await page.check(`.share-form [value=${form}]`);
			await expect.poll(() => page.getAttribute(".share-preview", "width")).toBe(`${width}`);
			await page.click("[data-share-copy]");
			await page.waitForSelector(".share-form .status:text-is('Copied.')");
			const picture = Buffer.from((await page.evaluate(COPIED_PICTURE)) as string, "base64");
			expect(await sharp(picture).metadata()).toMatchObject({ format: "png", width, height });
		}
		expect(complaints).toEqual([]);
	});

	it("is shown in the form that was asked for last, whichever comes first", async () => {
		const { page } = await openCard();
		let first = (): void => {};
		const isLetGo = new Promise<void>((resolve) => {
			first = resolve;
		});
		let numAsked = 0;
		await page.route("**/card", async (route) => {
			const number = ++numAsked;
			const response = await route.fetch();
			if (number === 1) await isLetGo;
			await route.fulfill({ response });
			if (number === 1) numAsked = 100;
		});
		await page.check(".share-form [value=tall]");
		await expect.poll(() => numAsked).toBe(1);
		await page.check(".share-form [value=wide]");
		await page.waitForSelector(".share-preview[src^='data:'][width='1200']");
		const shown = await page.getAttribute(".share-preview", "src");
		const late = page.waitForResponse("**/card");
		first();
		await (await late).finished();
		await expect.poll(() => numAsked).toBe(100);
		// what the page makes of it is done before what it is asked next
		await page.evaluate("fetch('/robots.txt').then((response) => response.text())");
		expect(await page.getAttribute(".share-preview", "src")).toBe(shown);
	});

	it("has an address that is copied whole", async () => {
		const visited = await openCard();
		const { page } = visited;
		await mayCopy(visited, true);
		await page.click("[data-share-link]");
		await page.waitForSelector(".share-form .status:text-is('The link is copied.')");
		const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
		expect(copied).toBe(await page.textContent(".share-form a"));
		expect(new URL(copied).origin).toBe(new URL(page.url()).origin);
	});

	it.each([
		["en-GB", "the download does", "the link itself is above"],
		["ru-RU", "скачать можно", "сама ссылка — выше"],
	])("that may not be copied can be had otherwise, which is said, %s", async (locale, picture, link) => {
		const visited = await openCard({ locale });
		const { page, complaints } = visited;
		await mayCopy(visited, false);
		await page.click("[data-share-copy]");
		await page.waitForSelector(`.share-form .status:has-text('${picture}')`);
		await page.click("[data-share-link]");
		await page.waitForSelector(`.share-form .status:has-text('${link}')`);
		expect(complaints).toEqual([]);
	});

	it("that the server does not draw is said not to be copied", async () => {
		const visited = await openCard();
		const { page } = visited;
		await mayCopy(visited, true);
		await page.route("**/card", (route) => route.abort());
		await page.click("[data-share-copy]");
		await page.waitForSelector(".share-form .status:has-text('download')");
	});

	it("is not complained about by whoever closes the share sheet", async () => {
		const visited = await open(parts);
		const { page, complaints } = visited;
		await page.addInitScript(() => {
			const { navigator } = globalThis as unknown as { navigator: object };
			Object.assign(Object.getPrototypeOf(navigator), {
				canShare: () => true,
				share: async () => {
					Object.assign(globalThis, { isAsked: true });
					throw new DOMException("Share canceled", "AbortError");
				},
			});
		});
		await page.reload();
		await sendPhoto(visited);
		await page.click(".share summary");
		await page.click("[data-share-send]");
		await expect.poll(() => page.evaluate("globalThis.isAsked")).toBe(true);
		expect(await page.textContent(".share-form .status")).toBe("");
		expect(complaints).toEqual([]);
	});

	it("lies beside its buttons on a desk, and above them on a phone", async () => {
		for (const width of [1280, 390]) {
			const { page, close } = await openCard({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
			const [card, buttons] =
				(await page.evaluate(`[".share-preview", ".share-form .actions"].map((selector) =>
				document.querySelector(selector).getBoundingClientRect().toJSON())`)) as {
					left: number;
					right: number;
					top: number;
					bottom: number;
				}[];
			if (width === 1280) {
				expect(buttons!.left).toBeGreaterThanOrEqual(card!.right);
				expect(buttons!.top).toBeLessThan(card!.bottom);
			} else {
				expect(buttons!.left).toBeLessThan(card!.right);
				expect(buttons!.top).toBeGreaterThanOrEqual(card!.bottom);
			}
			await close();
		}
	});
});
