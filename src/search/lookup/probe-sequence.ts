/**
 * Which buckets to look into, most promising first, across all tables: query-directed multi-probe (Lv et al., 2007).
 * A bit is the likelier to be wrong the nearer its hyperplane; a bucket is as likely as all its bits together.
 */
import type { Arena } from "../parts/arena.ts";
import type { EmbeddingStore } from "../parts/embedding-store.ts";
import type { HashTables } from "../parts/hash-tables.ts";
import { type Hyperplanes, NUM_BITS, NUM_TABLES } from "../parts/hyperplanes.ts";
import type { Workspace } from "../parts/workspace.ts";

/** Distances in units of a neighbour's standard deviation are looked up in steps of 1 / this, up to MAX_DISTANCE. */
const STEPS = 64;
const MAX_DISTANCE = 8;
/** For a normal error: what flipping a bit costs (log odds that it is right), and what keeping it costs (-log of that). */
const [FLIP_COST, KEEP_COST] = tabulateCosts();

export class ProbeSequence {
	readonly numTables = NUM_TABLES;
	readonly #arena: Arena;
	readonly #store: EmbeddingStore;
	readonly #planes: Hyperplanes;
	readonly #numBits: number;
	readonly #projections: number;
	/** The planes whose bits key a bucket, table by table: pointers as in Hyperplanes. */
	readonly #pairs: number;
	readonly #thresholds: number;
	readonly #distancesAt: number;
	readonly #distances: Float32Array;
	readonly #sharpness: Float32Array;
	/** Per table: its bucket's number, and its bits in the order of their flip costs once it was looked at. */
	readonly #keys = new Uint32Array(NUM_TABLES);
	readonly #isSorted = new Uint8Array(NUM_TABLES);
	readonly #costs: Float32Array;
	readonly #order: Uint8Array;
	/** A heap of probes, cheapest first: cost, table, which of its bits (by order of cost) are flipped. */
	#heapCosts = new Float64Array(1024);
	#heapTables = new Uint8Array(1024);
	#heapFlips = new Uint32Array(1024);
	#heapSize = 0;
	/** The table and the bucket of the last `next`. */
	table = 0;
	bucket = 0;

	constructor(store: EmbeddingStore, planes: Hyperplanes, { prefixBits }: HashTables, workspace: Workspace) {
		const { arena } = store;
		const numPlanes = NUM_TABLES * prefixBits;
		this.#arena = arena;
		this.#store = store;
		this.#planes = planes;
		this.#numBits = prefixBits;
		this.#projections = workspace.allocate(planes.numPivots * 4);
		this.#pairs = workspace.allocate(numPlanes * 4);
		this.#thresholds = workspace.allocate(numPlanes * 4);
		this.#distancesAt = workspace.allocate(numPlanes * 4);
		this.#distances = arena.float32(this.#distancesAt, numPlanes);
		this.#sharpness = new Float32Array(numPlanes);
		this.#costs = new Float32Array(numPlanes);
		this.#order = new Uint8Array(numPlanes);
		for (let table = 0; table < NUM_TABLES; table++) {
			const from = table * NUM_BITS * 4;
			const to = table * prefixBits;
			arena.uint32(this.#pairs, numPlanes).set(arena.uint32(planes.pairs + from, prefixBits), to);
			arena.float32(this.#thresholds, numPlanes).set(arena.float32(planes.thresholds + from, prefixBits), to);
			this.#sharpness.set(arena.float32(planes.sharpness + from, prefixBits), to);
		}
	}

	/** @param query pointer to the query at unit length, float32 stride */
	begin(query: number): void {
		const { kernels } = this.#arena;
		const { pivots, numPivots } = this.#planes;
		const numBits = this.#numBits;
		kernels.dots(query, pivots, numPivots, this.#store.stride, this.#projections);
		const count = this.#distances.length;
		kernels.planeDistances(this.#projections, this.#pairs, this.#thresholds, count, this.#distancesAt);
		this.#isSorted.fill(0);
		this.#heapSize = 0;
		for (let table = 0, plane = 0; table < NUM_TABLES; table++) {
			let key = 0;
			let cost = 0;
			for (let bit = 0; bit < numBits; bit++, plane++) {
				const distance = this.#distances[plane];
				if (distance > 0) key |= 1 << bit;
				const step = Math.min(MAX_DISTANCE, Math.abs(distance) * this.#sharpness[plane]) * STEPS;
				this.#costs[plane] = FLIP_COST[step | 0];
				cost += KEEP_COST[step | 0];
			}
			this.#keys[table] = key;
			this.#push(cost, table, 0);
		}
	}

	/** Goes on to the next bucket: `table` and `bucket`. False when there is none. */
	next(): boolean {
		if (this.#heapSize === 0) return false;
		const cost = this.#heapCosts[0];
		const table = this.#heapTables[0];
		const flips = this.#heapFlips[0];
		this.#pop();
		const first = table * this.#numBits;
		if (this.#isSorted[table] === 0) this.#sortBits(table);
		// every set of bits follows from exactly one other: its highest bit added, or moved up by one
		const highest = 31 - Math.clz32(flips);
		if (highest + 1 < this.#numBits) {
			const added = cost + this.#costs[first + highest + 1];
			this.#push(added, table, flips | (1 << (highest + 1)));
			if (highest >= 0) {
				this.#push(added - this.#costs[first + highest], table, flips ^ (3 << highest));
			}
		}
		let bucket = this.#keys[table];
		for (let rest = flips; rest !== 0; rest &= rest - 1) {
			bucket ^= 1 << this.#order[first + 31 - Math.clz32(rest & -rest)];
		}
		this.table = table;
		this.bucket = bucket;
		return true;
	}

	/** Sorts a table's bits by the cost of flipping them, cheapest first. */
	#sortBits(table: number): void {
		const first = table * this.#numBits;
		for (let i = 0; i < this.#numBits; i++) {
			const cost = this.#costs[first + i];
			let place = first + i;
			for (; place > first && this.#costs[place - 1] > cost; place--) {
				this.#costs[place] = this.#costs[place - 1];
				this.#order[place] = this.#order[place - 1];
			}
			this.#costs[place] = cost;
			this.#order[place] = i;
		}
		this.#isSorted[table] = 1;
	}

	#push(cost: number, table: number, flips: number): void {
		if (this.#heapSize === this.#heapCosts.length) this.#growHeap();
		let place = this.#heapSize++;
		while (place > 0) {
			const parent = (place - 1) >>> 1;
			if (this.#heapCosts[parent] <= cost) break;
			this.#move(parent, place);
			place = parent;
		}
		this.#heapCosts[place] = cost;
		this.#heapTables[place] = table;
		this.#heapFlips[place] = flips;
	}

	#pop(): void {
		const last = --this.#heapSize;
		const cost = this.#heapCosts[last];
		let place = 0;
		for (;;) {
			let child = place * 2 + 1;
			if (child >= last) break;
			if (child + 1 < last && this.#heapCosts[child + 1] < this.#heapCosts[child]) child++;
			if (this.#heapCosts[child] >= cost) break;
			this.#move(child, place);
			place = child;
		}
		this.#move(last, place);
	}

	#move(from: number, to: number): void {
		this.#heapCosts[to] = this.#heapCosts[from];
		this.#heapTables[to] = this.#heapTables[from];
		this.#heapFlips[to] = this.#heapFlips[from];
	}

	#growHeap(): void {
		const [costs, tables, flips] = [this.#heapCosts, this.#heapTables, this.#heapFlips];
		this.#heapCosts = new Float64Array(costs.length * 2);
		this.#heapTables = new Uint8Array(costs.length * 2);
		this.#heapFlips = new Uint32Array(costs.length * 2);
		this.#heapCosts.set(costs);
		this.#heapTables.set(tables);
		this.#heapFlips.set(flips);
	}
}

/** With m = distance / deviation, P(right) = Phi(m); log(Phi / (1 - Phi)) is 1.5976 m + 0.07056 m^3 (Page, 1977). */
function tabulateCosts(): [flip: Float32Array, keep: Float32Array] {
	const flip = new Float32Array(MAX_DISTANCE * STEPS + 1);
	const keep = new Float32Array(flip.length);
	for (let i = 0; i < flip.length; i++) {
		const m = i / STEPS;
		flip[i] = 1.5976 * m + 0.07056 * m ** 3;
		keep[i] = Math.log1p(Math.exp(-flip[i]));
	}
	return [flip, keep];
}
