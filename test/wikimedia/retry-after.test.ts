import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../src/wikimedia/http/retry-after.ts";

const NOW_MS = Date.UTC(2026, 10, 25, 12, 0, 0);

describe("parseRetryAfter", () => {
	it.each([
		["18", 18_000],
		[" 0 ", 0],
		["Wed, 25 Nov 2026 12:00:30 GMT", 30_000],
		["Wed, 25 Nov 2026 11:00:00 GMT", 0],
		["soon", undefined],
		["-5", undefined],
		["", undefined],
		[null, undefined],
	])("%j is %s ms", (header, ms) => {
		expect(parseRetryAfter(header, NOW_MS)).toBe(ms);
	});

	it("reads every date as HTTP writes it", () => {
		const date = fc.date({ min: new Date(NOW_MS), max: new Date("2099-01-01"), noInvalidDate: true });
		fc.assert(
			fc.property(date, (when) => {
				const seconds = Math.floor(when.getTime() / 1000);
				expect(parseRetryAfter(when.toUTCString(), NOW_MS)).toBe(seconds * 1000 - NOW_MS);
			}),
		);
	});
});
