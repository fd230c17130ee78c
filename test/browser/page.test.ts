/** The page in Chromium, with fakes behind it: what people see and can do, with and without JavaScript. */
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import type { FindLookalikes } from "../../src/web/guard/answer-upload.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./open-browser.ts";
import { sendPhoto, threeFaces, usePage } from "./use-page.ts";

const { open, log } = usePage();

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
		await page.waitForSelector("canvas.preview:visible");
		expect(await page.evaluate("document.querySelector('#photo').files[0].type")).toBe("image/jpeg");
		expect(await page.locator("dialog").count()).toBe(0);
		expect(await page.evaluate("tracks.map(({ readyState }) => readyState)")).toEqual(["ended"]);
		expect(visited.complaints).toEqual([]);
	});

	it("a photo that is too large is not sent at all", async () => {
		const { page } = await open({ settings: { maxUploadBytes: 1000 } });
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		expect(await page.textContent("[role=status]")).toBe("This photo has 0.1 MB; at most 0 MB can be sent.");
		expect(log().join("")).not.toContain("/match");
	});

	it("a server that can't be reached is said, and the form can be sent again", async () => {
		const visited = await open();
		const { page } = visited;
		await page.route("**/match", (route) => route.abort());
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("button[type=submit]");
		await page.waitForSelector("[role=status]:text('The server can\\'t be reached')");
		await page.unroute("**/match");
		await sendPhoto(visited);
	});

	it("a face is picked on the photo itself, or with the arrow keys", async () => {
		const visited = await open({ findLookalikes: threeFaces });
		await sendPhoto(visited);
		const { page } = visited;
		await page.locator(".found[data-face='3'] rect").click();
		expect(await page.locator("#face-3").isChecked()).toBe(true);
		expect(await page.locator(".face-panel:visible .verdict .name").textContent()).toBe("Alan Turing");
		expect(await page.locator(".found.is-picked").getAttribute("data-face")).toBe("3");
		await page.keyboard.press("ArrowLeft");
		expect(await page.locator("#face-2").isChecked()).toBe(true);
		expect(await page.locator(".found.is-picked").getAttribute("data-face")).toBe("2");
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
		await visited.page.waitForSelector("h1:text-is('No face found')");
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

	it("can reach and send the form with the keyboard alone", async () => {
		const { page } = await open();
		const focused = () =>
			page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()");
		const stops: unknown[] = [];
		for (let i = 0; i < 7; i++) {
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
			"",
		]);
	});
});
