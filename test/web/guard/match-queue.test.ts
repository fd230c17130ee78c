import { describe, expect, it } from "vitest";
import { AddressLedger } from "../../../src/web/guard/address-ledger.ts";
import { MatchQueue } from "../../../src/web/guard/match-queue.ts";

/** A queue whose time is set by hand, and work that ends when it is let go. */
function setUp({ maxActive = 2, maxQueued = 20, maxMsPerMinute = 0, msBetweenReadings = 0 } = {}) {
	const clock = { ms: 0 };
	const now = () => {
		clock.ms += msBetweenReadings;
		return clock.ms;
	};
	const ledger = new AddressLedger(maxMsPerMinute, now);
	const queue = new MatchQueue({ maxActive, maxQueued, ledger, now });
	const running = new Map<string, () => void>();
	const started: string[] = [];
	const visit = (name: string, address = name, isHeavy = false, signal = new AbortController().signal) => {
		const place = queue.enter(address);
		const task = () => {
			started.push(name);
			return new Promise<void>((resolve) => running.set(name, resolve));
		};
		return place.run(task, { signal, isHeavy }).finally(place.leave);
	};
	const finish = async (name: string) => {
		running.get(name)?.();
		await settle();
	};
	const settle = () => new Promise((resolve) => setImmediate(resolve));
	return { clock, ledger, queue, visit, finish, settle, started };
}

describe("the queue", () => {
	it("holds a turn and a place until the work has ended, though its visitor left long ago", async () => {
		const { queue, visit, finish, settle, started } = setUp({ maxActive: 1, maxQueued: 1 });
		const gone = new AbortController();
		const left = visit("left", "left", false, gone.signal);
		await settle();
		gone.abort();
		const next = visit("next");
		await settle();
		expect([started, queue.numActive, queue.numTaken]).toEqual([["left"], 1, 2]);
		expect(() => queue.enter("third")).toThrowError(/All 2 places/);
		await finish("left");
		expect([started, queue.numActive, queue.numTaken]).toEqual([["left", "next"], 1, 1]);
		await finish("next");
		await Promise.all([left, next]);
	});

	it("forgets whoever leaves while they wait", async () => {
		const { queue, visit, finish, settle, started } = setUp({ maxActive: 1 });
		const gone = new AbortController();
		const first = visit("first");
		const second = visit("second", "second", false, gone.signal);
		const third = visit("third");
		gone.abort(new Error("left"));
		await expect(second).rejects.toThrow("left");
		expect(queue.numTaken).toBe(2);
		await settle();
		await finish("first");
		await finish("third");
		await Promise.all([first, third]);
		expect(started).toEqual(["first", "third"]);
	});

	it("lets those go first whose address cost least of late, and of them who came first", async () => {
		const { ledger, visit, finish, settle, started } = setUp({ maxActive: 1, msBetweenReadings: 1e-6 });
		ledger.charge("greedy", 5000);
		const all = [visit("running"), visit("greedy"), visit("greedy 2", "greedy"), visit("a"), visit("b")];
		await settle();
		const order = ["running", "a", "b", "greedy", "greedy 2"];
		for (const [i, name] of order.entries()) {
			expect(started).toEqual(order.slice(0, i + 1));
			await finish(name);
		}
		await Promise.all(all);
	});

	it("takes a place from the address that has most, where all are taken, for one that has fewer", async () => {
		const { clock, queue, visit, finish, settle, started } = setUp({ maxActive: 1, maxQueued: 3 });
		const greedy = [1, 2, 3, 4].map((i) => visit(`greedy ${i}`, "greedy"));
		const outcomes = Promise.allSettled(greedy);
		await settle();
		expect(() => queue.enter("greedy")).toThrowError(/All 4 places/);
		const polite = visit("polite");
		await settle();
		clock.ms += 100;
		for (const name of ["greedy 1", "polite", "greedy 2", "greedy 3"]) await finish(name);
		await polite;
		expect((await outcomes).map(({ status }) => status)).toEqual([
			"fulfilled",
			"fulfilled",
			"fulfilled",
			"rejected",
		]);
		expect(started.slice(0, 2)).toEqual(["greedy 1", "polite"]);
		expect(queue.numTaken).toBe(0);
	});

	it("takes a place from the address that cost most of late, for one that will still have cost less", async () => {
		const { ledger, queue, visit, finish, settle, started } = setUp({ maxActive: 1, maxQueued: 3 });
		ledger.charge("dear", 9000);
		ledger.charge("dearer", 9500);
		ledger.charge("nearly as dear", 9000);
		const all = ["running", "dear", "dearer", "new"].map((name) => visit(name));
		const outcomes = Promise.allSettled(all);
		await settle();
		// the photo that it brings would make it as dear
		expect(() => queue.enter("nearly as dear")).toThrowError(/All 4 places/);
		const polite = visit("polite");
		await settle();
		for (const name of ["running", "new", "polite", "dear"]) await finish(name);
		await polite;
		expect((await outcomes).map(({ status }) => status)).toEqual([
			"fulfilled",
			"fulfilled",
			"rejected",
			"fulfilled",
		]);
		expect(started).toEqual(["running", "new", "polite", "dear"]);
	});

	it("never gives all turns to photos that take seconds", async () => {
		const { visit, finish, settle, started } = setUp({ maxActive: 2 });
		const all = [visit("bomb", "x", true), visit("bomb 2", "y", true), visit("photo")];
		await settle();
		expect(started).toEqual(["bomb", "photo"]);
		await finish("photo");
		expect(started).toEqual(["bomb", "photo"]);
		await finish("bomb");
		await finish("bomb 2");
		await Promise.all(all);
	});

	it("says when a place should be free: by what work took, and by what is taking longer", async () => {
		const { clock, queue, visit, finish, settle } = setUp({ maxActive: 2 });
		for (let i = 0; i < 40; i++) {
			const done = visit("photo");
			await settle();
			clock.ms += 3000;
			await finish("photo");
			await done;
		}
		const all = ["a", "b", "c", "d"].map((name) => visit(name));
		await settle();
		expect(queue.retryAfterS).toBe(6);
		clock.ms += 10_000;
		expect(queue.retryAfterS).toBe(20);
		for (const name of ["a", "b", "c", "d"]) await finish(name);
		await Promise.all(all);
	});
});

describe("a crowd of 24 addresses that send what takes 1.5 s, again and again", () => {
	it.each([
		{ maxQueued: 30, have: "all have a place" },
		{ maxQueued: 16, have: "they have all places" },
	])("makes a visitor with an ordinary photo wait for one turn to end where $have", async ({ maxQueued }) => {
		const { clock, queue, settle } = setUp({ maxQueued });
		/** What ends when: the time is that of what ends next. */
		const ends: { readonly atMs: number; readonly end: () => void }[] = [];
		const take = (ms: number) => new Promise<void>((end) => ends.push({ atMs: clock.ms + ms, end }));
		const answer = async (address: string, ms: number) => {
			const askedMs = clock.ms;
			const place = queue.enter(address);
			await place.run(() => take(ms), { signal: new AbortController().signal }).finally(place.leave);
			return clock.ms - askedMs;
		};
		const refused = () => Number.POSITIVE_INFINITY;
		const sendCollages = async (address: string) => {
			for (;;) if ((await answer(address, 1500).catch(refused)) === refused()) await take(1000);
		};
		for (let i = 0; i < 24; i++) void sendCollages(`collages ${i}`);
		const waitedMs: number[] = [];
		const visitPolitely = async () => {
			// once each of them has had a turn
			await take(20_000);
			for (;;) {
				waitedMs.push(await answer("polite", 400).catch(refused));
				await take(10_000);
			}
		};
		void visitPolitely();
		while (waitedMs.length < 50) {
			await settle();
			ends.sort((a, b) => a.atMs - b.atMs);
			const next = ends.shift()!;
			clock.ms = next.atMs;
			next.end();
		}
		expect(Math.max(...waitedMs)).toBeLessThanOrEqual(1500 + 400);
	});
});

describe("the ledger", () => {
	it("lets an address wait until its work is paid, and forgets it then", () => {
		let ms = 0;
		const ledger = new AddressLedger(30_000, () => ms);
		ledger.charge("a", 29_000);
		expect(ledger.waitS("a")).toBe(0);
		ledger.charge("a", 6_000);
		// 5 s too many, and half a second is paid each second
		expect(ledger.waitS("a")).toBe(10);
		expect(ledger.waitS("b")).toBe(0);
		ms += 10_000;
		expect(ledger.waitS("a")).toBe(0);
		ms += 60_000;
		expect(ledger.debtMs("a")).toBe(0);
	});

	it("refuses nobody where there is no limit, and still knows who cost more", () => {
		const ledger = new AddressLedger(0, () => 0);
		ledger.charge("a", 1e9);
		expect(ledger.waitS("a")).toBe(0);
		expect(ledger.debtMs("a")).toBeGreaterThan(ledger.debtMs("b"));
	});
});
