import { describe, expect, it } from "vitest";
import { fitText, measureText, outlineText } from "../../../src/web/share/type-setter.ts";

const style = { weight: 600, size: 40 } as const;

describe("text as outlines", () => {
	it("knows Latin, Cyrillic and accented letters, and leaves out what no file has", () => {
		for (const text of ["Emma Watson", "Эмма Уотсон", "Łukasz Žižek", "Đặng"]) {
			expect(measureText(text, style), text).toBeGreaterThan(text.length * 12);
		}
		expect(outlineText("漢", 0, 0, style)).toBe("");
	});

	it("is path data of finite numbers, at any place", () => {
		// coordinates like 473.0000000000001 are where the library's own writer fails
		for (let x = 50; x < 60; x += 0.1) {
			const data = outlineText("Which celebrity do you look like? 72/100", x, 602, style);
			expect(data).toMatch(/^[MLQCZ\d .-]+$/);
		}
	});

	it("fits a width by lines and then by size", () => {
		const fitted = fitText("Arnold Schwarzenegger", { width: 400, maxLines: 2 }, { weight: 600, size: 82 });
		expect(fitted.lines).toEqual(["Arnold", "Schwarzenegger"]);
		expect(fitted.style.size).toBeLessThan(82);
		for (const line of fitted.lines) expect(measureText(line, fitted.style)).toBeLessThanOrEqual(400);
		expect(fitText("Cher", { width: 400, maxLines: 2 }, style).style.size).toBe(40);
	});

	it("ends with an ellipsis what is too long in the smallest size", () => {
		for (const text of ["x".repeat(500), "word ".repeat(200)]) {
			const { lines, style: smallest } = fitText(text, { width: 300, maxLines: 2 }, style);
			expect(lines.length).toBeLessThanOrEqual(2);
			expect(lines.at(-1)).toMatch(/…$/);
			for (const line of lines) expect(measureText(line, smallest)).toBeLessThanOrEqual(300);
		}
	});
});
