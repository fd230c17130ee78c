/** A family's gallery in Chromium: its own colour can be read, in both schemes and languages, and it asks nobody. */
import { describe, expect, it } from "vitest";
import { FAMILY, familyGallery } from "../helpers/galleries/family-gallery.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";
import { fakeAnswer } from "../web/fake-answer.ts";
import { expectAccessible, expectNoSidewaysScroll, rectsOf } from "./helpers/open-browser.ts";
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

it.each([
	["long", "Wolfeschlegelsteinhausenbergerdorff".repeat(4)],
	["of another script", "عمر الشريف"],
	["of pictures and signs", `👩‍👩‍👧 <img src=x onerror=alert(1)> "&'`],
])("a name that is %s fits wherever it stands, as it is", async (_kind, name) => {
	const gallery = familyGallery(FAMILY, { name, knownFor: name });
	const { page, complaints } = await open(
		{
			askGallery: () => ({ gallery, strangers: undefined }),
			findLookalikes: async (_bytes, options) => fakeAnswer({ ...options, best: { name, knownFor: name } }),
		},
		{ viewport: { width: 320, height: 568 }, reducedMotion: "reduce" },
	);
	await page.setInputFiles("#photo", samplePhotoFile(1));
	await page.click("form.upload button[type=submit]");
	await page.waitForSelector("main:not(.is-growing) .result");
	expect(await page.textContent(".verdict .name")).toBe(name);
	await expectNoSidewaysScroll(page);
	await page.click(".share summary");
	await expectNoSidewaysScroll(page);
	const person = await page.getAttribute(".share-form a", "href");
	for (const path of [person!, "/people", `/map?q=${encodeURIComponent(name.slice(0, 90))}`]) {
		await page.goto(new URL(path, page.url()).href);
		await expectNoSidewaysScroll(page);
	}
	await page.goto(new URL(person!, page.url()).href);
	expect(await page.textContent(".sent-lead strong")).toBe(name);
	const [bar, number] = [await rectsOf(page, ".sent .bar"), await rectsOf(page, ".sent .number")];
	expect(number[0]!.left).toBeGreaterThanOrEqual(bar[0]!.right);
	expect(await page.getAttribute("meta[property='og:title']", "content")).toContain(name);
	expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
});
