import { describe, expect, it } from "vitest";
import { readGallery } from "../../src/gallery/gallery-store.ts";

describe("readGallery", () => {
	it("names the file that is missing and says how to make one", async () => {
		await expect(readGallery("/nowhere/a.gallery")).rejects.toMatchObject({
			code: "FILE_NOT_FOUND",
			message: expect.stringContaining("/nowhere/a.gallery"),
			hint: expect.stringContaining("gallery build"),
		});
	});
});
