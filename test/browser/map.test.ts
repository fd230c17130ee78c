/** The map of the gallery: it moves, finds people and keeps its tools beside it, on phones too. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { askGallery } from "../helpers/galleries/starter-gallery.ts";
import { usePage } from "./helpers/use-page.ts";

const { open } = usePage();

const settings = { wikipediaPictures: false };

interface Rect {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
	readonly width: number;
	readonly height: number;
}

async function rectOf(page: Page, selector: string): Promise<Rect> {
	return (await page.evaluate(
		`document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().toJSON()`,
	)) as Rect;
}

/** How far the mark is from the map's middle, as a share of the map's side. */
async function marksDistance(page: Page): Promise<number> {
	const map = await rectOf(page, ".map svg");
	const mark = await rectOf(page, ".map-mark circle");
	const middle = ({ left, width, top, height }: Rect) => [left + width / 2, top + height / 2] as const;
	const [[x, y], [markX, markY]] = [middle(map), middle(mark)];
	return Math.hypot(x - markX, y - markY) / map.width;
}

describe("the map", () => {
	it("comes closer, moves, and leads to people", async () => {
		const viewport = { width: 1280, height: 1400 };
		const { page, complaints } = await open({ askGallery, settings }, { viewport });
		await page.click("nav a[href='/map']");
		await page.waitForURL(/\/map$/);
		const viewBox = () => page.getAttribute(".map svg", "viewBox");
		const whole = await viewBox();
		await page.click("[data-zoom=in]");
		await page.click("[data-zoom=in]");
		const closer = await viewBox();
		expect(Number(closer!.split(" ")[2])).toBeLessThan(Number(whole!.split(" ")[2]) / 2);
		const box = (await page.locator(".map svg").boundingBox())!;
		await page.mouse.move(box.x + 200, box.y + 200);
		await page.mouse.down();
		await page.mouse.move(box.x + 120, box.y + 150, { steps: 4 });
		await page.mouse.up();
		expect(await viewBox()).not.toBe(closer);
		expect(page.url()).toMatch(/\/map$/);
		await expect.poll(() => page.locator(".map-names text").count()).toBeGreaterThan(3);
		await page.locator(".map-people a").first().dispatchEvent("click");
		await page.waitForURL(/\/people\//);
		expect(complaints).toEqual([]);
	});

	it.each([
		{ width: 320, height: 568 },
		{ width: 390, height: 844 },
		{ width: 1280, height: 800 },
	])("fits the screen, its tools above it and its names readable, at $width x $height", async (viewport) => {
		const { page } = await open({ askGallery, settings }, { viewport, hasTouch: true });
		await page.goto(`${new URL(page.url()).origin}/map`);
		const map = await rectOf(page, ".map svg");
		expect(map.height).toBeLessThanOrEqual(viewport.height * 0.78 + 1);
		expect(map.width).toBeLessThanOrEqual(viewport.width);
		const [search, buttons] = [await rectOf(page, ".map .search"), await rectOf(page, ".map-buttons")];
		expect(buttons.top).toBeLessThan(search.bottom);
		for (const [tool, rect] of Object.entries({ search, buttons })) {
			expect(rect.bottom, tool).toBeLessThanOrEqual(map.top);
			expect(rect.right, tool).toBeLessThanOrEqual(viewport.width);
		}
		// the page scrolls under a finger until there is something to move
		const touchAction = () =>
			page.evaluate(`getComputedStyle(document.querySelector(".map svg")).touchAction`);
		expect(await touchAction()).toBe("pan-y");
		await page.click("[data-zoom=in]");
		expect(await touchAction()).toBe("none");
		await page.click("[data-zoom=out]");
		expect(await touchAction()).toBe("pan-y");
		const name = await rectOf(page, ".map-names text");
		expect(name.height).toBeGreaterThan(11);
		const dot = (await page.evaluate(
			`document.querySelector(".map-people circle").getScreenCTM().a
				* Number.parseFloat(getComputedStyle(document.querySelector(".map-people circle")).r)`,
		)) as number;
		expect(dot).toBeGreaterThan(2.5);
	});

	it("shows where the visitor falls, in the middle of it", async () => {
		const { page } = await open({ askGallery, settings });
		await page.goto(`${new URL(page.url()).origin}/map?at=512-300`);
		expect(await page.textContent(".map-mark text")).toBe("You");
		expect(await marksDistance(page)).toBeLessThan(0.02);
	});

	it.each([
		["2-500", true],
		["998-500", true],
		["500-3", true],
		["2-500", false],
		["998-500", false],
		["500-3", false],
	])("shows the whole name of a place at the map's edge (%s, with scripts: %s)", async (at, hasScripts) => {
		const viewport = { width: 320, height: 568 };
		const options = { viewport, locale: "ru-RU", javaScriptEnabled: hasScripts };
		const { page } = await open({ askGallery, settings }, options);
		await page.goto(`${new URL(page.url()).origin}/map?at=${at}`);
		// from close by, and all of it again
		for (const button of hasScripts ? ["", "out", "out", "out"] : [""]) {
			if (button) await page.click(`[data-zoom=${button}]`);
			await expect
				.poll(async () => {
					const [map, name] = [await rectOf(page, ".map svg"), await rectOf(page, ".map-mark text")];
					return Math.min(name.left - map.left, map.right - name.right, name.top - map.top);
				})
				.toBeGreaterThan(-2);
		}
	});

	it.each([true, false])("finds people by name, with scripts or without (%s)", async (javaScriptEnabled) => {
		const { page, complaints } = await open({ askGallery, settings }, { javaScriptEnabled });
		await page.click("nav a[href='/map']");
		await page.fill("#map-search", "watson em");
		await page.press("#map-search", "Enter");
		await page.waitForURL(/q=watson/);
		expect(await page.textContent(".map-mark text")).toBe("Emma Watson");
		if (javaScriptEnabled) {
			const [, , size] = (await page.getAttribute(".map svg", "viewBox"))!.split(" ");
			expect(Number(size)).toBeLessThan(500);
			// the name stands right above the mark, once
			await page.click("[data-zoom=in]");
			await expect
				.poll(async () => {
					const [name, mark] = [await rectOf(page, ".map-mark text"), await rectOf(page, ".map-mark circle")];
					return Math.abs(mark.top - name.bottom);
				})
				.toBeLessThan(12);
			expect(await page.locator(".map-names text", { hasText: "Emma Watson" }).count()).toBe(0);
		}
		await page.fill("#map-search", "nobody of that name");
		await page.press("#map-search", "Enter");
		await page.waitForURL(/q=nobody/);
		expect(await page.textContent(".map [role=status]")).toContain("Nobody of that name");
		expect(await page.locator(".map-mark").count()).toBe(0);
		expect(complaints).toEqual([]);
	});

	it("moves by keys", async () => {
		const { page } = await open({ askGallery, settings });
		await page.goto(`${new URL(page.url()).origin}/map`);
		await page.focus(".map svg");
		await page.keyboard.press("+");
		await page.keyboard.press("ArrowRight");
		const [x, , size] = (await page.getAttribute(".map svg", "viewBox"))!.split(" ").map(Number);
		expect(size).toBe(600);
		expect(x).toBe(300);
	});
});
