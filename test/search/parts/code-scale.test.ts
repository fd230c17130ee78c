import { describe, expect, it } from "vitest";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { Arena } from "../../../src/search/parts/arena.ts";
import { EmbeddingStore } from "../../../src/search/parts/embedding-store.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const rows = createFaceLikeRows(200, 4);
const near = Float32Array.from(rows.known[0]!);
/** A direction that no face has. */
const far = Float32Array.from({ length: 128 }, (_, i) => (i === 3 ? 2 : 0));

describe("codes of rows that are added", () => {
	const store = EmbeddingStore.fill(Arena.create("scalar"), rows.embeddings, rows.groups, 128, {
		capacity: 900,
	});

	it("reach what lies among the rows that they were chosen for, and nothing far outside", () => {
		expect(store.numReached(near)).toBe(1);
		expect(store.numReached(Float32Array.from([...near, ...near, ...far, ...near]))).toBe(2);
	});

	it("are chosen anew in a copy that expects such a row, and err little then", () => {
		const copy = store.copy(Arena.create("scalar"), store.size, 900, far);
		expect(copy.numReached(far)).toBe(1);
		copy.write(far, Uint32Array.of(9));
		copy.admit(1);
		expect(copy.codeScale.maxError).toBeLessThan(5 * store.codeScale.maxError);
	});
});

it("An index takes a row from far outside, finds it, and still finds exactly what it found", () => {
	const built = LshIndex.build({ ...rows, pipelineVersion: "test 1", graph: true });
	const changed = built.adding(Float32Array.from([...near, ...far, ...near]), Uint32Array.of(900, 901, 902));
	expect(changed.exact().search(far, 1)[0]).toMatchObject({ row: 801, group: 901 });
	expect(changed.search(near, 2).map(({ group }) => group)).toEqual([900, 902]);
	for (const query of rows.strangers.slice(0, 30)) {
		const found = changed
			.exact()
			.search(query, 7)
			.filter(({ row }) => row < 800);
		expect(found).toEqual(built.exact().search(query, 7).slice(0, found.length));
	}
});
