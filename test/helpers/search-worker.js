/** Searches an index that the main thread shares. JavaScript, as Node 20 starts workers from nothing else; tsx reads the rest. */
import { parentPort, workerData } from "node:worker_threads";
import { tsImport } from "tsx/esm/api";

const { LshIndex } = await tsImport("../../src/search/lsh-index.ts", import.meta.url);
const { shared, queries, settings } = workerData;
const index = LshIndex.attach(shared);
// three rounds, so that the threads are at it at the same time
let answers = [];
for (let round = 0; round < 3; round++) {
	answers = queries.map((query) => index.search(query, 7, { settings }));
}
parentPort?.postMessage(answers);
