/** Files of a SearchIndex that somebody has changed, with checksums that fit. */
import { describe, expect, it } from "vitest";
import { SearchIndex } from "../../../src/search/library/search-index.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";

const { embeddings } = createFaceLikeRows(4, 1, { dimension: 3 });
const saved = SearchIndex.build([1, 2, 3, 4], embeddings, { dimension: 3 }).save();
const ids = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const metric = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const cosine = { metric: "cosine", dimension: 3, radius: 0 };

/** What `save` wrote, with these sections for its own. */
function forged(sections: { readonly ids?: Uint8Array; readonly metric?: Uint8Array }): Uint8Array {
	return LshIndex.from(saved).encode({ ids: ids(1, 2, 3, 4), metric: metric(cosine), ...sections });
}

describe("a file of a SearchIndex", () => {
	it("is read where nothing was changed", () => {
		expect(SearchIndex.load(forged({})).size).toBe(4);
	});

	it.each([
		["an id twice", { ids: ids(1, 2, 2, 4) }, /of its own for each vector/],
		["half an id", { ids: ids(1, 2, 2.5, 4) }, /a whole number/],
		["no number as id", { ids: ids(1, 2, Number.NaN, 4) }, /a whole number/],
		["an id below 0", { ids: ids(1, 2, -3, 4) }, /a whole number/],
		["too few ids", { ids: ids(1, 2, 3) }, /it has no ids/],
		["another dimension", { metric: metric({ ...cosine, dimension: 4 }) }, /vectors that fit it/],
		[
			"a metric of longer vectors",
			{ metric: metric({ ...cosine, metric: "euclidean" }) },
			/vectors that fit it/,
		],
		["a metric that there is not", { metric: metric({ ...cosine, metric: "l2" }) }, /not readable/],
		["a radius below 0", { metric: metric({ ...cosine, radius: -1 }) }, /vectors that fit it/],
		["no metric", { metric: metric(null) }, /not readable/],
	])("is refused with %s", (_what, sections, message) => {
		expect(() => SearchIndex.load(forged(sections))).toThrow(message);
	});
});
