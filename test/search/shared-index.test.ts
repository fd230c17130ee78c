import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { LshIndex } from "../../src/search/lsh-index.ts";
import type { Match } from "../../src/search/vector-index.ts";
import { createFaceLikeRows } from "../helpers/galleries/face-like-rows.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";

it("is searched by several threads at once, in one memory, with the answers of one", async () => {
	const rows = createFaceLikeRows(200, 4);
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

it("is written, and added to, without the rows that whoever shared it has added since", () => {
	const rows = createFaceLikeRows(200, 4);
	const built = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
	const attached = LshIndex.attach(built.share());
	let grown = built;
	for (const query of rows.known) grown = grown.adding(query, Uint32Array.of(500));
	expect(LshIndex.from(attached.encode()).size).toBe(800);
	const [query] = rows.strangers as [Float32Array];
	const changed = attached.adding(query, Uint32Array.of(501));
	expect(LshIndex.from(changed.encode()).search(query, 1)).toMatchObject([{ row: 800, group: 501 }]);
	expect(grown.size).toBe(850);
});

it("is searched on while it is changed and compacted, as what it was when it was shared", async () => {
	const rows = createFaceLikeRows(200, 4);
	const queries = [...rows.known, ...rows.strangers];
	const settings = { numProbes: 0, numVotes: 1, beamWidth: 48 };
	const worker = new Worker(new URL("../helpers/processes/steady-search-worker.js", import.meta.url), {
		workerData: { module: builtModule("search/lsh-index"), queries },
	});
	const wrong: unknown[] = [];
	let numReports = 0;
	const failed = new Promise<never>((_, reject) => worker.once("error", reject));
	worker.on("message", (report: unknown[]) => {
		numReports++;
		wrong.push(...report);
	});
	/** Two rounds of the worker over what is shared now. */
	const isSearched = async (index: LshIndex) => {
		const before = numReports;
		const expected = queries.map((query) => index.exact().search(query, 7));
		worker.postMessage({ shared: index.share(), expected, settings });
		await Promise.race([failed, expect.poll(() => numReports).toBeGreaterThan(before)]);
	};
	try {
		let index = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
		for (let round = 0; round < 3; round++) {
			await isSearched(index);
			index = index.removing(Array.from({ length: 80 }, (_, i) => i * 7 + round));
			await isSearched(index);
			for (let i = 0; i < 80; i++) index = index.adding(queries[i]!, Uint32Array.of(1000 + i));
			index = index.compacted().index;
		}
	} finally {
		await worker.terminate();
	}
	expect(wrong).toEqual([]);
});
