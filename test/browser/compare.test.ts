/** "How alike are we?" in Chromium: with scripts and without, by keyboard, and when something goes wrong. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeComparison } from "../web/fake-comparison.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./helpers/open-browser.ts";
import { usePage } from "./helpers/use-page.ts";

const { open } = usePage();

const settings = { wikipediaPictures: false };
const phone = { viewport: { width: 320, height: 568 } };

/** What the server was sent, in bytes of each photo. */
function watchSizes() {
	const sizes: number[][] = [];
	const comparePhotos: typeof fakeComparison = async (files) => {
		sizes.push(files.map(({ length }) => length));
		return fakeComparison(files);
	};
	return { sizes, comparePhotos };
}

/** By the link on the first page, until the scripts have run. */
async function openForm(page: Page): Promise<void> {
	await page.click("nav a[href='/compare']");
	await page.waitForURL(/\/compare$/);
}

describe("the comparison", () => {
	it.each([true, false])(
		"compares everybody with everybody, with scripts or without (%s)",
		async (javaScriptEnabled) => {
			const { page, complaints } = await open(
				{ askGallery, comparePhotos: fakeComparison, settings },
				{ javaScriptEnabled, ...phone },
			);
			await openForm(page);
			await page.setInputFiles("#first", samplePhotoFile(1));
			await page.setInputFiles("#second", samplePhotoFile(2));
			await page.click(".compare-form button[type=submit]");
			await page.waitForSelector(".compared");
			expect(await page.locator(".pair").count()).toBe(2);
			expect(await page.locator(".likeness tbody td").allTextContents()).toEqual(["99.8", "30"]);
			expect(await page.textContent(".pair.is-best")).toContain("more alike than 99.8 of 100");
			await expectNoSidewaysScroll(page);
			expect(complaints).toEqual([]);
		},
	);

	it("needs no second photo, and is printed without its form", async () => {
		const { page } = await open({ askGallery, comparePhotos: fakeComparison, settings });
		await openForm(page);
		await page.setInputFiles("#first", samplePhotoFile(1));
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".pair.is-best");
		expect(await page.locator(".pair").count()).toBe(1);
		await page.emulateMedia({ media: "print" });
		const printed = await page.evaluate("document.body.innerText");
		expect(printed).toContain("How alike are we?");
		expect(printed).toContain("of 100 pairs of strangers");
		for (const left of ["Two others?", "Another photo", "not kept"]) expect(printed).not.toContain(left);
	});

	it("shows both photos and shrinks them before they are sent", async () => {
		const { sizes, comparePhotos } = watchSizes();
		const { page } = await open({ askGallery, comparePhotos, settings });
		await openForm(page);
		// as large as a phone's: the form's limit is 5 MB
		const large = (await page.evaluate(`(async () => {
			const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 4000 });
			const context = canvas.getContext("2d");
			const noise = context.createImageData(3000, 400);
			for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
			for (let y = 0; y < 4000; y += 400) context.putImageData(noise, 0, y);
			return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
		})()`)) as string;
		const photo = { name: "large.jpg", mimeType: "image/jpeg", buffer: Buffer.from(large, "base64") };
		expect(photo.buffer.length).toBeGreaterThan(5_000_000);
		await page.setInputFiles("#first", photo);
		await page.setInputFiles("#second", photo);
		await expect.poll(() => page.locator(".photo-field .preview:not([hidden])").count()).toBe(2);
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".compared");
		expect(sizes[0]).toHaveLength(2);
		for (const size of sizes[0]!) expect(size).toBeLessThan(photo.buffer.length / 2);
		// back leads to the form, and forward to the answer
		await page.goBack();
		await page.waitForSelector(".lead");
		await page.goForward();
		await page.waitForSelector(".compared");
	});

	it("names the photo that shows nobody, on it, and keeps both", async () => {
		const tries: number[] = [];
		const { page } = await open({
			askGallery,
			settings,
			comparePhotos: async (files) => {
				tries.push(files.length);
				if (tries.length > 1) return fakeComparison(files);
				throw new AppError("NO_FACE_FOUND", "Photo 2: none.", { photo: 2 });
			},
		});
		await openForm(page);
		await page.setInputFiles("#first", samplePhotoFile(1));
		await page.setInputFiles("#second", samplePhotoFile(2));
		await page.click(".compare-form button[type=submit]");
		const problem = page.locator(".photo-field").nth(1).locator(".problem");
		await problem.waitFor();
		expect(await problem.textContent()).toContain("Photo 2: No face found");
		expect(new URL(page.url()).pathname).toBe("/compare");
		await expectAccessible(page);
		// another second photo, and the first is still there
		await page.setInputFiles("#second", samplePhotoFile(3));
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".compared");
		expect(tries).toEqual([2, 2]);
	});

	it("keeps the photos while there is no connection, and tries again", async () => {
		const { page } = await open({ askGallery, comparePhotos: fakeComparison, settings });
		await openForm(page);
		await page.setInputFiles("#first", samplePhotoFile(1));
		await page.context().setOffline(true);
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".problem:has-text('No connection')");
		await page.context().setOffline(false);
		await page.waitForSelector(".compared");
	});

	it("takes a photo that is dropped on a field, and tells what is none", async () => {
		const { page } = await open({ askGallery, comparePhotos: fakeComparison, settings });
		await openForm(page);
		await page.setInputFiles("#second", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
		await page.waitForSelector('.photo-field:nth-child(2) .problem:has-text("isn\'t a photo")');
		await page.click(".compare-form button[type=submit]");
		await page.waitForSelector(".photo-field:nth-child(1) .status:has-text('Choose a photo first.')");
	});
});
