/** The page in Chromium, with fakes behind it: what people see and can do, with and without scripts. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import type { FindLookalikes } from "../../../src/web/guard/answer-upload.ts";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll } from "../helpers/open-browser.ts";
import { onFirstScreen, sendPhoto, threeFaces, usePage } from "../helpers/use-page.ts";

const { open } = usePage();

/** Numbers of the faces whose boxes stand out on the photo. */
async function pickedBoxes(page: Page): Promise<unknown> {
	return page.evaluate(`[...document.querySelectorAll(".found")]
		.filter((found) => getComputedStyle(found.querySelector("rect")).strokeWidth === "4px")
		.map((found) => found.dataset.face)`);
}

const PHONE = { width: 390, height: 844 };

describe("without JavaScript", () => {
	const options = { javaScriptEnabled: false };

	it("a photo is chosen, sent and answered", async () => {
		const visited = await open({}, options);
		await sendPhoto(visited);
		const { page } = visited;
		expect(await page.textContent(".verdict h2")).toMatch(/You could be a twin of\s+Ada Lovelace/);
		// what is visible is decided by the style sheet, which may come after all of the page
		await expect.poll(() => page.locator(".score:visible").count()).toBe(7);
		await expect.poll(() => page.locator(".duo .them svg.drawing").isVisible()).toBe(true);
		await expect.poll(() => page.locator("[data-camera]").isVisible()).toBe(false);
	});

	it("another face is picked by its radio button", async () => {
		const visited = await open({ findLookalikes: threeFaces }, options);
		await sendPhoto(visited);
		const { page } = visited;
		expect(await page.locator(".face-panel:visible").count()).toBe(1);
		await page.click("label[for=face-2]");
		expect(await page.locator(".face-panel:visible").count()).toBe(1);
		expect(await page.locator(".face-panel:visible .verdict .name").textContent()).toBe("Grace Hopper");
		await page.click(".source > summary");
		expect(await pickedBoxes(page)).toEqual(["2"]);
	});

	it("an error comes with the form, ready for the next try", async () => {
		let isFirst = true;
		const visited = await open(
			{
				findLookalikes: async () => {
					if (!isFirst) return fakeAnswer();
					isFirst = false;
					throw new AppError("NO_FACE_FOUND", "Expected a face but found none.", { hint: "Move closer." });
				},
			},
			options,
		);
		await visited.page.setInputFiles("#photo", samplePhotoFile(1));
		await visited.page.click("button[type=submit]");
		expect(await visited.page.textContent("h1")).toBe("No face found");
		await sendPhoto(visited);
	});

	it("the form fits on a phone", async () => {
		const { page } = await open({}, { ...options, viewport: PHONE });
		await expectNoSidewaysScroll(page);
		const [input, sheet] = (await page.evaluate(
			`["#photo", ".upload"].map((selector) => document.querySelector(selector).getBoundingClientRect().right)`,
		)) as [number, number];
		expect(input).toBeLessThan(sheet);
	});
});

describe("with JavaScript", () => {
	it("back, forward and reload show what they should", async () => {
		const visited = await open({ findLookalikes: threeFaces });
		const { page, complaints } = visited;
		await sendPhoto(visited);
		await page.click("label[for=face-2]");
		await page.goBack();
		expect(await page.textContent("h1")).toBe("Which celebrity do you look like?");
		expect(await page.title()).toBe("Which celebrity do you look like?");
		expect(await page.evaluate("document.querySelector('#photo').files.length")).toBe(1);
		await page.goForward();
		expect(await page.textContent("h1")).toBe("Your lookalikes");
		expect(await page.title()).toContain("Grace Hopper");
		expect(await page.textContent(".face-panel:visible .verdict .name")).toBe("Grace Hopper");
		await page.reload();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.textContent(".face-panel:visible .verdict .name")).toBe("Grace Hopper");
		expect(await page.title()).toContain("Grace Hopper");
		await page.click("text=Another photo");
		expect(await page.textContent("h1")).toBe("Your lookalikes");
		await page.goBack();
		expect(await page.textContent("h1")).toBe("Your lookalikes");
		await page.goBack();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		expect(complaints).toEqual([]);
	});

	it("a face that is picked before there is anything below the first screen stays picked", async () => {
		const visited = await open({ findLookalikes: threeFaces });
		const { page } = visited;
		await onFirstScreen(page, "document.querySelector('label[for=face-2]').click()");
		await sendPhoto(visited);
		expect(await page.title()).toContain("Grace Hopper");
		await page.reload();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.textContent(".face-panel:visible .verdict .name")).toBe("Grace Hopper");
	});

	it("a link to what is below the first screen is followed once that is there", async () => {
		const visited = await open({}, { viewport: PHONE });
		const { page } = visited;
		await onFirstScreen(page, "document.querySelector('a[href=\"#another\"]').click()");
		await sendPhoto(visited);
		await expect
			.poll(() =>
				page.evaluate("document.querySelector('#another').getBoundingClientRect().top < innerHeight"),
			)
			.toBe(true);
		await page.goBack();
		expect(await page.textContent("h1")).toBe("Your lookalikes");
	});

	it("an answer is shown first and stored later, at the latest when the page is left", async () => {
		const visited = await open();
		const { page } = visited;
		await page.evaluate(`{
			const { setItem } = Storage.prototype;
			globalThis.shownWhenStored = [];
			Storage.prototype.setItem = function (...item) {
				shownWhenStored.push(document.querySelector(".result .name")?.textContent);
				return setItem.apply(this, item);
			};
		}`);
		await sendPhoto(visited);
		await page.evaluate("dispatchEvent(new Event('pagehide'))");
		expect(await page.evaluate("shownWhenStored")).toEqual(["Ada Lovelace"]);
		await page.reload();
		await page.waitForSelector(".result .name:text-is('Ada Lovelace')");
	});

	it("no other answer is taken for one that was not kept", async () => {
		let numFaces = 0;
		const visited = await open({ findLookalikes: async () => fakeAnswer({ numFaces: ++numFaces }) });
		const { page, complaints } = visited;
		await sendPhoto(visited);
		await sendPhoto(visited);
		await page.locator(".face-panel").nth(1).waitFor({ state: "attached" });
		await page.evaluate("dispatchEvent(new Event('pagehide'))");
		await page.evaluate("sessionStorage.removeItem(Object.keys(sessionStorage).sort()[0])");
		await page.reload();
		await page.locator(".face-panel").nth(1).waitFor({ state: "attached" });
		await page.goBack();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		await page.goForward();
		await page.locator(".face-panel").nth(1).waitFor({ state: "attached" });
		expect(complaints).toEqual([]);
	});

	it("where the browser stores nothing, answers are shown until the page is left", async () => {
		const visited = await open();
		const { page, complaints } = visited;
		await page.addInitScript(`Object.defineProperty(globalThis, "sessionStorage", {
			get() {
				throw new DOMException("Access is denied for this document.", "SecurityError");
			},
		})`);
		await page.reload();
		await sendPhoto(visited);
		await page.evaluate("dispatchEvent(new Event('pagehide'))");
		await page.reload();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		expect(complaints).toEqual([]);
	});

	it("the site's name leads home from an answer, and back finds the answer again", async () => {
		const visited = await open();
		const { page } = visited;
		// a link within the page has an entry of its own
		await page.focus(".skip");
		await page.keyboard.press("Enter");
		await sendPhoto(visited);
		expect(page.url()).toMatch(/\/#answer$/);
		await page.click(".wordmark");
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		expect(new URL(page.url()).hash).toBe("");
		await page.goBack();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.title()).toContain("Ada Lovelace");
		await page.goBack();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		expect(await page.title()).toBe("Which celebrity do you look like?");
	});

	it("a face is picked on the photo itself, or with the arrow keys", async () => {
		const visited = await open({ findLookalikes: threeFaces });
		await sendPhoto(visited);
		const { page } = visited;
		await page.click(".source > summary");
		await page.locator(".found[data-face='3'] rect").click();
		expect(await page.locator("#face-3").isChecked()).toBe(true);
		expect(await page.locator(".face-panel:visible .verdict .name").textContent()).toBe("Alan Turing");
		expect(await pickedBoxes(page)).toEqual(["3"]);
		expect(await page.title()).toContain("Alan Turing");
		await page.keyboard.press("ArrowLeft");
		expect(await page.locator("#face-2").isChecked()).toBe(true);
		expect(await pickedBoxes(page)).toEqual(["2"]);
	});
});

describe("everybody", () => {
	it.each(["en-GB", "ru-RU"])(
		"can read and use every state of the answer in light and dark, %s",
		async (locale) => {
			const { faces } = fakeAnswer();
			const showcase = faces[0]!.matches.slice(0, 2);
			const issues = [{ code: "FACE_TOO_DARK", advice: "Find more light." }] as const;
			let answer: () => ReturnType<FindLookalikes> = async () =>
				fakeAnswer({ exact: true, numFaces: 2, issues, isOrderedByFame: true });
			const visited = await open(
				{ showcase, askGallery, findLookalikes: () => answer() },
				{ locale, reducedMotion: "reduce" },
			);
			const { page } = visited;
			await expectAccessible(page);
			await page.evaluate(
				"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
			);
			await page.click("[data-camera]");
			await page.waitForSelector(".problem");
			await expectAccessible(page);
			await sendPhoto(visited);
			await page.evaluate("for (const drawer of document.querySelectorAll('details')) drawer.open = true");
			await expectAccessible(page);
			answer = async () => fakeAnswer({ isWeak: true });
			await sendPhoto(visited);
			await page.waitForSelector(".honest");
			await expectAccessible(page);
			answer = async () => {
				throw new AppError("NO_FACE_FOUND", "Expected a face but found none.", { hint: "Move closer." });
			};
			await page.setInputFiles("#photo", samplePhotoFile(1));
			await page.click("form.upload button[type=submit]");
			await page.waitForSelector(".problem h2");
			await expectAccessible(page);
			answer = async () => {
				throw new AppError("SERVER_BUSY", "All 2 places for photos are taken.");
			};
			// longer than any machine takes to look at what is said meanwhile
			await page.evaluate("void (XMLHttpRequest.prototype.getResponseHeader = () => '3600')");
			await page.setInputFiles("#photo", samplePhotoFile(1));
			await page.click("form.upload button[type=submit]");
			await page.waitForSelector(".countdown:not(:empty)");
			await expectAccessible(page);
		},
	);

	it("can use it on a phone without scrolling sideways", async () => {
		const long = { name: "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh the Younger" };
		const visited = await open(
			{ findLookalikes: async () => fakeAnswer({ exact: true, numFaces: 6, best: long }) },
			{ viewport: PHONE },
		);
		await expectNoSidewaysScroll(visited.page);
		await sendPhoto(visited);
		await expectNoSidewaysScroll(visited.page);
	});

	it("can reach and send the form with the keyboard alone", async () => {
		const { page } = await open();
		const focused = () =>
			page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()");
		const stops: unknown[] = [];
		for (let i = 0; i < 8; i++) {
			await page.keyboard.press("Tab");
			stops.push(await focused());
		}
		expect(stops).toEqual([
			"Skip to content",
			"celebrity faces",
			"Русский",
			"photo",
			"Find my lookalikes",
			"Use the camera",
			"Try a sample",
			"",
		]);
	});
});
