/** What a search without an index costs: plain JavaScript, and the SIMD kernels over all float32 rows. */

import { TopK } from "../../../../src/search/lookup/top-k.ts";
import { Arena } from "../../../../src/search/parts/arena.ts";
import { type BenchData, DIMENSION } from "../data-sets.ts";
import type { Engine } from "../measure.ts";

/** The original's way: one loop, one sum, all similarities, then sorted. */
export function plainBruteForce({ embeddings, groups }: BenchData): Engine {
	return {
		name: "brute force",
		setting: "plain JavaScript",
		maxQueries: 20,
		search: (query, k) => {
			const best = new TopK(k, false);
			for (let row = 0, at = 0; row < groups.length; row++) {
				let sum = 0;
				for (let i = 0; i < DIMENSION; i++) sum += query[i] * embeddings[at++];
				best.offer(row, 0, sum);
			}
			return [...best.rows];
		},
	};
}

export function simdBruteForce({ embeddings, groups }: BenchData): Engine {
	const arena = Arena.create("simd");
	const size = groups.length;
	const rows = arena.allocate(embeddings.byteLength);
	arena.float32(rows, embeddings.length).set(embeddings);
	const queryAt = arena.allocate(DIMENSION * 4);
	const out = arena.allocate(size * 4);
	const similarities = arena.float32(out, size);
	return {
		name: "brute force",
		setting: "SIMD float32",
		maxQueries: 100,
		search: (query, k) => {
			arena.float32(queryAt, DIMENSION).set(query);
			arena.kernels.dots(queryAt, rows, size, DIMENSION, out);
			const best = new TopK(k, false);
			let worst = best.worst;
			for (let row = 0; row < size; row++) {
				if (similarities[row] < worst) continue;
				best.offer(row, 0, similarities[row]);
				worst = best.worst;
			}
			return [...best.rows];
		},
	};
}
