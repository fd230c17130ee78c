/** The answer where the visitor's system takes all colours but a few of its own from pages. */
import { expect, it } from "vitest";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { sendPhoto, threeFaces, usePage } from "../helpers/use-page.ts";

const { open } = usePage();

it("shows which face is picked, and what is a button, without the page's own colours", async () => {
	const visited = await open({ findLookalikes: threeFaces, askGallery }, { forcedColors: "active" });
	const { page } = visited;
	await sendPhoto(visited);
	const borderOf = (selector: string) =>
		page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).borderTopColor`);
	const picked = await borderOf("label[for=face-1]");
	expect(await borderOf("label[for=face-2]")).not.toBe(picked);
	await page.click("label[for=face-2]");
	expect(await borderOf("label[for=face-2]")).toBe(picked);
	const width = await page.evaluate("getComputedStyle(document.querySelector('.share')).borderTopWidth");
	expect(width).toBe("2px");
});
