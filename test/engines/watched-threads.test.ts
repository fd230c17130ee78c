import { Piscina } from "piscina";
import { afterEach, describe, expect, it } from "vitest";
import { WatchedThreads } from "../../src/engines/watched-threads.ts";
import { siblingScript } from "../../src/sibling-script.ts";

let threads: WatchedThreads;
afterEach(() => threads.destroy());

const { url, execArgv } = siblingScript("../helpers/processes/hanging-worker", import.meta.url);

describe("threads of which one hangs", () => {
	it("are replaced; whoever waited is told, and whoever comes then is answered", async () => {
		const hang = new Int32Array(new SharedArrayBuffer(4)).fill(1);
		let numStarts = 0;
		const start = () => {
			numStarts++;
			return new Piscina({
				filename: url.href,
				execArgv,
				workerData: { hang },
				minThreads: 1,
				maxThreads: 1,
			});
		};
		threads = new WatchedThreads(start, 500);
		await threads.runPatiently("load");
		const waiting = [threads.run("detect"), threads.run("detect")];
		for (const { reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[])
			expect(reason).toMatchObject({ code: "ENGINE_UNAVAILABLE" });
		expect(numStarts).toBe(2);
		await threads.runPatiently("load");
		expect(await threads.run("detect")).toMatchObject({ scores: new Float32Array() });
		expect(numStarts).toBe(2);
	});
});
