/** A whole visit by keyboard alone, on the smallest phone, with letters twice as large. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { fakeComparison } from "../web/fake-comparison.ts";
import { expectNoSidewaysScroll } from "./helpers/open-browser.ts";
import { usePage } from "./helpers/use-page.ts";

const { open } = usePage();

/** More stops than any of these pages has. */
const MOST_STOPS = 90;

/** Goes on from stop to stop, each of which can be seen, until the focus is on what the selector means. */
async function tabTo(page: Page, selector: string): Promise<void> {
	for (let i = 0; i < MOST_STOPS; i++) {
		await page.keyboard.press("Tab");
		const [isThere, stop, isMarked] = (await page.evaluate(`(() => {
			const { activeElement } = document;
			// what stands for an input that is drawn otherwise
			const drawn = activeElement.matches("input[type=file], .face-radio")
				? activeElement.matches(".face-radio")
					? activeElement.nextElementSibling
					: activeElement.closest(".drop")
				: activeElement;
			const { outlineStyle } = getComputedStyle(drawn);
			const { bottom, top } = drawn.getBoundingClientRect();
			const isMarked = activeElement === document.body || (outlineStyle !== "none" && bottom > 0 && top < innerHeight);
			return [activeElement.matches(${JSON.stringify(selector)}), drawn.outerHTML.slice(0, 120), isMarked];
		})()`)) as [boolean, string, boolean];
		expect(isMarked, `The focus can be seen on ${stop}`).toBe(true);
		if (isThere) return;
	}
	throw new Error(`No stop was ${selector}.`);
}

async function press(page: Page, selector: string, key = "Enter"): Promise<void> {
	await tabTo(page, selector);
	await page.keyboard.press(key);
}

it("a visitor sends a photo, picks a face, shares, looks around and compares by keys alone", async () => {
	const { page, complaints } = await open(
		{
			askGallery,
			comparePhotos: fakeComparison,
			findLookalikes: async (_bytes, options) => fakeAnswer({ ...options, exact: true, numFaces: 3 }),
			settings: { wikipediaPictures: false },
		},
		{ viewport: { width: 320, height: 568 }, reducedMotion: "reduce" },
	);
	const choose = async (selector: string) => {
		const chooser = page.waitForEvent("filechooser");
		await press(page, selector, "Space");
		await (await chooser).setFiles(samplePhotoFile(1));
	};
	const fits = async () => {
		await page.evaluate("void (document.documentElement.style.fontSize = '200%')");
		await expectNoSidewaysScroll(page);
	};
	await fits();
	await choose("#photo");
	// a chosen photo puts the focus on the button that sends it
	await expect.poll(() => page.evaluate("document.activeElement.type")).toBe("submit");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".result");
	await press(page, "#face-1", "ArrowRight");
	expect(await page.textContent(".face-panel:visible .verdict .name")).toBe("Grace Hopper");

	await press(page, ".face-panel .share summary");
	await press(page, ".share-form [name=face]", "Space");
	await expect
		.poll(() => page.getAttribute(".share[open] .share-preview", "src"))
		.toMatch(/^data:image\/png/);
	const download = page.waitForEvent("download");
	await press(page, ".share-form [type=submit]");
	expect((await download).suggestedFilename()).toMatch(/\.png$/);
	await press(page, ".source > summary");
	await page.waitForSelector(".source[open] img");
	await fits();
	await press(page, ".languages a");
	await page.waitForSelector("h1:text-is('Ваши двойники')");

	await press(page, ".site-nav a[href='/people']");
	await page.waitForURL(/\/people$/);
	await tabTo(page, "#people-search");
	await page.keyboard.type("watson em");
	await page.keyboard.press("Enter");
	await page.waitForURL(/q=watson/);
	await press(page, ".people-grid a");
	await page.waitForSelector("h1:text-is('Эмма Уотсон')");
	await fits();
	await press(page, "main a[href^='/map']");
	await page.waitForSelector(".map-mark text:text-is('Эмма Уотсон')");
	await press(page, ".map svg", "+");
	await fits();

	await press(page, ".site-nav a[href='/compare']");
	await page.waitForURL(/\/compare$/);
	await choose("#first");
	await press(page, ".compare-form [type=submit]");
	await page.waitForSelector(".compared");
	await fits();
	expect(complaints).toEqual([]);
});
