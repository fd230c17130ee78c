import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { LshIndex } from "../../src/search/lsh-index.ts";
import type { Match } from "../../src/search/vector-index.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";

it("is searched by several threads at once, in one memory, with the answers of one", async () => {
	const rows = createFaceLikeRows(500, 4);
	const index = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true }).removing([7]);
	const queries = [...rows.known, ...rows.strangers];
	const settings = { numProbes: 30, numVotes: 1, beamWidth: 32 };
	const expected = queries.map((query) => index.search(query, 7, { settings }));
	const shared = index.share();
	const answers = await Promise.all(
		[1, 2, 3].map(
			() =>
				new Promise<Match[][]>((resolve, reject) => {
					const worker = new Worker(new URL("../helpers/processes/search-worker.js", import.meta.url), {
						workerData: { module: builtModule("search/lsh-index"), shared, queries, settings },
					});
					worker.once("message", resolve);
					worker.once("error", reject);
				}),
		),
	);
	for (const answer of answers) expect(answer).toEqual(expected);
	expect(shared.memory).toBe(index.share().memory);
});

it("takes no further memory when it is attached again and again, also after it has grown", () => {
	const rows = createFaceLikeRows(100, 4);
	const built = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
	const grown = built.adding(rows.known[0], Uint32Array.of(500));
	const first = LshIndex.attach(built.share());
	first.search(rows.known[0], 1);
	const before = first.memoryBytes;
	for (let i = 0; i < 100; i++) {
		const again = LshIndex.attach((i % 2 === 0 ? built : grown).share());
		expect(again.search(rows.known[0], 1)[0].row === 400).toBe(i % 2 === 1);
	}
	// but for the row that was added
	expect(LshIndex.attach(built.share()).memoryBytes - before).toBeLessThan(1024);
});
