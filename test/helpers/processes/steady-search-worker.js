/**
 * Searches, all the time, the index that the main thread shared last, and tells what is wrong with the answers. JavaScript, as
 * Node 20 starts workers from nothing else.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";

const { module, queries } = workerData;
const { LshIndex } = await import(module);

for (let index, expected, settings, numRounds = 0; ; numRounds++) {
	const order = receiveMessageOnPort(parentPort)?.message;
	if (order) {
		index = LshIndex.attach(order.shared);
		({ expected, settings } = order);
		numRounds = 0;
	}
	if (!index) continue;
	const wrong = queries.flatMap((query, i) => {
		const exact = index.exact().search(query, 7);
		const found = index.search(query, 7, { settings });
		const isRight =
			JSON.stringify(exact) === JSON.stringify(expected[i]) && found.every(({ row }) => index.has(row));
		return isRight ? [] : [{ exact, expected: expected[i], found }];
	});
	if (wrong.length > 0 || numRounds === 1) parentPort.postMessage(wrong);
}
