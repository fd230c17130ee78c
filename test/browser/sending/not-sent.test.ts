/** Photos that can't be sent, or not at once, in Chromium: what is said of them, and what is tried again. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll } from "../helpers/open-browser.ts";
import { sendPhoto, usePage, watchShifts } from "../helpers/use-page.ts";

const { open, log } = usePage();

/** Longer than the half second in which browsers hold the visitor's own press to be the cause of a shift. */
const LATE_MS = 700;
/** Resolves with what has moved, once what the page shows now has been painted. */
const SHIFT_SO_FAR =
	"new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(shift)))))";

describe("where a photo is not sent, or not at once:", () => {
	it("a photo that is too large is not sent at all", async () => {
		const { page } = await open({ settings: { maxUploadBytes: 1000 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		expect(await page.textContent(".problem")).toContain(
			"It has 0.1\u00a0MB; at most 0\u00a0MB can be sent.",
		);
		expect(log().join("")).not.toContain("/match");
	});

	it("nor is one that is too large and that the browser can't make smaller, which is said at once", async () => {
		const { page } = await open();
		const unreadable = Buffer.alloc(5_100_000, "HEIC");
		await page.setInputFiles("#photo", { name: "me.heic", mimeType: "image/heic", buffer: unreadable });
		await page.waitForSelector(".problem h2:text-is('That file is too large to send as it is')");
		expect(await page.textContent(".problem")).toContain(
			"It has 5.1\u00a0MB; at most 5\u00a0MB can be sent.",
		);
		await page.click("button[type=submit]");
		await page.waitForSelector(".problem h2:text-is('That file is too large to send as it is')");
		expect(log().join("")).not.toContain("/match");
	});

	it("a photo of an iPhone's kind, which nobody here can open, is said to be one", async () => {
		const { page } = await open();
		const heic = { name: "me.HEIC", mimeType: "", buffer: Buffer.alloc(1000, "HEIC") };
		await page.setInputFiles("#photo", heic);
		await page.waitForSelector(".status:text('HEIC photos can')");
	});

	it("nothing is said in the browser's own words where no photo is chosen", async () => {
		const { page } = await open({}, { locale: "ru-RU" });
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".status.is-problem:text-is('Сначала выберите фото.')");
	});

	it("an empty file is told to be empty", async () => {
		const { page } = await open();
		await page.setInputFiles("#photo", { name: "me.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) });
		await page.waitForSelector(".problem h2:text-is('That file is empty')");
		// whoever sends it all the same is told one thing, not two
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".status.is-problem:text-is('Choose a photo first.')");
		expect(await page.locator(".problem").count()).toBe(0);
	});

	it.each([
		["#050505", "That photo is too dark"],
		["#a86", "No face found"],
	])("of a photo without a face is told that it is dark only where it is (%s)", async (background, title) => {
		const { page } = await open({
			findLookalikes: async () => {
				throw new AppError("NO_FACE_FOUND", "Expected a photo with a face but found none.");
			},
		});
		const buffer = await sharp({ create: { width: 600, height: 400, channels: 3, background } })
			.jpeg()
			.toBuffer();
		await page.setInputFiles("#photo", { name: "me.jpg", mimeType: "image/jpeg", buffer });
		await page.click("button[type=submit]");
		await page.waitForSelector(`.problem h2:text-is('${title}')`);
		// whoever goes by keys goes on from where they were
		expect(await page.evaluate("document.activeElement.type")).toBe("submit");
	});

	it.each([
		{ width: 390, height: 844 },
		{ width: 1280, height: 800 },
	])("what went wrong moves nothing on $width x $height, however late it comes", async (viewport) => {
		const { page } = await open(
			{
				findLookalikes: async () => {
					await new Promise((resolve) => setTimeout(resolve, LATE_MS));
					throw new AppError("SERVER_BUSY", "All places are taken.");
				},
			},
			{ viewport, reducedMotion: "reduce" },
		);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector(".preview:visible");
		await watchShifts(page);
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".problem button:text-is('Try again')");
		expect(await page.evaluate(SHIFT_SO_FAR)).toBeLessThan(0.01);
	});

	it("where nobody is in the gallery, nothing is tried again", async () => {
		const { page } = await open({
			findLookalikes: async () => {
				throw new AppError("EMPTY_GALLERY", "The gallery is empty.");
			},
		});
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".problem h2:text-is('Nobody is here yet')");
		expect(await page.locator(".problem :is(button, .countdown)").count()).toBe(0);
	});

	it("a server that can't be reached is said, and the form can be sent again", async () => {
		const visited = await open();
		const { page } = visited;
		await page.route("**/match", (route) => route.abort());
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.waitForSelector(".problem:has-text('The server can\\'t be reached')");
		await page.unroute("**/match");
		await sendPhoto(visited);
	});

	it("a busy server gets the same photo again by itself, after a countdown", async () => {
		let numAsked = 0;
		const visited = await open({
			findLookalikes: async () => {
				numAsked++;
				if (numAsked === 1) throw new AppError("SHUTTING_DOWN", "The service is shutting down.");
				return fakeAnswer();
			},
		});
		await sendPhoto(visited);
		expect(numAsked).toBe(2);
	});

	it("whose countdown goes on where the visitor comes back to it", async () => {
		let isBusy = false;
		const visited = await open({
			findLookalikes: async () => {
				if (isBusy) throw new AppError("SERVER_BUSY", "All 2 places for photos are taken.");
				return fakeAnswer();
			},
		});
		const { page } = visited;
		await sendPhoto(visited);
		// a clock whose seconds are the test's
		await page.evaluate(`{
			const steps = new Set();
			globalThis.setInterval = (step) => { steps.add(step); return step; };
			globalThis.clearInterval = (step) => steps.delete(step);
			globalThis.passSecond = () => { for (const step of steps) step(); };
			XMLHttpRequest.prototype.getResponseHeader = () => "3";
		}`);
		isBusy = true;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".countdown");
		await page.evaluate("passSecond()");
		await page.goBack();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
		await page.evaluate("passSecond()");
		isBusy = false;
		await page.goForward();
		await page.waitForSelector(".countdown");
		await expect
			.poll(async () => {
				await page.evaluate("passSecond()");
				return page.locator(".problem").count();
			})
			.toBe(0);
		await page.waitForSelector("main:not(.is-growing):not(:has(.problem, [aria-busy])) .result");
	});

	it("or at once, with one press", async () => {
		let numAsked = 0;
		const visited = await open({
			findLookalikes: async () => {
				numAsked++;
				if (numAsked === 1) throw new AppError("SERVER_BUSY", "All 2 places for photos are taken.");
				return fakeAnswer();
			},
		});
		const { page } = visited;
		// longer than any machine takes to look at what is said meanwhile
		await page.evaluate("void (XMLHttpRequest.prototype.getResponseHeader = () => '3600')");
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.waitForSelector(".problem:has-text('Many people are asking')");
		expect(await page.textContent(".countdown")).toMatch(
			/Your photo is still here. Trying again in [\d,]+\u00a0s\./,
		);
		expect(await page.textContent(".reference")).toMatch(/^SERVER_BUSY · request [\w-]+$/);
		expect(await page.locator("canvas.preview").isVisible()).toBe(true);
		await expectAccessible(page);
		await page.click(".problem .primary");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(numAsked).toBe(2);
	});

	it("a connection that comes back sends the photo again", async () => {
		const visited = await open();
		const { page } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		await page.context().setOffline(true);
		await page.click("button[type=submit]");
		await page.waitForSelector(".problem:has-text('No connection')");
		await page.context().setOffline(false);
		await page.waitForSelector("h1:text-is('Your lookalikes')");
	});

	it.each([
		["a link", "url.items.add('https://example.org/a.jpg', 'text/uri-list')", "That was a link or a text"],
		["a text file", "url.items.add(new File(['a'], 'a.txt', { type: 'text/plain' }))", "That isn't a photo"],
	])("%s that is dropped is told what to drop", async (_what, fill, title) => {
		const { page } = await open();
		await page.evaluate(`{
			const url = new DataTransfer();
			${fill};
			document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: url, bubbles: true, cancelable: true }));
		}`);
		expect(await page.textContent(".problem h2")).toBe(title);
	});

	it("a sample photo that doesn't come is told like any photo that can't be sent", async () => {
		const { page, complaints } = await open();
		await page.route("**/sample-photo.jpg", (route) => route.abort());
		await page.click("[data-sample]");
		await page.waitForSelector(".problem:has-text('The server can\\'t be reached')");
		await page.unroute("**/sample-photo.jpg");
		await page.click("[data-sample]", { force: true });
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(complaints).toEqual([]);
	});

	it.each([
		[320, 568],
		[390, 844],
		[1280, 800],
	])("a problem covers no button at %i x %i", async (width, height) => {
		const { page } = await open(
			{
				findLookalikes: async () => {
					throw new AppError("NO_FACE_FOUND", "Expected a photo with a face but found none.");
				},
			},
			{ viewport: { width, height }, extraHTTPHeaders: { "X-Request-Id": "a".repeat(64) } },
		);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		const problem = (await page.locator(".problem").boundingBox())!;
		const button = (await page.locator("button[type=submit]").boundingBox())!;
		expect(problem.y + problem.height).toBeLessThanOrEqual(button.y);
		await page.click(".problem summary");
		// visitors are asked to pass the reference on: all of it can be read
		expect(await page.locator(".reference").evaluate((line) => line.scrollWidth - line.clientWidth)).toBe(0);
		expect(await page.textContent(".reference")).toContain("a".repeat(64));
		await expectNoSidewaysScroll(page);
	});
});
