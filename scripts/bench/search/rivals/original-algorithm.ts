/**
 * The algorithm that this project began with: 50 tables x 64 hyperplanes between two random data points, sides by sign,
 * only rows of exactly the query's bucket, exact re-ranking; in plain JavaScript.
 */

import { TopK } from "../../../../src/search/lookup/top-k.ts";
import { Arena } from "../../../../src/search/parts/arena.ts";
import { Random } from "../../../../src/search/random.ts";
import { type BenchData, DIMENSION } from "../data-sets.ts";
import type { Engine } from "../measure.ts";

const NUM_TABLES = 50;
const NUM_BITS = 64;
const NUM_PLANES = NUM_TABLES * NUM_BITS;

export function originalAlgorithm({ embeddings, groups }: BenchData, seed: number): Engine {
	const size = groups.length;
	const random = new Random(seed);
	const normals = new Float32Array(NUM_PLANES * DIMENSION);
	for (let plane = 0; plane < NUM_PLANES; plane++) {
		const [a, b] = [random.below(size) * DIMENSION, random.below(size) * DIMENSION];
		for (let i = 0; i < DIMENSION; i++) {
			normals[plane * DIMENSION + i] = embeddings[a + i] - embeddings[b + i];
		}
	}
	const hashes = hashAll(embeddings, normals, size);
	const tables = Array.from({ length: NUM_TABLES }, (_, table) => {
		const rowsOf = new Map<bigint, number[]>();
		for (let row = 0; row < size; row++) {
			const hash = hashes[row * NUM_TABLES + table];
			const rows = rowsOf.get(hash);
			if (rows) rows.push(row);
			else rowsOf.set(hash, [row]);
		}
		return rowsOf;
	});
	return {
		name: "original algorithm",
		setting: "exact bucket match",
		maxQueries: 200,
		search: (query, k) => {
			const best = new TopK(k, false);
			const seen = new Set<number>();
			for (let table = 0; table < NUM_TABLES; table++) {
				let hash = 0n;
				for (let bit = 0; bit < NUM_BITS; bit++) {
					if (dot(query, normals, (table * NUM_BITS + bit) * DIMENSION) > 0) hash |= 1n << BigInt(bit);
				}
				for (const row of tables[table].get(hash) ?? []) {
					if (seen.has(row)) continue;
					seen.add(row);
					best.offer(row, 0, dot(query, embeddings, row * DIMENSION));
				}
			}
			return [...best.rows.subarray(0, best.size)];
		},
	};
}

function dot(query: Float32Array, rows: Float32Array, start: number): number {
	let sum = 0;
	for (let i = 0; i < DIMENSION; i++) sum += query[i] * rows[start + i];
	return sum;
}

/** With our kernels, as only the search is compared. */
function hashAll(embeddings: Float32Array, normals: Float32Array, size: number): BigUint64Array {
	const arena = Arena.create("simd");
	const normalsAt = arena.allocate(normals.byteLength);
	arena.float32(normalsAt, normals.length).set(normals);
	const row = arena.allocate(DIMENSION * 4);
	const distances = arena.allocate(NUM_PLANES * 4);
	const bits = arena.allocate(NUM_TABLES * 8);
	const hashes = new BigUint64Array(size * NUM_TABLES);
	const words = new Uint32Array(hashes.buffer);
	for (let i = 0; i < size; i++) {
		arena.float32(row, DIMENSION).set(embeddings.subarray(i * DIMENSION, (i + 1) * DIMENSION));
		arena.kernels.dots(row, normalsAt, NUM_PLANES, DIMENSION, distances);
		arena.kernels.packBits(distances, NUM_PLANES, bits);
		words.set(arena.uint32(bits, NUM_TABLES * 2), i * NUM_TABLES * 2);
	}
	return hashes;
}
