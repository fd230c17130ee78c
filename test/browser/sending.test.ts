/** Sending a photo in Chromium: chosen, pasted, dropped or taken, and what is said when it can't be answered. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./open-browser.ts";
import { sendPhoto, usePage } from "./use-page.ts";

const { open, log } = usePage();

/** Opens the page before a server that notes the bytes that it is sent. */
async function openNoting() {
	const bytes: Uint8Array[] = [];
	const { page } = await open({
		findLookalikes: async (sent) => {
			bytes.push(sent);
			return fakeAnswer();
		},
	});
	return { bytes, page };
}

describe("a photo is sent:", () => {
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

	it("is sent once, however often the button is pressed while it is made ready", async () => {
		const { page } = await open();
		await page.evaluate(`{
			const { createImageBitmap } = globalThis;
			const isLetGo = new Promise((resolve) => { globalThis.letGo = resolve; });
			globalThis.createImageBitmap = async (file) => {
				await isLetGo;
				return createImageBitmap(file);
			};
			const { send } = XMLHttpRequest.prototype;
			globalThis.numSent = 0;
			XMLHttpRequest.prototype.send = function (...body) {
				numSent++;
				return send.apply(this, body);
			};
		}`);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.click("button[type=submit]");
		await page.evaluate("letGo()");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(await page.evaluate("numSent")).toBe(1);
	});

	it("on a slow line, says on the photo how much has gone, in sight", async () => {
		const { page } = await open({}, { viewport: { width: 390, height: 844 } });
		const network = await page.context().newCDPSession(page);
		const limitUpload = (uploadThroughput: number) =>
			network.send("Network.emulateNetworkConditions", {
				...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
			});
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		// a few hundred kB take longer than this looks at them; then the line is fast again
		await limitUpload(8000);
		await page.click("button[type=submit]");
		const percent = async () => Number.parseInt((await page.textContent(".percent")) as string, 10);
		await expect.poll(percent, { timeout: 60_000 }).toBeGreaterThan(0);
		const first = await percent();
		const line = (await page.locator(".percent").boundingBox())!;
		const bar = (await page.locator("progress").boundingBox())!;
		const photo = (await page.locator("canvas.preview").boundingBox())!;
		for (const { y, height } of [line, bar]) {
			expect(y).toBeGreaterThan(Math.max(0, photo.y));
			expect(y + height).toBeLessThan(Math.min(844, photo.y + photo.height));
		}
		expect(await page.textContent("[role=status]")).toBe("Sending the photo…");
		await expect.poll(percent, { timeout: 60_000 }).toBeGreaterThan(first);
		await limitUpload(-1);
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
			.poll(() => page.evaluate("document.querySelector('dialog video')?.videoWidth ?? 0"))
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

	it("nor is one that is too large and that the browser can't make smaller, which is said at once", async () => {
		const { page } = await open();
		const unreadable = Buffer.alloc(5_100_000, "HEIC");
		await page.setInputFiles("#photo", { name: "me.heic", mimeType: "image/heic", buffer: unreadable });
		await page.waitForSelector(".problem h2:text-is('That file is too large to send as it is')");
		expect(await page.textContent(".problem")).toContain("It has 5.1 MB; at most 5 MB can be sent.");
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
			/Your photo is still here. Trying again in [\d,]+ s\./,
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

	it("a large photo is shrunk and turned upright before it is sent, without its name or metadata", async () => {
		const { bytes, page } = await openNoting();
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
		const { bytes, page } = await openNoting();
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

	it("the button is within reach once a photo is chosen", async () => {
		const { page } = await open({}, { viewport: { width: 390, height: 664 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		const { y, height } = (await page.locator("button[type=submit]").boundingBox())!;
		expect(y + height).toBeLessThanOrEqual(664);
	});
});
