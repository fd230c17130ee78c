/** One of the searching threads of bench-workers.ts: warms up, says so, and on a word answers with its queries per second. */
import { parentPort, workerData } from "node:worker_threads";
import { tsImport } from "tsx/esm/api";

const { LshIndex } = await tsImport("../../../src/search/lsh-index.ts", import.meta.url);
const { shared, queries, settings } = workerData;
const index = LshIndex.attach(shared);
const searchAll = () => {
	for (const query of queries) index.search(query, 7, { settings });
};
searchAll();
searchAll();
parentPort?.once("message", () => {
	const start = performance.now();
	for (let round = 0; round < 5; round++) searchAll();
	parentPort?.postMessage((5 * queries.length * 1000) / (performance.now() - start));
});
parentPort?.postMessage("warm");
