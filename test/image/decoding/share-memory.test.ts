import { describe, expect, it } from "vitest";
import { shareForDecoding, shareForUploads } from "../../../src/image/decoding/share-memory.ts";

describe("the server's memory", () => {
	it("is for uploads to 8 %, of which one always fits, and no more than 500 MB", () => {
		expect(shareForUploads(1000e6, 15e6)).toBe(80e6);
		expect(shareForUploads(256e6, 50e6)).toBeGreaterThan(50e6);
		expect(shareForUploads(64e9, 15e6)).toBe(500e6);
	});

	it("is for decoding what is left, at least what a telephone's photo takes", () => {
		expect(shareForDecoding(1000e6, 400e6, 2)).toBe(430e6);
		expect(shareForDecoding(512e6, 500e6, 2)).toBe(100e6);
		expect(shareForDecoding(64e9, 400e6, 2)).toBe(1200e6);
	});
});
