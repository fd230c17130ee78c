/** Where things lie on the answer's page: nothing overlaps, and nothing moves when pictures come, late or never. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import type { AnswerOutside } from "./open-browser.ts";
import { sendPhoto, threeFaces, usePage } from "./use-page.ts";

const { open } = usePage();

let picture: Buffer;
beforeAll(async () => {
	picture = await readFile(samplePhotoFile(2));
});

const wikipedia: AnswerOutside = ({ hostname }) => {
	if (hostname !== "en.wikipedia.org") return { contentType: "image/jpeg", body: picture };
	const source = "https://upload.wikimedia.org/wikipedia/commons/thumb/a/a4/Ada.jpg/330px-Ada.jpg";
	return { contentType: "application/json", body: JSON.stringify({ thumbnail: { source } }) };
};

/** Longer than the half second in which browsers hold the visitor's own press to be the cause of a shift. */
const SLOW_MS = 700;
const STATES: readonly (readonly [string, AnswerOutside | undefined, number])[] = [
	["with pictures", wikipedia, 7],
	[
		"with slow pictures",
		async (url) => {
			await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
			return wikipedia(url);
		},
		7,
	],
	["refused by Wikipedia", () => ({ status: 429, contentType: "text/plain", body: "" }), 0],
	["without Wikipedia", undefined, 0],
];
const SCREENS = [
	{ width: 320, height: 568 },
	{ width: 390, height: 844 },
	{ width: 1280, height: 800 },
] as const;

const sixFaces: typeof threeFaces = async (_bytes, options) =>
	fakeAnswer({ ...options, numFaces: 6, best: { name: "Arnold Schwarzenegger" } });

interface Rect {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** Where the visible elements are. */
async function rectsOf(page: Page, selector: string): Promise<Rect[]> {
	return (await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
		.filter((element) => element.getClientRects().length > 0)
		.map((element) => element.getBoundingClientRect().toJSON())`)) as Rect[];
}

async function watchShifts(page: Page): Promise<void> {
	await page.evaluate(`{
		globalThis.shift = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
		}).observe({ type: "layout-shift", buffered: true });
	}`);
}

describe.each(SCREENS)("on $width x $height", (viewport) => {
	it.each(STATES)("the answer keeps its shape %s", async (_state, answerOutside, numPictures) => {
		const visited = await open({}, { viewport, reducedMotion: "reduce" }, answerOutside);
		const { page } = visited;
		await watchShifts(page);
		await sendPhoto(visited);
		await expect.poll(() => page.locator("[data-wikipedia].has-picture").count()).toBe(numPictures);
		await page.waitForLoadState("networkidle");
		expect(await page.evaluate("shift")).toBeLessThan(0.01);

		const [you, them] = (await page.evaluate(`[".you", ".them"].map((selector) => {
			const { offsetWidth, offsetHeight } = document.querySelector(selector);
			return { offsetWidth, offsetHeight };
		})`)) as [object, object];
		expect(you).toEqual(them);

		const cards = await rectsOf(page, ".card");
		const portraits = await rectsOf(page, ".card .portrait");
		const credits = await rectsOf(page, ".card .credit");
		const texts = await rectsOf(page, ".card-text");
		expect(cards).toHaveLength(6);
		for (const [i, card] of cards.entries()) {
			const [portrait, credit, text] = [portraits[i]!, credits[i]!, texts[i]!];
			// the credit lies under its picture, as wide as that
			expect(credit.top).toBeGreaterThanOrEqual(portrait.bottom - 1);
			expect(credit.bottom).toBeLessThanOrEqual(card.bottom);
			expect([credit.left, credit.right]).toEqual([portrait.left, portrait.right]);
			// and what is said of the person has the rest
			expect(text.left).toBeGreaterThan(portrait.right);
			expect(text.right - text.left).toBeGreaterThan((card.right - card.left) * 0.45);
			expect(text.bottom).toBeLessThanOrEqual(card.bottom);
			expect(portrait.bottom - portrait.top).toBeGreaterThan(100);
		}
	});

	it.each([
		["one face", undefined],
		["several faces", threeFaces],
		["six faces and a long name", sixFaces],
	])("of %s, name, pictures and score are on the first screen", async (_faces, findLookalikes) => {
		const visited = await open(
			findLookalikes ? { findLookalikes } : {},
			{ viewport, reducedMotion: "reduce" },
			wikipedia,
		);
		await sendPhoto(visited);
		const { page } = visited;
		await page.waitForSelector(".them .has-picture");
		for (const selector of [".verdict .name", ".verdict .score", ".you .portrait", ".them .portrait"]) {
			const [rect] = await rectsOf(page, selector);
			expect(rect!.top, selector).toBeGreaterThanOrEqual(0);
			expect(rect!.bottom, selector).toBeLessThanOrEqual(viewport.height);
		}
		const [you, them] = await rectsOf(page, ".duo .portrait");
		expect(Math.abs(you!.top - them!.top)).toBeLessThan(30);
	});
});

describe("a photo chosen on a small phone", () => {
	it("is hidden by no button, where the page begins and at its end", async () => {
		const visited = await open({}, { viewport: SCREENS[0], reducedMotion: "reduce" });
		const { page } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector(".has-photo .preview:not([hidden])");
		for (const place of [0, 10_000]) {
			await page.evaluate(`scrollTo(0, ${place})`);
			const [preview] = await rectsOf(page, ".preview");
			const buttons = await rectsOf(page, ".upload .button");
			expect(buttons).toHaveLength(3);
			for (const { top, bottom } of buttons) {
				const hidden = Math.min(bottom, preview!.bottom) - Math.max(top, preview!.top);
				expect(hidden).toBeLessThan(30);
			}
		}
	});
});

describe("picking a face", () => {
	it("moves no other face", async () => {
		const visited = await open({ findLookalikes: threeFaces });
		await sendPhoto(visited);
		const before = await rectsOf(visited.page, ".face-label");
		await visited.page.click("label[for=face-2]");
		expect(await visited.page.evaluate("document.activeElement.id")).toBe("face-2");
		expect(await rectsOf(visited.page, ".face-label")).toEqual(before);
		const [radio] = await rectsOf(visited.page, "#face-2");
		expect(radio!.right - radio!.left).toBeLessThanOrEqual(1);
	});
});
