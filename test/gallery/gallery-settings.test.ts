import { describe, expect, it } from "vitest";
import { parseGallerySettings } from "../../src/gallery/gallery-settings.ts";

describe("parseGallerySettings", () => {
	it("takes what a gallery's page may say of itself", () => {
		const settings = { question: "Which of us do you look like?", accent: "#00AA77", celebrities: false };
		expect(parseGallerySettings(settings)).toEqual(settings);
	});

	it.each([
		[{ accent: "red" }, /accent: expected a colour as #7a3cff/],
		[{ accent: "#fff;}body{display:none" }, /accent/],
		[{ titel: "x" }, /titel/],
		[[], /settings/],
	])("refuses %j and names what is wrong", (settings, message) => {
		expect(() => parseGallerySettings(settings)).toThrow(
			expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringMatching(message) }),
		);
	});
});
