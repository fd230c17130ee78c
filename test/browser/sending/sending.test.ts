/** Sending a photo in Chromium: chosen, pasted, dropped or taken, shown, shrunk and sent. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { usePage } from "../helpers/use-page.ts";

const { open } = usePage();

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

/** Photos are made ready only once the page's `letGo` is called. */
const HOLD_PHOTOS = `{
	const { createImageBitmap } = globalThis;
	const isLetGo = new Promise((resolve) => { globalThis.letGo = resolve; });
	globalThis.createImageBitmap = async (file) => {
		await isLetGo;
		return createImageBitmap(file);
	};
}`;

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
		await page.evaluate(HOLD_PHOTOS);
		await page.evaluate(`{
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

	it("another one that is chosen while it is sent is answered in its place, and the first one not", async () => {
		const waiting: (() => void)[] = [];
		const { page } = await open({
			findLookalikes: async () => {
				await new Promise<void>((resolve) => waiting.push(resolve));
				return fakeAnswer();
			},
			settings: { maxActive: 2 },
		});
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await expect.poll(() => waiting.length).toBe(1);
		await page.setInputFiles("#photo", samplePhotoFile(2));
		await page.waitForSelector("form:not([aria-busy]) button[type=submit]:enabled");
		expect(await page.locator("progress").isVisible()).toBe(false);
		await page.click("button[type=submit]");
		await expect.poll(() => waiting.length).toBe(2);
		waiting[0]!();
		expect(await page.getAttribute("form", "aria-busy")).toBe("true");
		waiting[1]!();
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		await page.goBack();
		await page.waitForSelector("h1:text-is('Which celebrity do you look like?')");
	});

	it("another one that is chosen while it is made ready is not sent before anybody asks for it", async () => {
		const { bytes, page } = await openNoting();
		await page.evaluate(HOLD_PHOTOS);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.setInputFiles("#photo", samplePhotoFile(2));
		await page.evaluate("letGo()");
		await page.waitForSelector("canvas.preview:visible");
		expect(bytes).toHaveLength(0);
		await page.click("button[type=submit]");
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(bytes).toHaveLength(1);
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

	it("the button is within reach once a photo is chosen", async () => {
		const { page } = await open({}, { viewport: { width: 390, height: 664 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.waitForSelector("canvas.preview:visible");
		const { y, height } = (await page.locator("button[type=submit]").boundingBox())!;
		expect(y + height).toBeLessThanOrEqual(664);
	});
});
