import { describe, expect, it } from "vitest";
import { describeRun, fileNameOf, tellRun } from "../../scripts/bench/describe-run.ts";

describe("what a bench says of its run", () => {
	it("names the seed, the command, the machine and the commit", () => {
		const line = tellRun(describeRun("bench:search", 21));
		expect(line).toMatch(/cores, Node \d+\.\d+.*; commit (\w+\+?); `npm run bench:search.*`, seed 21\.$/);
	});

	it("gives results of two seeds or settings two files", () => {
		const names = [
			fileNameOf("face-like 202,589", { people: 10177, seed: 21, index: 1 }),
			fileNameOf("face-like 202,589", { people: 10177, seed: 22, index: 1 }),
			fileNameOf("face-like 202,589", { people: 10177, seed: 21, index: 2 }),
			fileNameOf("face-like 202,589", { people: 1017, seed: 21, index: 1 }),
		];
		expect(new Set(names).size).toBe(4);
		expect(names[0]).toBe("face-like-202-589.people-10177.seed-21.index-1");
	});
});
