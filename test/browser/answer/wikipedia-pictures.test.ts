/** Pictures of people, asked for from Wikipedia by the browser; Wikipedia's answers are fakes. */
import { describe, expect, it } from "vitest";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { type AnswerOutside, expectAccessible } from "../helpers/open-browser.ts";
import { onFirstScreen, sendPhoto, threeFaces, usePage } from "../helpers/use-page.ts";
import { summaryOf, wikipedia } from "../helpers/wikipedia.ts";

const { open } = usePage();

describe("pictures from Wikipedia", () => {
	/** Answers as Wikipedia does: one free picture, one that isn't, one on a foreign host, and none. */
	const someFree: AnswerOutside = (url) => {
		const { hostname, pathname } = url;
		if (hostname !== "en.wikipedia.org") return wikipedia(url);
		if (pathname.endsWith("/Ada_Lovelace")) {
			return summaryOf(
				"https://upload.wikimedia.org/wikipedia/commons/thumb/a/a4/Ada_%281840%29.jpg/330px-Ada.jpg",
			);
		}
		if (pathname.endsWith("/Grace_Hopper")) {
			return summaryOf("https://upload.wikimedia.org/wikipedia/en/b/b2/Not_free.jpg");
		}
		if (pathname.endsWith("/Alan_Turing"))
			return summaryOf("https://evil.example/wikipedia/commons/a/a4/X.jpg");
		return { status: 404, contentType: "application/problem+json", body: "{}" };
	};

	it("take the place of the drawings with credit, if they are free, and of nothing otherwise", async () => {
		const visited = await open({}, {}, someFree);
		await sendPhoto(visited);
		const { page, outside, complaints } = visited;
		await page.waitForSelector(".them .portrait.has-picture img");
		expect(await page.getAttribute(".them .credit a", "href")).toBe(
			"https://commons.wikimedia.org/wiki/File:Ada_%281840%29.jpg",
		);
		await expect.poll(() => page.locator(".portrait.has-picture").count()).toBe(2);
		await expect.poll(() => outside.filter((url) => url.includes("/page/summary/")).length).toBe(7);
		expect(outside.filter((url) => !url.includes("/page/summary/"))).toEqual([
			"https://upload.wikimedia.org/wikipedia/commons/thumb/a/a4/Ada_%281840%29.jpg/330px-Ada.jpg",
		]);
		expect(await page.locator(".you svg.drawing").isVisible()).toBe(true);
		expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
		await expectAccessible(page);
	});

	it("end the line about drawings where they have taken the place of all", async () => {
		const visited = await open({}, {}, wikipedia);
		const { page } = visited;
		await page.route("https://en.wikipedia.org/**", (route) => route.abort());
		await sendPhoto(visited);
		const line = page.locator(".face-panel .drawn");
		expect(await line.textContent()).toContain("68 points");
		expect(await line.isVisible()).toBe(true);
		await page.unroute("https://en.wikipedia.org/**");
		await page.reload();
		await expect.poll(() => page.locator(".portrait.has-picture img").count()).toBe(8);
		await expect.poll(() => line.isVisible()).toBe(false);
	});

	it("are asked for when an answer is found again that was left at once", async () => {
		const { page } = await open({}, {}, wikipedia);
		await onFirstScreen(page, "history.back()");
		await page.setInputFiles("#photo", samplePhotoFile(1));
		await page.click("form.upload button[type=submit]");
		await expect
			.poll(() => page.evaluate("history.length > 2 && history.state.answer === undefined"))
			.toBe(true);
		// frames enough for an answer that is out of sight to be finished
		await page.evaluate(`(async () => {
			for (let i = 0; i < 10; i++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
		})()`);
		await page.goForward();
		await expect.poll(() => page.locator(".portrait.has-picture img").count()).toBe(8);
	});

	it("are asked for only while a face is shown", async () => {
		const visited = await open({ findLookalikes: threeFaces }, {}, someFree);
		await sendPhoto(visited);
		const { page, outside } = visited;
		const asked = () => outside.filter((url) => url.includes("/page/summary/")).length;
		await expect.poll(asked).toBe(7);
		await page.click("label[for=face-2]");
		// the second face's seven people are the first's but one
		await expect.poll(asked).toBe(8);
	});

	it.each([
		["can't be reached", undefined],
		["asks for less", 429],
		["has too much to do", 503],
	])("leave the drawings when Wikipedia %s, and ask no more", async (_why, status) => {
		const visited = await open({}, {}, () =>
			status === undefined ? undefined : { status, contentType: "text/plain", body: "" },
		);
		await sendPhoto(visited);
		await expect.poll(() => visited.outside.length).toBeGreaterThan(0);
		await visited.page.waitForLoadState("networkidle");
		expect(await visited.page.locator(".them svg.drawing").isVisible()).toBe(true);
		expect(await visited.page.locator(".you svg.drawing").isVisible()).toBe(true);
		expect(visited.outside.length).toBeLessThanOrEqual(2);
	});

	it("are asked for again once there is a connection again", async () => {
		let isThere = false;
		const visited = await open({}, {}, (url) => (isThere ? wikipedia(url) : undefined));
		const { page } = visited;
		await sendPhoto(visited);
		await expect.poll(() => visited.outside.length).toBeGreaterThan(0);
		await page.waitForLoadState("networkidle");
		isThere = true;
		await page.context().setOffline(true);
		await page.context().setOffline(false);
		await expect.poll(() => page.locator(".them .has-picture, .card .has-picture").count()).toBe(7);
	});

	it("are not asked for when they are turned off", async () => {
		const visited = await open({ settings: { wikipediaPictures: false } }, {}, wikipedia);
		await sendPhoto(visited);
		await visited.page.waitForTimeout(300);
		expect(visited.outside).toEqual([]);
	});
});
