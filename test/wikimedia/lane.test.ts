import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lane } from "../../src/wikimedia/http/lane.ts";

const never = new AbortController().signal;

describe("Lane", () => {
	it("has no more under way than it may, and does all, in their order, though some fail", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 3 }),
				fc.array(fc.boolean(), { maxLength: 20 }),
				async (concurrency, fates) => {
					const lane = new Lane({ concurrency, spacingMs: 0, signal: never });
					const started: number[] = [];
					let [numActive, most] = [0, 0];
					const results = await Promise.allSettled(
						fates.map((isFine, i) =>
							lane.run(async () => {
								started.push(i);
								most = Math.max(most, ++numActive);
								await new Promise((resolve) => setImmediate(resolve));
								numActive--;
								if (!isFine) throw new Error("no");
								return i;
							}),
						),
					);
					expect(most).toBeLessThanOrEqual(concurrency);
					expect(started).toEqual([...fates.keys()]);
					expect(results.map(({ status }) => status === "fulfilled")).toEqual(fates);
				},
			),
			{ numRuns: 30 },
		);
	});

	it("starts nothing while it is paused, and everything afterwards", async () => {
		const lane = new Lane({ concurrency: 2, spacingMs: 0 });
		const beginMs = performance.now();
		lane.pause(50);
		lane.pause(20);
		lane.charge(30);
		const starts = await Promise.all([1, 2].map(() => lane.run(async () => performance.now() - beginMs)));
		for (const startMs of starts) expect(startMs).toBeGreaterThanOrEqual(79);
	});

	it("spaces the starts", async () => {
		const lane = new Lane({ concurrency: 2, spacingMs: 20 });
		const beginMs = performance.now();
		const starts = await Promise.all([1, 2, 3].map(() => lane.run(async () => performance.now() - beginMs)));
		// the first may have been late itself
		for (const [i, startMs] of starts.entries()) expect(startMs).toBeGreaterThanOrEqual(i * 20 - 1);
	});

	it("lets go of those who wait when it is told to stop", async () => {
		const stop = new AbortController();
		const lane = new Lane({ concurrency: 1, spacingMs: 0, signal: stop.signal });
		lane.pause(60_000);
		const waiting = [1, 2].map(() => lane.run(async () => "too late"));
		stop.abort(new Error("stopped"));
		for (const result of await Promise.allSettled(waiting)) {
			expect(result).toMatchObject({ status: "rejected", reason: { message: "stopped" } });
		}
	});
});
