/**
 * Chooses the hyperplanes: of many random pairs of pivots, those that keep neighbours on one side (and so in one
 * bucket) and, within a table, say different things. Thresholds are medians, so that every bit halves the rows.
 */

import { ExactSearch } from "../lookup/exact-search.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import {
	allocateHyperplanes,
	type Hyperplanes,
	MAX_PIVOTS,
	NUM_BITS,
	NUM_PLANES,
	NUM_TABLES,
} from "../parts/hyperplanes.ts";
import { Workspace } from "../parts/workspace.ts";
import type { Random } from "../random.ts";

/** Pairs of pivots to choose from: in all, where there are rows enough that the choice matters, and per table. */
const PAIRS_PER_ROW = 2;
const MIN_PAIRS = 2_000;
const MAX_PAIRS = 8_000;
const PAIRS_PER_TABLE = 1_500;
/** Rows that medians and correlations are measured on. */
const SAMPLE_SIZE = 1024;
/** Rows whose neighbours are looked up, and how many neighbours of each. */
const NUM_PROBES = 400;
const NUM_NEIGHBOURS = 7;
/** A pair that another table has taken is a little less welcome. */
const REUSE_PENALTY = 0.003;
/** Bits of a hash that must be decorrelated: a few more than key a bucket; the others follow by agreement alone. */
const NUM_SPARE_BITS = 2;

/** Candidate hyperplanes, and what is known of them. */
interface Candidates {
	readonly pairs: Uint16Array;
	readonly thresholds: Float32Array;
	/** Share of neighbours on the same side. */
	readonly agreement: Float32Array;
	/** 1 / standard deviation of the difference between neighbours. */
	readonly sharpness: Float32Array;
	/** Per candidate `wordsPerCandidate` uint32: the sides of the sampled rows. */
	readonly sides: Uint32Array;
	readonly wordsPerCandidate: number;
	readonly sampleSize: number;
}

/** @param prefixBits how many bits of a hash key a bucket */
export function selectHyperplanes(store: EmbeddingStore, prefixBits: number, random: Random): Hyperplanes {
	const { arena, stride, size } = store;
	const pivotRows = random.sample(MAX_PIVOTS, size);
	const planes = allocateHyperplanes(arena, Math.max(1, pivotRows.length), stride);
	const pivots = arena.float32(planes.pivots, planes.numPivots * stride);
	pivotRows.forEach((row, i) => {
		pivots.set(arena.float32(store.rows.pointerTo(row), stride), i * stride);
	});
	const candidates = measureCandidates(store, planes, random);
	const pairs = arena.uint16(planes.pairs, NUM_PLANES * 2);
	const thresholds = arena.float32(planes.thresholds, NUM_PLANES);
	const sharpness = arena.float32(planes.sharpness, NUM_PLANES);
	const timesUsed = new Uint16Array(candidates.agreement.length);
	for (let table = 0; table < NUM_TABLES; table++) {
		const chosen = chooseForTable(candidates, prefixBits + NUM_SPARE_BITS, timesUsed, random);
		chosen.forEach((candidate, bit) => {
			const plane = table * NUM_BITS + bit;
			pairs[plane * 2] = candidates.pairs[candidate * 2];
			pairs[plane * 2 + 1] = candidates.pairs[candidate * 2 + 1];
			thresholds[plane] = candidates.thresholds[candidate];
			sharpness[plane] = candidates.sharpness[candidate];
		});
	}
	return planes;
}

function measureCandidates(store: EmbeddingStore, planes: Hyperplanes, random: Random): Candidates {
	const { size } = store;
	const { numPivots } = planes;
	const sample = random.sample(SAMPLE_SIZE, size);
	const sampled = projectRows(store, planes, sample);
	const [left, right] = findNeighbours(store, random);
	const ofLeft = projectRows(store, planes, left);
	const ofRight = projectRows(store, planes, right);

	const numPairs = Math.max(MIN_PAIRS, Math.min(MAX_PAIRS, PAIRS_PER_ROW * size));
	const pairs = new Uint16Array(numPairs * 2);
	const thresholds = new Float32Array(numPairs);
	const agreement = new Float32Array(numPairs);
	const sharpness = new Float32Array(numPairs);
	const wordsPerCandidate = Math.ceil(sample.length / 32);
	const sides = new Uint32Array(numPairs * wordsPerCandidate);
	const values = new Float32Array(sample.length);
	for (let i = 0; i < numPairs; i++) {
		const a = random.below(numPivots);
		// never the same pivot twice, unless there is only one
		const b = numPivots === 1 ? a : (a + 1 + random.below(numPivots - 1)) % numPivots;
		pairs[i * 2] = a;
		pairs[i * 2 + 1] = b;
		const [ofA, ofB] = [sampled(a), sampled(b)];
		for (let j = 0; j < values.length; j++) values[j] = ofA[j] - ofB[j];
		const threshold = medianOf(values);
		thresholds[i] = threshold;
		for (let j = 0; j < sample.length; j++) {
			if (values[j] > threshold) sides[i * wordsPerCandidate + (j >>> 5)] |= 1 << (j & 31);
		}
		let numAgreeing = 0;
		let squares = 0;
		const [leftOfA, leftOfB, rightOfA, rightOfB] = [ofLeft(a), ofLeft(b), ofRight(a), ofRight(b)];
		for (let j = 0; j < left.length; j++) {
			const x = leftOfA[j] - leftOfB[j];
			const y = rightOfA[j] - rightOfB[j];
			if (x > threshold === y > threshold) numAgreeing++;
			squares += (x - y) ** 2;
		}
		agreement[i] = left.length === 0 ? 1 : numAgreeing / left.length;
		// rows that are all equal differ by nothing; the limit keeps the sharpness finite
		sharpness[i] = 1 / Math.max(Math.sqrt(squares / Math.max(left.length, 1)), 1e-6);
	}
	return { pairs, thresholds, agreement, sharpness, sides, wordsPerCandidate, sampleSize: sample.length };
}

/** Greedy: best agreement, less what the bits before it say already. */
function chooseForTable(
	{ agreement, sides, wordsPerCandidate, sampleSize }: Candidates,
	numDecorrelated: number,
	timesUsed: Uint16Array,
	random: Random,
): number[] {
	const drawn = random.sample(PAIRS_PER_TABLE, agreement.length);
	const values = Float64Array.from(drawn, (pair) => agreement[pair] - REUSE_PENALTY * timesUsed[pair]);
	const chosen: number[] = [];
	while (chosen.length < NUM_BITS) {
		let best = 0;
		for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
		const taken = drawn[best];
		chosen.push(taken);
		timesUsed[taken]++;
		values[best] = Number.NEGATIVE_INFINITY;
		if (chosen.length >= numDecorrelated) continue;
		for (let i = 0; i < drawn.length; i++) {
			let numDifferent = 0;
			for (let word = 0; word < wordsPerCandidate; word++) {
				const a = sides[taken * wordsPerCandidate + word];
				numDifferent += countOnes(a ^ sides[drawn[i] * wordsPerCandidate + word]);
			}
			const correlation = 1 - (2 * numDifferent) / Math.max(sampleSize, 1);
			values[i] -= correlation * correlation;
		}
	}
	return chosen;
}

/** Rows and a near neighbour of each: half of them of another group, as a stranger has no row of his own. */
function findNeighbours(store: EmbeddingStore, random: Random): [left: Uint32Array, right: Uint32Array] {
	const { groups } = store;
	const exact = new ExactSearch(store);
	const left: number[] = [];
	const right: number[] = [];
	random.sample(NUM_PROBES, store.size).forEach((row, i) => {
		const options = i % 2 === 0 ? { accept: (group: number) => group !== groups[row] } : {};
		for (const match of exact.search(store.embedding(row), NUM_NEIGHBOURS, options)) {
			if (match.row === row) continue;
			left.push(row);
			right.push(match.row);
		}
	});
	return [Uint32Array.from(left), Uint32Array.from(right)];
}

/** Dot products of rows with each pivot: of one after the other, as all that is measured runs over the rows. */
function projectRows(
	store: EmbeddingStore,
	planes: Hyperplanes,
	rows: Uint32Array,
): (pivot: number) => Float32Array {
	const { arena, stride } = store;
	const { numPivots } = planes;
	const out = new Workspace(arena).allocate(numPivots * 4);
	const projections = arena.float32(out, numPivots);
	const byPivot = Array.from({ length: numPivots }, () => new Float32Array(rows.length));
	rows.forEach((row, i) => {
		arena.kernels.dots(store.rows.pointerTo(row), planes.pivots, numPivots, stride, out);
		for (let pivot = 0; pivot < numPivots; pivot++) byPivot[pivot]![i] = projections[pivot]!;
	});
	return (pivot) => byPivot[pivot]!;
}

/** By quickselect (Hoare 1961); reorders a copy, as the values are still needed in their order. */
function medianOf(values: Float32Array): number {
	if (values.length === 0) return 0;
	const rest = values.slice();
	const middle = rest.length >>> 1;
	let low = 0;
	let high = rest.length - 1;
	while (low < high) {
		const pivot = rest[(low + high) >>> 1];
		let i = low;
		let j = high;
		while (i <= j) {
			while (rest[i] < pivot) i++;
			while (rest[j] > pivot) j--;
			if (i > j) break;
			const swapped = rest[i];
			rest[i++] = rest[j];
			rest[j--] = swapped;
		}
		if (middle <= j) high = j;
		else if (middle >= i) low = i;
		else break;
	}
	return rest[middle];
}

/** Set bits of a 32-bit number (Hacker's Delight, 5-1). */
function countOnes(word: number): number {
	let x = word - ((word >>> 1) & 0x55555555);
	x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
	return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
