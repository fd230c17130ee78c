import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { type Outcome, Pipeline } from "../../src/pipeline/pipeline.ts";

async function collect<In, Out>(outcomes: AsyncIterable<Outcome<In, Out>>): Promise<Outcome<In, Out>[]> {
	const all: Outcome<In, Out>[] = [];
	for await (const outcome of outcomes) all.push(outcome);
	return all;
}

function valuesOf<In, Out>(outcomes: readonly Outcome<In, Out>[]): (Out | string)[] {
	return outcomes.map((outcome) => (outcome.ok ? outcome.value : `failed at ${outcome.step}`));
}

const refuseOdd = (value: number): number => {
	if (value % 2 === 1) throw new AppError("BROKEN_IMAGE", `${value} is odd.`);
	return value;
};

describe("Pipeline", () => {
	it("hands each input through its verbs in order", async () => {
		const outcomes = await collect(
			Pipeline.from([1, 2, 3])
				.step("double", (n) => n * 2)
				.step("spell", async (n) => `<${n}>`)
				.outcomes(),
		);
		expect(valuesOf(outcomes)).toEqual(["<2>", "<4>", "<6>"]);
		expect(outcomes.map(({ input }) => input)).toEqual([1, 2, 3]);
		expect(Object.keys(outcomes[0]?.timings ?? {})).toEqual(["double", "spell"]);
	});

	it("runs nothing before it is asked for outcomes, and anew each time it is", async () => {
		let runs = 0;
		const pipeline = Pipeline.from([1]).step("count", () => ++runs);
		expect(runs).toBe(0);
		await pipeline.only();
		expect((await pipeline.only()).value).toBe(2);
	});

	it("collects a failure with its step and lets the other inputs go on", async () => {
		const outcomes = await collect(
			Pipeline.from([1, 2, 3, 4])
				.step("refuse", refuseOdd)
				.step("double", (n) => n * 2)
				.outcomes(),
		);
		expect(valuesOf(outcomes)).toEqual(["failed at refuse", 4, "failed at refuse", 8]);
		expect(outcomes[0]).toMatchObject({ input: 1, error: { code: "BROKEN_IMAGE" } });
	});

	it("keeps the order of the inputs when later ones are faster", async () => {
		const outcomes = await collect(
			Pipeline.from([30, 1, 20, 1])
				.step("sleep", async (ms) => sleep(ms, ms), { concurrency: 4 })
				.outcomes(),
		);
		expect(valuesOf(outcomes)).toEqual([30, 1, 20, 1]);
	});

	it("never has more values in a step than its concurrency, and reaches it", async () => {
		let active = 0;
		let most = 0;
		const verb = async (n: number) => {
			most = Math.max(most, ++active);
			await sleep(5);
			active--;
			return n;
		};
		await collect(Pipeline.from(Array(20).keys()).step("work", verb, { concurrency: 3 }).outcomes());
		expect(most).toBe(3);
	});

	it("reads the source no faster than the steps go", async () => {
		let read = 0;
		function* source(): Generator<number> {
			while (true) yield read++;
		}
		const iterator = Pipeline.from(source())
			.step("pass", (n) => n, { concurrency: 2 })
			.outcomes()
			[Symbol.asyncIterator]();
		await iterator.next();
		await sleep(20);
		expect(read).toBeLessThan(10);
		await iterator.return?.();
	});

	it("gives a batch verb full batches of values, failed ones not counted, and puts them back in order", async () => {
		const sizes: number[] = [];
		const outcomes = await collect(
			Pipeline.from([1, 2, 4, 3, 6, 8, 10])
				.step("refuse", refuseOdd)
				.batch(
					"halve",
					async (values) => {
						sizes.push(values.length);
						return values.map((n) => n / 2);
					},
					{ size: 2 },
				)
				.outcomes(),
		);
		expect(sizes).toEqual([2, 2, 1]);
		expect(valuesOf(outcomes)).toEqual(["failed at refuse", 1, 2, "failed at refuse", 3, 4, 5]);
	});

	it("fails the values of a batch that throws, and only those", async () => {
		const outcomes = await collect(
			Pipeline.from([1, 2, 3])
				.batch("sum", async (values) => values.map(refuseOdd), { size: 2 })
				.outcomes(),
		);
		expect(valuesOf(outcomes)).toEqual(Array(3).fill("failed at sum"));
	});

	it("throws the failure of an only input as it is", async () => {
		await expect(Pipeline.from([1]).step("refuse", refuseOdd).only()).rejects.toMatchObject({
			code: "BROKEN_IMAGE",
		});
	});

	it("stops between steps when the signal aborts", async () => {
		const controller = new AbortController();
		const reached: number[] = [];
		const pipeline = Pipeline.from([1, 2, 3])
			.step("abort", (n) => {
				if (n === 2) controller.abort(new Error("enough"));
				return n;
			})
			.step("reach", (n) => reached.push(n));
		await expect(collect(pipeline.outcomes(controller.signal))).rejects.toThrow("enough");
		expect(reached).not.toContain(3);
	});
});
