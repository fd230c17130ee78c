import { expect, it } from "vitest";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const rows = createFaceLikeRows(100, 3, { dimension: 16 });
const index = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
const [query] = rows.known as [Float32Array];

it("Buckets answer as before after a filter has thrown", () => {
	const settings = { numProbes: 100, numVotes: 2, beamWidth: 0 };
	const before = index.search(query, 5, { settings });
	const accept = () => {
		throw new TypeError("a mistake of the caller's");
	};
	expect(() => index.search(query, 5, { settings, accept })).toThrow("a mistake of the caller's");
	expect(index.search(query, 5, { settings })).toEqual(before);
});

it.each([
	{ numProbes: 2 ** 31, numVotes: 1, beamWidth: 0 },
	{ numProbes: 0, numVotes: 1, beamWidth: 2 ** 31 },
])("Who asks for more than there is gets all there is, with %o", (settings) => {
	const before = index.memoryBytes;
	expect(index.search(query, 300, { settings })).toEqual(index.exact().search(query, 300));
	expect(index.memoryBytes - before).toBeLessThan(100_000);
});
