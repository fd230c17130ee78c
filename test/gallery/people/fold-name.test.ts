import { describe, expect, it } from "vitest";
import { foldName } from "../../../src/gallery/people/fold-name.ts";

describe("foldName", () => {
	it.each([
		["Penélope Cruz", "Penelope_Cruz"],
		["RENÉE ZELLWEGER", "Renee Zellweger"],
		["Zoran Đinđić", "Zoran Dindic"],
		["Conan O’Brien", "Conan OBrien"],
		["Kim Jong-il", "Kim Jong Il"],
		["Søren  Æbelø", "soren aebelo"],
	])("takes %s and %s for one", (first, second) => {
		expect(foldName(first)).toBe(foldName(second));
	});

	it.each([
		["Иванов", "Йванов"],
		["कि", "का"],
		["が", "か"],
		["Ann", "Anna"],
	])("tells %s from %s", (first, second) => {
		expect(foldName(first)).not.toBe(foldName(second));
	});
});
