import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { evaluateSearch } from "../../src/evaluation/evaluate-search.ts";
import { holdOut } from "../../src/evaluation/held-out.ts";
import { readGallery } from "../../src/gallery/gallery-store.ts";

const starter = readGallery(path.join(PROJECT_FOLDER, "data", "starter.gallery"));

describe("holdOut", () => {
	const { embeddings, groups, known, strangers } = holdOut(starter, 200, 3);

	it("leaves none of the strangers in the index and one photo less of the known", () => {
		const inIndex = new Set(groups);
		expect(strangers.filter(({ person }) => inIndex.has(person))).toEqual([]);
		expect(known.filter(({ person }) => !inIndex.has(person))).toEqual([]);
		expect([known.length, strangers.length]).toEqual([200, 200]);
		expect(embeddings.length).toBe(groups.length * starter.index.dimension);
	});

	it("draws the same for the same seed", () => {
		expect(holdOut(starter, 200, 3).strangers).toEqual(strangers);
		expect(holdOut(starter, 200, 4).strangers).not.toEqual(strangers);
	});
});

describe("the starter gallery", () => {
	const figures = evaluateSearch(starter, { k: 7, numQueries: 500, seed: 1 });

	it.each(figures)(
		"is searched by the LSH with recall@7 of at least 0.9 for $kind",
		({ photoRecall, peopleRecall }) => {
			expect(photoRecall).toBeGreaterThanOrEqual(0.9);
			expect(peopleRecall).toBeGreaterThanOrEqual(0.9);
		},
	);

	// many people have two photos, often decades apart: one is asked for, the other is all that is left; the exact
	// search gives 954 of 1,000 back, so that no approximate one can be asked for more
	it("gives a held-out photo of its people back as that person first, 95 times in 100", () => {
		expect(figures[0]).toMatchObject({ kind: "known", numQueries: 500 });
		expect(figures[0]?.firstIsSame).toBeGreaterThanOrEqual(0.95);
	});
});
