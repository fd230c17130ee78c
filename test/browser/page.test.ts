/** The page in Chromium, with fakes behind it: what people see and can do, with and without JavaScript. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import type { FindLookalikes } from "../../src/web/guard/answer-upload.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./open-browser.ts";
import { sendPhoto, threeFaces, usePage } from "./use-page.ts";

const { open, log } = usePage();

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
		expect(await page.locator(".score:visible").count()).toBe(7);
		expect(await page.locator(".duo .them svg.drawing").isVisible()).toBe(true);
		expect(await page.locator("[data-camera]").isVisible()).toBe(false);
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
	it("a chosen photo is previewed at once, and the answer takes the place of the form", async () => {
		const visited = await open();
		const { page, complaints } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		const { width, height } = (await page.evaluate(
			"({ width: document.querySelector('canvas').width, height: document.querySelector('canvas').height })",
		)) as { width: number; height: number };
		expect(width / height).toBeCloseTo(1.5, 1);
		await page.keyboard.press("Enter");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(new URL(page.url()).pathname).toBe("/");
		expect(await page.title()).toContain("Ada Lovelace");
		expect(await page.evaluate("document.activeElement.id")).toBe("main");
		expect(complaints).toEqual([]);
	});

	it("says what is going on while the photo is worked on", async () => {
		let letGo = () => {};
		const visited = await open({
			findLookalikes: () =>
				new Promise((resolve) => {
					letGo = () => resolve(fakeAnswer());
				}),
		});
		const { page } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.waitForSelector("[role=status]:text-is('Looking for your lookalikes…')");
		expect(await page.locator("progress").isVisible()).toBe(true);
		expect(await page.locator("button[type=submit]").isDisabled()).toBe(true);
		expect(await page.getAttribute("form", "aria-busy")).toBe("true");
		letGo();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
	});

	it("a photo can be pasted", async () => {
		const { page } = await open();
		await page.evaluate(`{
			const transfer = new DataTransfer();
			transfer.items.add(new File([new Uint8Array(10)], "pasted.png", { type: "image/png" }));
			document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true }));
		}`);
		expect(await page.evaluate("document.querySelector('#photo').files[0].name")).toBe("pasted.png");
	});

	it("a photo can be dropped anywhere", async () => {
		const { page } = await open();
		const isTaken = await page.evaluate(`{
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([new Uint8Array(10)], "dropped.jpg", { type: "image/jpeg" }));
			const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
			document.body.dispatchEvent(event);
			event.defaultPrevented;
		}`);
		expect(isTaken).toBe(true);
		expect(await page.evaluate("document.querySelector('#photo').files[0].name")).toBe("dropped.jpg");
	});

	it("a photo can be taken with the camera, which is off again afterwards", async () => {
		const visited = await open();
		const { page } = visited;
		await page.click("[data-camera]");
		await expect
			.poll(() => page.evaluate("document.querySelector('dialog video')?.videoWidth"))
			.toBeGreaterThan(0);
		await page.evaluate("globalThis.tracks = document.querySelector('dialog video').srcObject.getTracks()");
		await page.click("text=Take the photo");
		// the same press sends it
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.locator("dialog").count()).toBe(0);
		expect(await page.evaluate("tracks.map(({ readyState }) => readyState)")).toEqual(["ended"]);
		expect(visited.complaints).toEqual([]);
	});

	it("a photo that is too large is not sent at all", async () => {
		const { page } = await open({ settings: { maxUploadBytes: 1000 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		expect(await page.textContent(".problem")).toContain("It has 0.1 MB; at most 0 MB can be sent.");
		expect(log().join("")).not.toContain("/match");
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

	it("a busy server gets the same photo again by itself, after a countdown, or with one press", async () => {
		let numAsked = 0;
		const visited = await open({
			findLookalikes: async () => {
				numAsked++;
				if (numAsked === 1) throw new AppError("SERVER_BUSY", "All 2 places for photos are taken.");
				if (numAsked === 2) throw new AppError("SHUTTING_DOWN", "The service is shutting down.");
				return fakeAnswer();
			},
		});
		const { page } = visited;
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.waitForSelector(".problem:has-text('Many people are asking')");
		expect(await page.textContent(".countdown")).toMatch(/Your photo is still here. Trying again in \d+ s\./);
		expect(await page.textContent(".reference")).toMatch(/^SERVER_BUSY · request [\w-]+$/);
		expect(await page.locator("canvas.preview").isVisible()).toBe(true);
		await expectAccessible(page);
		await page.waitForSelector(".problem:has-text('Back in a moment')");
		await page.click("text=Try again");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(numAsked).toBe(3);
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

	it("a camera that is denied says how to allow it", async () => {
		const { page } = await open();
		await page.evaluate(
			"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
		);
		await page.click("[data-camera]");
		await page.waitForSelector(".problem:has-text('To allow it')");
		await expectAccessible(page);
	});

	it("a large photo is shrunk and turned upright before it is sent, without its name or metadata", async () => {
		const bytes: Uint8Array[] = [];
		const visited = await open({
			findLookalikes: async (sent) => {
				bytes.push(sent);
				return fakeAnswer();
			},
		});
		const { page } = visited;
		// sideways, as phones store photos, with a place in its metadata
		const large = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: "#a86" } })
			.jpeg({ quality: 100 })
			.withExif({ IFD0: { Copyright: "secret place" } })
			.withMetadata({ orientation: 6 })
			.toBuffer();
		await page.setInputFiles("#photo", { name: "me.jpg", mimeType: "image/jpeg", buffer: large });
		await page.click("button[type=submit]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		const sent = await sharp(bytes[0]).metadata();
		expect([sent.width, sent.height, sent.format]).toEqual([1067, 1600, "jpeg"]);
		expect(sent.exif).toBeUndefined();
	});

	it("a photo that the browser can't decode is sent as it is", async () => {
		const bytes: Uint8Array[] = [];
		const visited = await open({
			findLookalikes: async (sent) => {
				bytes.push(sent);
				return fakeAnswer();
			},
		});
		const { page } = visited;
		const tiff = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#a86" } })
			.tiff()
			.toBuffer();
		await page.setInputFiles("#photo", { name: "me.tiff", mimeType: "image/tiff", buffer: tiff });
		await page.waitForSelector("[role=status]:text('This browser can\\'t show the photo')");
		await page.click("button[type=submit]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(Buffer.from(bytes[0]!)).toEqual(tiff);
	});

	it("the sample photo is sent with one press", async () => {
		const { page } = await open();
		await page.click("[data-sample]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
	});

	it("the button is within reach once a photo is chosen", async () => {
		const { page } = await open({}, { viewport: { width: 390, height: 664 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		const { y, height } = (await page.locator("button[type=submit]").boundingBox())!;
		expect(y + height).toBeLessThanOrEqual(664);
	});

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
	it.each([
		["in the light", "light"],
		["in the dark", "dark"],
	] as const)("can read and use all pages %s", async (_name, colorScheme) => {
		const { faces } = fakeAnswer();
		const showcase = faces[0]!.matches.slice(0, 2);
		const issues = [{ code: "FACE_TOO_DARK", advice: "Find more light." }] as const;
		let answer: () => ReturnType<FindLookalikes> = async () =>
			fakeAnswer({ exact: true, numFaces: 2, issues });
		const visited = await open(
			{ showcase, findLookalikes: () => answer() },
			{ colorScheme, reducedMotion: "reduce" },
		);
		await expectAccessible(visited.page);
		await sendPhoto(visited);
		await visited.page.click("summary:visible");
		await expectAccessible(visited.page);
		answer = async () => fakeAnswer({ isWeak: true });
		await sendPhoto(visited);
		await visited.page.waitForSelector(".honest");
		await expectAccessible(visited.page);
		answer = async () => {
			throw new AppError("NO_FACE_FOUND", "Expected a face but found none.", { hint: "Move closer." });
		};
		await visited.page.setInputFiles("#photo", samplePhotoFile(1));
		await visited.page.click("button[type=submit]");
		await visited.page.waitForSelector("h2:text-is('No face found')");
		await expectAccessible(visited.page);
	});

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

	it("can read it with letters twice as large, on a small phone", async () => {
		const visited = await open(
			{ findLookalikes: async () => fakeAnswer({ exact: true, numFaces: 3 }) },
			{ viewport: { width: 320, height: 568 } },
		);
		const enlarge = () => visited.page.evaluate("void (document.documentElement.style.fontSize = '200%')");
		await enlarge();
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
