/** A family's gallery in Chromium: its own colour can be read, in both schemes and languages, and it asks nobody. */
import { describe, expect, it } from "vitest";
import { FAMILY, familyGallery } from "../helpers/galleries/family-gallery.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./helpers/open-browser.ts";
import { usePage } from "./helpers/use-page.ts";

const { open } = usePage();

describe.each([
	["light", "en", 320],
	["dark", "ru", 390],
] as const)("a family's gallery, %s, in %s, %i wide", (colorScheme, language, width) => {
	it("is readable, fits and asks no other host", async () => {
		const gallery = familyGallery({ ...FAMILY, language });
		const { page, outside, complaints } = await open(
			{ askGallery: () => ({ gallery, strangers: undefined }) },
			{ colorScheme, viewport: { width, height: 700 } },
		);
		expect(await page.getAttribute("html", "lang")).toBe(language);
		expect(await page.textContent("h1")).toBe(FAMILY.question);
		const { origin } = new URL(page.url());
		for (const path of ["/", "/people", "/people/ann-smith", "/lookalikes", "/credits", "/compare", "/map"]) {
			await page.goto(origin + path);
			await expectNoSidewaysScroll(page);
			await expectAccessible(page);
		}
		await page.goto(origin);
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await page.waitForSelector(".hero");
		await expectAccessible(page);
		expect(outside.filter((address) => !address.includes("wikipedia"))).toEqual([]);
		expect(complaints.filter((text) => !text.includes("/pictures/") && !text.includes("404"))).toEqual([]);
	});
});
