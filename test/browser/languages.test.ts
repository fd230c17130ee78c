/** Switching the language while an answer is shown: it stays, and nothing is shown in two languages at once. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import type { FindLookalikes } from "../../src/web/guard/answer-upload.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { expectAccessible } from "./helpers/open-browser.ts";
import { sendPhoto, threeFaces, usePage } from "./helpers/use-page.ts";

const { open } = usePage();

/** Heading, name of the site's part, and foot: all have to be of one language. */
async function spoken(page: Page): Promise<unknown> {
	return page.evaluate(`[
		document.documentElement.lang,
		document.querySelector("h1").textContent,
		document.querySelector(".languages a").textContent.trim(),
		document.querySelector(".site-footer strong").textContent,
	]`);
}

const ENGLISH = ["en", "Your lookalikes", "Русский", "Your photo is not kept."];
const RUSSIAN = ["ru", "Ваши двойники", "English", "Ваше фото не сохраняется."];
const RUSSIAN_START = ["ru", "На кого из знаменитостей вы похожи?", ...RUSSIAN.slice(2)];

describe("a photo that is chosen and not yet sent", () => {
	it("stays when the language is switched, to and fro", async () => {
		const visited = await open();
		const { page, complaints } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		await page.click(".languages a");
		await page.waitForSelector(`h1:text-is('${RUSSIAN_START[1]}')`);
		await page.waitForSelector("canvas.preview:visible");
		expect(await spoken(page)).toEqual(RUSSIAN_START);
		await page.click(".languages a");
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		await page.waitForSelector("canvas.preview:visible");
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(complaints).toEqual([]);
	});
});

describe("a photo that is being sent", () => {
	it("is answered in the language that was switched to meanwhile", async () => {
		const waiting: (() => void)[] = [];
		const visited = await open({
			findLookalikes: async () => {
				await new Promise<void>((resolve) => waiting.push(resolve));
				return fakeAnswer();
			},
			settings: { maxActive: 2 },
		});
		const { page, complaints } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await expect.poll(() => waiting.length).toBe(1);
		await page.click(".languages a");
		await expect.poll(() => waiting.length).toBe(2);
		expect(await spoken(page)).toEqual(RUSSIAN_START);
		for (const answer of waiting) answer();
		await page.waitForSelector("h1:text-is('Ваши двойники')");
		expect(await spoken(page)).toEqual(RUSSIAN);
		await page.goBack();
		await page.waitForSelector(`h1:text-is('${RUSSIAN_START[1]}')`);
		expect(complaints).toEqual([]);
	});
});

describe("an answer", () => {
	it("stays when the language is switched, and so does the picked face", async () => {
		let numAsked = 0;
		const findLookalikes: FindLookalikes = (...asked) => {
			numAsked++;
			return threeFaces(...asked);
		};
		const visited = await open({ findLookalikes }, { colorScheme: "dark", reducedMotion: "reduce" });
		const { page, complaints } = visited;
		await sendPhoto(visited);
		expect(await spoken(page)).toEqual(ENGLISH);
		await page.click("label[for=face-2]");
		await page.click(".languages a");
		await page.waitForSelector("h1:text-is('Ваши двойники')");
		expect(await spoken(page)).toEqual(RUSSIAN);
		expect(await page.textContent(".face-panel:visible .verdict .name")).toBe("Grace Hopper");
		expect(await page.evaluate("document.activeElement.lang")).toBe("en");
		expect(numAsked).toBe(2);
		await expectAccessible(page);
		await page.goBack();
		await page.waitForSelector(`h1:text-is('${RUSSIAN_START[1]}')`);
		expect(await spoken(page)).toEqual(RUSSIAN_START);
		await page.click("[data-sample]");
		await page.waitForSelector("h1:text-is('Ваши двойники')");
		expect(await spoken(page)).toEqual(RUSSIAN);
		expect(complaints).toEqual([]);
	});

	it("is found again in its language, where the page was reloaded before", async () => {
		const visited = await open();
		const { page } = visited;
		await sendPhoto(visited);
		await page.reload();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		await page.click(".languages a");
		await page.waitForSelector(`h1:text-is('${RUSSIAN_START[1]}')`);
		await page.goBack();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await spoken(page)).toEqual(ENGLISH);
	});

	it("stays as it is where it can't be asked for again, which is told", async () => {
		let isBusy = false;
		const visited = await open({
			findLookalikes: async () => {
				if (isBusy) throw new AppError("SERVER_BUSY", "All 2 places for photos are taken.");
				return fakeAnswer();
			},
		});
		const { page } = visited;
		await sendPhoto(visited);
		isBusy = true;
		await page.click(".languages a");
		await page.waitForSelector(".problem");
		expect(await spoken(page)).toEqual(ENGLISH);
		isBusy = false;
		await page.click(".problem .primary");
		await page.waitForSelector("h1:text-is('Ваши двойники')");
		expect(await spoken(page)).toEqual(RUSSIAN);
	});
});
