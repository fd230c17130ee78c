import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { LshIndex } from "../../src/search/lsh-index.ts";
import type { Match } from "../../src/search/vector-index.ts";
import { createFaceLikeRows } from "../helpers/face-like-rows.ts";

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
					const worker = new Worker(new URL("../helpers/search-worker.js", import.meta.url), {
						workerData: { shared, queries, settings },
					});
					worker.once("message", resolve);
					worker.once("error", reject);
				}),
		),
	);
	for (const answer of answers) expect(answer).toEqual(expected);
	expect(shared.memory).toBe(index.share().memory);
});
