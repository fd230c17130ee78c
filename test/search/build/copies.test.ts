/** Rows that are there many times over: what is asked for is found, and fairly counted. */
import { describe, expect, it } from "vitest";
import { firstCopies } from "../../../src/search/build/copies.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { Arena } from "../../../src/search/parts/arena.ts";
import { EmbeddingStore } from "../../../src/search/parts/embedding-store.ts";
import { Random } from "../../../src/search/random.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const DIMENSION = 32;
const NUM_ROWS = 6000;

/** So many copies of each row, shuffled; queries are of neither. */
function createCopies(numCopies: number) {
	const { embeddings, strangers } = createFaceLikeRows(NUM_ROWS / numCopies, 1, {
		...{ dimension: DIMENSION, numQueries: 150, seed: numCopies },
	});
	const different = new Random(numCopies)
		.sample(NUM_ROWS, NUM_ROWS)
		.map((place) => place % (NUM_ROWS / numCopies));
	const copies = new Float32Array(NUM_ROWS * DIMENSION);
	different.forEach((row, i) => {
		copies.set(embeddings.subarray(row * DIMENSION, (row + 1) * DIMENSION), i * DIMENSION);
	});
	return { embeddings: copies, different, queries: strangers };
}

describe.each([2, 20, 100])("%i copies of each row", (numCopies) => {
	const { embeddings, different, queries } = createCopies(numCopies);
	const input = { embeddings, dimension: DIMENSION, pipelineVersion: "test 1" };
	const own = Uint32Array.from({ length: NUM_ROWS }, (_, row) => row);

	const byDifferent = LshIndex.build({ ...input, groups: different });
	const byOwn = LshIndex.build({ ...input, groups: own });

	it.each([
		["copies are of one group", byDifferent, true],
		["copies are of different groups", byOwn, true],
		["rows are asked for", byOwn, false],
	])("leave the recall that was asked for where %s", (_where, index, distinctGroups) => {
		for (const k of [7, 28]) {
			const found = queries.map((query) => {
				const last = index.exact().search(query, k, { distinctGroups }).at(-1)!.similarity;
				const matches = index.search(query, k, { distinctGroups, recall: 0.95 });
				return matches.filter(({ similarity }) => similarity >= last).length / k;
			});
			const mean = found.reduce((sum, each) => sum + each, 0) / found.length;
			// what two samples of 150 differ by
			expect(mean).toBeGreaterThan(0.95 - 0.03);
		}
	});
});

it("Near copies leave the recall that was asked for to those who have none among them", () => {
	const { embeddings, queries } = createCopies(50);
	const random = new Random(3);
	const index = LshIndex.build({
		embeddings: embeddings.map((value) => value + 1e-3 * random.normal()),
		groups: Uint32Array.from({ length: NUM_ROWS }, (_, row) => row),
		...{ dimension: DIMENSION, pipelineVersion: "test 1" },
	});
	for (const k of [7, 28]) {
		const found = queries.map((query) => {
			const last = index.exact().search(query, k).at(-1)!.similarity;
			return (
				index.search(query, k, { recall: 0.95 }).filter(({ similarity }) => similarity >= last).length / k
			);
		});
		expect(found.reduce((sum, each) => sum + each, 0) / found.length).toBeGreaterThan(0.95 - 0.03);
	}
});

it.each([
	["5 rows of one kind, of groups of their own", 5, NUM_ROWS],
	["20", 20, NUM_ROWS],
])("%s leave the recall that was asked for to those who have none among them", (_rows, perKind, size) => {
	const { embeddings, known, strangers } = createFaceLikeRows(size / perKind, perKind, {
		numQueries: 150,
		seed: perKind,
	});
	const groups = Uint32Array.from({ length: size }, (_, row) => row);
	const index = LshIndex.build({ embeddings, groups, dimension: 128, pipelineVersion: "test 1" });
	for (const queries of [known, strangers]) {
		for (const k of [7, 28]) {
			const found = queries.map((query) => {
				const last = index.exact().search(query, k).at(-1)!.similarity;
				const matches = index.search(query, k, { recall: 0.95 });
				return matches.filter(({ similarity }) => similarity >= last).length / k;
			});
			expect(found.reduce((sum, each) => sum + each, 0) / found.length).toBeGreaterThan(0.95 - 0.03);
		}
	}
});

it("Of each row the first copy is known", () => {
	const { embeddings, different } = createCopies(20);
	const store = EmbeddingStore.fill(Arena.create("simd"), embeddings, different, DIMENSION);
	expect([...firstCopies(store)]).toEqual(Array.from(different, (row) => different.indexOf(row)));
});

it("All copies of a row are found, also those that came one by one, after others went", () => {
	const { embeddings, strangers } = createFaceLikeRows(1000, 1, { dimension: DIMENSION });
	const groups = Uint32Array.from({ length: 1000 }, (_, row) => row);
	let index = LshIndex.build({ embeddings, groups, dimension: DIMENSION, pipelineVersion: "test 1" });
	const [copied] = strangers as [Float32Array];
	for (let i = 0; i < 200; i++) index = index.adding(copied, Uint32Array.of(1000 + i));
	index = index.removing(Array.from({ length: 50 }, (_, i) => 1000 + i * 3));
	const settings = { numProbes: 0, numVotes: 1, beamWidth: 220 };
	const all = Array.from({ length: 200 }, (_, i) => 1000 + i).filter((row) => index.has(row));
	const copiesIn = (asked: LshIndex) =>
		asked
			.search(copied, 150, { settings })
			.filter(({ similarity }) => similarity > 0.99999)
			.map(({ row }) => row)
			.sort((a, b) => a - b);
	expect(copiesIn(index)).toEqual(all);
	expect(copiesIn(LshIndex.from(index.encode()))).toEqual(all);
});
