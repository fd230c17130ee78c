/** Measures engines side by side: recall against the exact search, and the time of a query, pass by pass in turns. */
import { type BenchData, DIMENSION } from "./data-sets.ts";

export const K = 7;
/** What two orders of summation may differ by: rows as near as the k-th are as right. */
const TIE = 1e-6;
/** Timed passes over all queries; a query's time is its best. */
const NUM_PASSES = 3;

/** An engine with one setting. */
export interface Engine {
	readonly name: string;
	readonly setting: string;
	/** Called before a pass. */
	readonly prepare?: () => void;
	/** Rows of the k nearest. */
	readonly search: (query: Float32Array, k: number) => number[];
	/** Fewer queries for the slow ones. */
	readonly maxQueries?: number;
}

export interface Measured {
	readonly name: string;
	readonly setting: string;
	/** Recall@7 against the exact search; null without queries of the kind. */
	readonly recall: { readonly known: number | null; readonly strangers: number | null };
	/** Median microseconds of one query. */
	readonly medianUs: { readonly known: number | null; readonly strangers: number | null };
	readonly p99Us: number;
	/**
	 * Mean Euclidean distance of the last match found, over that of the last true one: 1 where all are right. Of queries
	 * with a whole answer only; null without any. Missing in results of before November 27, 2026.
	 */
	readonly farther?: { readonly known: number | null; readonly strangers: number | null };
}

/** @param truths rows of the true nearest, known first */
export function measure(
	engines: readonly Engine[],
	data: BenchData,
	truths: readonly number[][],
): Measured[] {
	const queries = [...data.known, ...data.strangers];
	const best = engines.map(() => new Float64Array(queries.length).fill(Number.POSITIVE_INFINITY));
	const found = engines.map(() => new Array<number[]>(queries.length));
	for (let pass = -1; pass < NUM_PASSES; pass++) {
		engines.forEach(({ prepare, search, maxQueries }, e) => {
			prepare?.();
			for (let q = 0; q < queries.length; q += stepOf(maxQueries, queries.length)) {
				const start = performance.now();
				const rows = search(queries[q], K);
				const us = (performance.now() - start) * 1000;
				// the first pass warms up
				if (pass >= 0) best[e][q] = Math.min(best[e][q], us);
				found[e][q] = rows;
			}
		});
	}
	const lastOf = (rows: readonly number[], q: number) =>
		Math.min(...rows.map((row) => cosine(data, row, queries[q])));
	const last = truths.map(lastOf);
	const kinds = { known: [0, data.known.length], strangers: [data.known.length, queries.length] } as const;
	return engines.map(({ name, setting }, e) => {
		const asked = (kind: keyof typeof kinds) =>
			[...queries.keys()].slice(...kinds[kind]).filter((q) => found[e][q] !== undefined);
		const recall = (kind: keyof typeof kinds) =>
			mean(
				asked(kind).map(
					(q) => found[e][q].filter((row) => cosine(data, row, queries[q]) >= last[q] - TIE).length / K,
				),
			);
		const farther = (kind: keyof typeof kinds) =>
			mean(
				asked(kind)
					.filter((q) => found[e][q].length === K)
					.map((q) => distance(lastOf(found[e][q], q)) / distance(last[q])),
			);
		const median = (kind: keyof typeof kinds) =>
			quantile(
				asked(kind).map((q) => best[e][q]),
				0.5,
			);
		return {
			name,
			setting,
			recall: { known: recall("known"), strangers: recall("strangers") },
			medianUs: { known: median("known"), strangers: median("strangers") },
			p99Us: quantile([...best[e]].filter(Number.isFinite), 0.99) ?? 0,
			farther: { known: farther("known"), strangers: farther("strangers") },
		};
	});
}

/** Time at a recall, between the measured points (in the logarithm of time) that no other beats in both. */
export function timeAtRecall(
	points: readonly Measured[],
	kind: "known" | "strangers",
	recall: number,
): number | null {
	const sorted = points
		.map((point) => ({ recall: point.recall[kind] ?? 0, us: point.medianUs[kind] ?? 0 }))
		.sort((a, b) => a.us - b.us)
		.filter(({ recall: reached }, i, all) => all.slice(0, i).every((faster) => faster.recall < reached));
	const above = sorted.findIndex((point) => point.recall >= recall);
	if (above < 0) return null;
	if (above === 0) return sorted[0].us;
	const [low, high] = [sorted[above - 1], sorted[above]];
	const share = (recall - low.recall) / (high.recall - low.recall);
	return low.us * (high.us / low.us) ** share;
}

function cosine({ embeddings }: BenchData, row: number, query: Float32Array): number {
	return query.reduce((sum, value, i) => sum + value * (embeddings[row * DIMENSION + i] ?? 0), 0);
}

/** Of unit vectors, which the original compared instead of cosines; never 0, so that it can divide. */
function distance(cosine: number): number {
	return Math.sqrt(Math.max(2 - 2 * cosine, TIE));
}

function stepOf(maxQueries: number | undefined, numQueries: number): number {
	return maxQueries === undefined ? 1 : Math.max(1, Math.floor(numQueries / maxQueries));
}

function mean(values: readonly number[]): number | null {
	return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(values: readonly number[], share: number): number | null {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
