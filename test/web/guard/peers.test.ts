import type { Options } from "express-rate-limit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NO_PEERS, SharedStore } from "../../../src/web/guard/peers.ts";

const MINUTE_MS = 60_000;

afterEach(() => {
	vi.useRealTimers();
});

describe("requests that are counted", () => {
	it("are forgotten after their minute, also where the machine's clock is put back by an hour", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		const store = new SharedStore(NO_PEERS, "photos");
		store.init({ windowMs: MINUTE_MS } as Options);
		await store.increment("visitor");
		expect(await store.increment("visitor")).toMatchObject({ totalHits: 2 });
		vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
		const { totalHits, resetTime } = await store.increment("visitor");
		expect(totalHits).toBe(1);
		expect(resetTime?.getTime()).toBe(Date.now() + MINUTE_MS);
		store.shutdown();
	});
});
