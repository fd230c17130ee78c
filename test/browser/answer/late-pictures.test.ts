/** Pages that begin with drawings, which pictures take the place of, late: nothing moves. */
import { describe, expect, it } from "vitest";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { usePage, watchShifts } from "../helpers/use-page.ts";
import { wikipedia } from "../helpers/wikipedia.ts";

const { open } = usePage();

const SCREENS = [
	{ width: 320, height: 568 },
	{ width: 1280, height: 800 },
] as const;

describe.each(SCREENS)("with pictures that come late, on $width x $height", (viewport) => {
	it.each([
		["/people", 12],
		["/people/emma-watson", 6],
		["/lookalikes", 12],
	])("%s keeps its shape", async (address, numPictures) => {
		let letCome = () => {};
		const late = new Promise<void>((resolve) => {
			letCome = resolve;
		});
		const { page } = await open({ askGallery }, { viewport, reducedMotion: "reduce" }, async (url) => {
			await late;
			return wikipedia(url);
		});
		await page.goto(new URL(address, page.url()).href);
		await watchShifts(page);
		const shown = page.locator("[data-wikipedia].has-picture");
		expect(await shown.count()).toBe(0);
		letCome();
		await expect.poll(() => shown.count(), { timeout: 120_000 }).toBeGreaterThanOrEqual(numPictures);
		expect(await page.evaluate("shift")).toBeLessThan(0.01);
	});
});
