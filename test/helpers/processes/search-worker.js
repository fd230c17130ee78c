/** Searches an index that the main thread shares. JavaScript, as Node 20 starts workers from nothing else. */
import { parentPort, workerData } from "node:worker_threads";

const { module, shared, queries, settings } = workerData;
const { LshIndex } = await import(module);
const index = LshIndex.attach(shared);
// three rounds, so that the threads are at it at the same time
let answers = [];
for (let round = 0; round < 3; round++) {
	answers = queries.map((query) => index.search(query, 7, { settings }));
}
parentPort?.postMessage(answers);
