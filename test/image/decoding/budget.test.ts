import { describe, expect, it } from "vitest";
import { Budget } from "../../../src/image/decoding/budget.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a budget", () => {
	it("is shared first come first served, so that small ones don't starve a large one", async () => {
		const budget = new Budget(10);
		const order: string[] = [];
		const ask = async (name: string, amount: number) => {
			const giveBack = await budget.take(amount);
			order.push(name);
			return giveBack;
		};
		const first = await ask("first", 6);
		const large = ask("large", 8);
		const small = ask("small", 1);
		await settle();
		expect(order).toEqual(["first"]);
		first();
		first();
		expect(budget.taken).toBe(9);
		(await large)();
		(await small)();
		expect(order).toEqual(["first", "large", "small"]);
		expect(budget.taken).toBe(0);
	});

	it("lets the next one in when whoever stood before it gives up", async () => {
		const budget = new Budget(10);
		const first = await budget.take(6);
		const gone = new AbortController();
		const large = budget.take(8, gone.signal);
		const small = budget.take(2);
		gone.abort(new Error("gone"));
		await expect(large).rejects.toThrow("gone");
		(await small)();
		first();
		expect(budget.taken).toBe(0);
	});

	it("refuses what could never be given", async () => {
		await expect(new Budget(10).take(11)).rejects.toThrow(RangeError);
	});
});
