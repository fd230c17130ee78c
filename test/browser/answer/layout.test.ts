/** Where things lie on the answer's page: nothing overlaps, and nothing moves when pictures come, late or never. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { type AnswerOutside, expectNoSidewaysScroll, rectsOf } from "../helpers/open-browser.ts";
import { sendPhoto, threeFaces, usePage, watchShifts } from "../helpers/use-page.ts";
import { wikipedia } from "../helpers/wikipedia.ts";

const { open } = usePage();

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

const unclear: typeof threeFaces = async (_bytes, options) =>
	fakeAnswer({ ...options, numFaces: 6, clarity: 0.5, best: { name: "Arnold Schwarzenegger" } });

/** All that can stand above a name: several faces, nobody alike, and a poor photo. */
const weak: typeof threeFaces = async (_bytes, options) =>
	fakeAnswer({
		...options,
		numFaces: 3,
		isWeak: true,
		issues: [{ code: "FACE_BLURRED", advice: "Use a sharper photo." }],
		best: { name: "Arnold Schwarzenegger" },
	});

describe.each(STATES)("the answer %s", (_state, answerOutside, numPictures) => {
	it("keeps its shape on each screen", async () => {
		const visited = await open({}, { reducedMotion: "reduce" }, answerOutside);
		const { page } = visited;
		for (const screen of SCREENS) {
			await page.setViewportSize(screen);
			await page.goto(new URL("/", page.url()).href);
			await watchShifts(page);
			await sendPhoto(visited);
			await expect.poll(() => page.locator("[data-wikipedia].has-picture").count()).toBe(numPictures);
			await page.waitForLoadState("networkidle");
			expect(await page.evaluate("shift"), `shift on ${screen.width} px`).toBeLessThan(0.01);
			await expectShape(page);
		}
	});
});

/** Both portraits alike, and in each card the credit under its picture and the text beside that. */
async function expectShape(page: Page): Promise<void> {
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
		expect(credit.top).toBeGreaterThanOrEqual(portrait.bottom - 1);
		expect(credit.bottom).toBeLessThanOrEqual(card.bottom);
		expect([credit.left, credit.right]).toEqual([portrait.left, portrait.right]);
		expect(text.left).toBeGreaterThan(portrait.right);
		expect(text.right - text.left).toBeGreaterThan((card.right - card.left) * 0.45);
		expect(text.bottom).toBeLessThanOrEqual(card.bottom);
		expect(portrait.bottom - portrait.top).toBeGreaterThan(100);
	}
}

/** Only style sheets know how large the window is: an answer is asked for once, and looked at on each screen. */
async function onEachScreen(
	page: Page,
	look: (screen: (typeof SCREENS)[number]) => Promise<void>,
): Promise<void> {
	for (const screen of SCREENS) {
		await page.setViewportSize(screen);
		await look(screen);
	}
}

describe("on the first screen, whichever it is,", () => {
	it.each([
		["one face", "en-GB", undefined],
		["several faces", "en-GB", threeFaces],
		["several faces", "ru-RU", threeFaces],
		["six faces and a long name", "en-GB", sixFaces],
		["six faces and a long name", "ru-RU", sixFaces],
		["a face like nobody's here", "en-GB", weak],
		["faces like nobody's here", "ru-RU", weak],
	])("of %s (%s), are name, pictures and score", async (_faces, locale, findLookalikes) => {
		const visited = await open(
			findLookalikes ? { findLookalikes } : {},
			{ locale, reducedMotion: "reduce" },
			wikipedia,
		);
		await sendPhoto(visited);
		const { page } = visited;
		await page.waitForSelector(".them .has-picture");
		await onEachScreen(page, async ({ width, height }) => {
			for (const selector of [".verdict .name", ".verdict .score", ".you .portrait", ".them .portrait"]) {
				const [rect] = await rectsOf(page, selector);
				expect(rect!.top, `${selector} on ${width} px`).toBeGreaterThanOrEqual(0);
				expect(rect!.bottom, `${selector} on ${width} px`).toBeLessThanOrEqual(height);
			}
			const [you, them] = await rectsOf(page, ".duo .portrait");
			expect(Math.abs(you!.top - them!.top), `on ${width} px`).toBeLessThan(30);
		});
	});

	it.each(["en-GB", "ru-RU"])("is that a poor photo lowers the score (%s)", async (locale) => {
		const visited = await open({ findLookalikes: unclear, askGallery }, { locale, reducedMotion: "reduce" });
		await sendPhoto(visited);
		const { page } = visited;
		await onEachScreen(page, async ({ width, height }) => {
			for (const selector of [".verdict .score", ".verdict .lowered"]) {
				const [rect] = await rectsOf(page, selector);
				expect(rect!.bottom, `${selector} on ${width} px`).toBeLessThanOrEqual(height);
			}
		});
	});
});

describe.each(SCREENS)("on $width x $height", (viewport) => {
	it("the answer's first screen comes by itself, without a footer in sight, and the rest after it", async () => {
		const visited = await open({ findLookalikes: threeFaces }, { viewport, reducedMotion: "reduce" });
		const { page } = visited;
		await page.evaluate(`new MutationObserver((_changes, observer) => {
			if (!document.querySelector(".verdict .name")) return;
			observer.disconnect();
			globalThis.first = {
				cards: document.querySelectorAll(".card").length,
				footer: document.querySelector(".site-footer").getBoundingClientRect().top,
			};
		}).observe(document.body, { childList: true })`);
		await sendPhoto(visited);
		const first = (await page.evaluate("first")) as { cards: number; footer: number };
		expect(first.cards).toBe(0);
		expect(first.footer).toBeGreaterThanOrEqual(viewport.height);
		const counts = [".hero", ".card", ".source", ".another form", "footer"].map((selector) =>
			page.locator(selector).count(),
		);
		expect(await Promise.all(counts)).toEqual([3, 18, 1, 1, 1]);
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
			const [another] = await rectsOf(page, ".drop-another");
			expect(another!.top).toBeGreaterThanOrEqual(preview!.bottom - 1);
			for (const { top, bottom } of buttons) {
				const hidden = Math.min(bottom, preview!.bottom) - Math.max(top, preview!.top);
				expect(hidden).toBeLessThan(30);
			}
		}
	});
});

describe("what is said on a small phone, in Russian,", () => {
	const context = { viewport: SCREENS[0], reducedMotion: "reduce", locale: "ru-RU" } as const;

	it("while the answer is waited for is hidden by no button, and in sight", async () => {
		let answer = (): void => {};
		const visited = await open(
			{
				findLookalikes: async () => {
					await new Promise<void>((resolve) => {
						answer = resolve;
					});
					return fakeAnswer();
				},
			},
			context,
		);
		const { page } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector("[role=status]:text('Ищем ваших двойников')");
		await expectFreeOfButtons(page, ".drop .status");
		answer();
		await page.waitForSelector(".result h2:visible");
	});

	it("of a file that can't be shown is hidden by no button, and in sight", async () => {
		const { page } = await open({}, context);
		await page.setInputFiles("#photo", {
			name: "me.tiff",
			mimeType: "image/tiff",
			buffer: Buffer.from("none"),
		});
		await page.waitForSelector("[role=status]:text('не может показать фото')");
		await expectFreeOfButtons(page, ".drop .status");
	});

	it("of a photo without a face hides nothing else", async () => {
		const { page } = await open(
			{
				findLookalikes: async () => {
					throw new AppError("NO_FACE_FOUND", "Expected a photo with a face but found none.");
				},
			},
			context,
		);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".problem");
		const [problem] = await rectsOf(page, ".problem");
		const [lead] = await rectsOf(page, ".lead");
		expect(problem!.top).toBeGreaterThanOrEqual(lead!.bottom);
		const [another] = await rectsOf(page, ".problem .button");
		expect(another!.bottom - another!.top, "words on one line").toBeLessThan(48);
		await expectFreeOfButtons(page, ".problem", ".upload > .button, .upload > .actions .button");
		// the reference is there for those who look for it
		expect(await page.locator(".problem .reference").isVisible()).toBe(false);
		await page.click(".problem summary");
		expect(await page.locator(".problem .reference").isVisible()).toBe(true);
	});

	async function expectFreeOfButtons(page: Page, selector: string, buttons = ".upload .button") {
		const [said] = await rectsOf(page, selector);
		expect(said!.top).toBeGreaterThanOrEqual(0);
		expect(said!.bottom).toBeLessThanOrEqual(SCREENS[0].height);
		for (const { top, bottom } of await rectsOf(page, buttons)) {
			expect(Math.min(bottom, said!.bottom) - Math.max(top, said!.top)).toBeLessThanOrEqual(0);
		}
	}
});

describe("an answer", () => {
	it("has its faces in one row, and the best match on the first screen, with letters twice as large", async () => {
		const visited = await open(
			{ findLookalikes: sixFaces },
			{ viewport: SCREENS[1], reducedMotion: "reduce" },
		);
		const { page } = visited;
		await sendPhoto(visited);
		await page.evaluate("void (document.documentElement.style.fontSize = '200%')");
		const labels = await rectsOf(page, ".face-label");
		expect(new Set(labels.map(({ top }) => top)).size).toBe(1);
		const [them] = await rectsOf(page, ".them .portrait");
		expect((them!.top + them!.bottom) / 2).toBeLessThan(SCREENS[1].height);
		await expectNoSidewaysScroll(page);
	});

	it("is on the first screen of a phone on its side, and so is the form", async () => {
		const viewport = { width: 844, height: 390 };
		const visited = await open({ askGallery }, { viewport, reducedMotion: "reduce" });
		const { page } = visited;
		const [send] = await rectsOf(page, ".upload > .primary");
		expect(send!.bottom).toBeLessThanOrEqual(viewport.height);
		await sendPhoto(visited);
		const [share] = await rectsOf(page, ".share");
		expect(share!.bottom).toBeLessThanOrEqual(viewport.height);
	});

	it("is printed alone, with the address, dark on white", async () => {
		const visited = await open({}, { colorScheme: "dark", reducedMotion: "reduce" });
		const { page } = visited;
		await sendPhoto(visited);
		await page.emulateMedia({ media: "print", colorScheme: "dark" });
		expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
		const printed = await page.evaluate("document.body.innerText");
		expect(printed).toContain("Ada Lovelace");
		expect(printed).toContain(new URL(page.url()).origin);
		for (const left of ["Another photo", "Send it to a friend", "Choose a photo", "Your photo is not kept"]) {
			expect(printed).not.toContain(left);
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
