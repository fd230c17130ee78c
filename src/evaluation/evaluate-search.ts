/** Recall and speed of the LSH index against the exact search, on queries that are not in the index. */
import type { Gallery } from "../gallery/gallery.ts";
import { LshIndex } from "../search/lsh-index.ts";
import type { VectorIndex } from "../search/vector-index.ts";
import { type HeldOutQuery, holdOut } from "./held-out.ts";

export interface SearchFigures {
	/** "known" = people in the index, "strangers" = people who are not. */
	readonly kind: "known" | "strangers";
	readonly numQueries: number;
	/** Share of the exact search's k nearest photos that the LSH found. */
	readonly photoRecall: number;
	/** Share of the exact search's k nearest people that the LSH found: what the page shows. */
	readonly peopleRecall: number;
	/** Share of known people who come back as themselves in the first place; undefined for strangers. */
	readonly firstIsSame: number | undefined;
	/** Median microseconds of one search for k people. */
	readonly lshMedianUs: number;
	readonly exactMedianUs: number;
	/** Which of the two the index itself would use. */
	readonly chosen: "lsh" | "exact";
}

export interface EvaluateOptions {
	readonly k: number;
	/** Most queries of each kind. */
	readonly numQueries: number;
	readonly seed: number;
	/** Asked of the LSH; its own default if undefined. */
	readonly recall?: number;
}

/** Rebuilds the index without the held-out photos and asks for them; the two searches take turns. */
export function evaluateSearch(gallery: Gallery, options: EvaluateOptions): SearchFigures[] {
	const { embeddings, groups, known, strangers } = holdOut(gallery, options.numQueries, options.seed);
	const { dimension } = gallery.index;
	const { pipelineVersion } = gallery;
	const lsh = LshIndex.build({ embeddings, groups, dimension, pipelineVersion, seed: options.seed });
	const exact = lsh.exact();
	return (["known", "strangers"] as const).map((kind) =>
		measure(kind, kind === "known" ? known : strangers, lsh, exact, options),
	);
}

function measure(
	kind: SearchFigures["kind"],
	queries: readonly HeldOutQuery[],
	lsh: LshIndex,
	exact: VectorIndex,
	{ k, recall }: EvaluateOptions,
): SearchFigures {
	const asked = { strategy: "lsh", ...(recall !== undefined && { recall }) } as const;
	const lshUs: number[] = [];
	const exactUs: number[] = [];
	let [photoRecall, peopleRecall, numFirst] = [0, 0, 0];
	for (const { embedding, person } of queries) {
		const truth = timed(exactUs, () => exact.search(embedding, k, { distinctGroups: true }));
		const found = timed(lshUs, () => lsh.search(embedding, k, { distinctGroups: true, ...asked }));
		peopleRecall += share(
			truth.map(({ group }) => group),
			found.map(({ group }) => group),
		);
		const truePhotos = exact.search(embedding, k).map(({ row }) => row);
		photoRecall += share(
			truePhotos,
			lsh.search(embedding, k, asked).map(({ row }) => row),
		);
		if (found[0]?.group === person) numFirst++;
	}
	return {
		kind,
		numQueries: queries.length,
		photoRecall: photoRecall / queries.length,
		peopleRecall: peopleRecall / queries.length,
		firstIsSame: kind === "known" ? numFirst / queries.length : undefined,
		lshMedianUs: median(lshUs),
		exactMedianUs: median(exactUs),
		chosen: lsh.plan(k, { ...asked, strategy: "auto", distinctGroups: true }).strategy,
	};
}

function share(truth: readonly number[], found: readonly number[]): number {
	const foundSet = new Set(found);
	return truth.filter((item) => foundSet.has(item)).length / truth.length;
}

function timed<T>(times: number[], run: () => T): T {
	const start = performance.now();
	const result = run();
	times.push((performance.now() - start) * 1000);
	return result;
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}
