/** The camera, with Chromium's test picture before it: one press takes a burst, which is answered as one. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import type { FindLookalikes } from "../../../src/web/guard/answer-upload.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { expectAccessible } from "../helpers/open-browser.ts";
import { usePage } from "../helpers/use-page.ts";

const { open } = usePage();

/** Answers as the pipeline does, and notes how many frames came each time. */
function watchFrames(fail?: () => void) {
	const numFrames: number[] = [];
	const findLookalikes: FindLookalikes = async (_bytes, { furtherPhotos, ...options }) => {
		numFrames.push(1 + furtherPhotos.length);
		if (numFrames.length === 1) fail?.();
		const numPhotos = 1 + furtherPhotos.length;
		const answer = fakeAnswer(options);
		return numPhotos === 1 ? answer : { ...answer, fused: { numPhotos, numUsed: numPhotos } };
	};
	return { numFrames, findLookalikes };
}

async function takePhoto(page: Page): Promise<void> {
	await page.click("[data-camera]");
	await expect
		.poll(() => page.evaluate("document.querySelector('dialog video')?.videoWidth ?? 0"))
		.toBeGreaterThan(0);
	await page.evaluate("globalThis.tracks = document.querySelector('dialog video').srcObject.getTracks()");
	await page.click("text=Take the photo");
}

describe("the camera", () => {
	it("takes three frames at one press, which are answered as one, and is off again afterwards", async () => {
		const { numFrames, findLookalikes } = watchFrames();
		const { page, complaints } = await open({ findLookalikes });
		await takePhoto(page);
		// the same press sends them
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(numFrames).toEqual([3]);
		expect(await page.textContent(".fused")).toContain("From 3 frames");
		expect(await page.locator("dialog").count()).toBe(0);
		expect(await page.evaluate("tracks.map(({ readyState }) => readyState)")).toEqual(["ended"]);
		expect(complaints).toEqual([]);
	});

	it("takes one frame where the line is slow", async () => {
		const { numFrames, findLookalikes } = watchFrames();
		const { page } = await open({ findLookalikes });
		await page.evaluate(`Object.defineProperty(navigator, "connection", { value: { effectiveType: "3g" } })`);
		await takePhoto(page);
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(numFrames).toEqual([1]);
		expect(await page.locator(".fused").count()).toBe(0);
	});

	it("sends one frame again where three were too much", async () => {
		const { numFrames, findLookalikes } = watchFrames(() => {
			throw new AppError("SERVER_BUSY", "All places are taken.");
		});
		const { page } = await open({ findLookalikes });
		await takePhoto(page);
		await page.waitForSelector("h1:text-is('Your lookalikes')");
		expect(numFrames).toEqual([3, 1]);
	});

	it("says how to allow it where it is denied", async () => {
		const { page } = await open();
		await page.evaluate(
			"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
		);
		await page.click("[data-camera]");
		await page.waitForSelector(".problem:has-text('To allow it')");
		await expectAccessible(page);
	});
});
