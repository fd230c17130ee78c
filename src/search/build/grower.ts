/**
 * Lets an index grow where it lies: rows are linked into the graph as they come, links to removed rows are led on, and
 * as there are more and more rows, what searches find is measured anew, by rows of all ages that are hidden meanwhile: those
 * that come may be all of one kind.
 */
import { type Calibration, exactCost, GRAPH_LEVELS, lshCost } from "../parts/calibration.ts";
import type { IndexParts } from "../parts/index-parts.ts";
import { Random } from "../random.ts";
import { GraphBuilder } from "./build-graph.ts";
import { linkRows, MIN_ROWS_FOR_GRAPH } from "./build-index.ts";
import { Calibrator, MAX_ABSENT_SHARE } from "./calibrate.ts";
import { copyTest } from "./copies.ts";

/** Times as many rows as were calibrated when it is due again; and with how many rows, one whenever one comes. */
const CALIBRATE_GROWTH = 1.5;
const NUM_QUERIES = 150;
/** Rows that a beam scores for each one that it keeps in view, about. */
const SCORED_PER_WIDTH = 5;

export class Grower {
	#parts: IndexParts;
	#builder: GraphBuilder | undefined;
	#numCalibrated: number;
	#calibrator: Calibrator | undefined;
	#numDrawn = 0;
	readonly #random: Random;

	constructor(parts: IndexParts) {
		const { store, graph, calibration, seed } = parts;
		this.#parts = parts;
		this.#random = new Random(seed);
		this.#builder = graph && new GraphBuilder(store, graph);
		// files of version 1 do not say of how many rows; without a calibration it is due at once
		this.#numCalibrated = calibration ? (calibration.numRows ?? store.size) : 0;
	}

	/** What it has become: another graph and calibration than before, in the same arena. */
	get parts(): IndexParts {
		return this.#parts;
	}

	/** Takes the next rows that were written to the store into the index. */
	admit(count: number): void {
		const { store } = this.#parts;
		for (let i = 0; i < count; i++) {
			const row = store.size;
			this.#calibrate(row);
			store.admit(1);
			if (this.#builder) this.#builder.insert(row);
			else if (store.size === MIN_ROWS_FOR_GRAPH) this.#linkAll();
		}
	}

	/** @param rows of the index */
	remove(rows: Iterable<number>): void {
		const { removals } = this.#parts;
		const isRemoved = (row: number) => removals.has(row, removals.count);
		// one after the other, so that a link to one that goes next is led on in its turn
		for (const row of rows) if (removals.add(row)) this.#builder?.bypass(row, isRemoved);
	}

	#linkAll(): void {
		const { store, seed } = this.#parts;
		const graph = linkRows(store, seed);
		this.#parts = { ...this.#parts, graph };
		this.#builder = new GraphBuilder(store, graph);
		this.#numCalibrated = 0;
	}

	/** Asks for one of the rows, if a calibration is under way or due. @param size how many there are */
	#calibrate(size: number): void {
		if (!this.#builder) return;
		if (!this.#calibrator) {
			if (size < this.#numCalibrated * CALIBRATE_GROWTH) return;
			this.#beginCalibration();
		}
		if (!this.#calibrator) return;
		this.#askFor(this.#calibrator, this.#random.below(size));
		if (++this.#numDrawn === NUM_QUERIES) this.#endCalibration(this.#calibrator);
	}

	/** Hides a row and its copies, and every second time the rest of its group, which makes it a stranger's. */
	#askFor(calibrator: Calibrator, asked: number): void {
		const { store, removals } = this.#parts;
		const { groups, size } = store;
		const isRemoved = (row: number) => removals.has(row, removals.count);
		if (isRemoved(asked)) return;
		const isCopy = copyTest(store);
		const copies: number[] = [];
		const others: number[] = [];
		for (let row = 0; row < size; row++) {
			if (isCopy(asked, row)) copies.push(row);
			else if (groups[row] === groups[asked]) others.push(row);
		}
		const isKnown = this.#numDrawn % 2 === 0 && others.some((row) => !isRemoved(row));
		const hidden = isKnown ? copies : [...copies, ...others];
		if (hidden.length > size * MAX_ABSENT_SHARE) return;
		calibrator.ask(asked, isKnown ? "known" : "strangers", new Set(hidden));
	}

	#beginCalibration(): void {
		const { store, removals } = this.#parts;
		const { size, stride } = store;
		const isRemoved = (row: number) => removals.has(row, removals.count);
		const exact = exactCost(size, stride);
		// those that are dearer than the exact search are of no use
		const levels = GRAPH_LEVELS.filter(
			({ numProbes, beamWidth }) => numProbes === 0 && lshCost(0, 0, beamWidth * SCORED_PER_WIDTH) < exact,
		);
		if (levels.length === 0) return;
		this.#calibrator = new Calibrator(this.#parts, levels, (row) => !isRemoved(row));
		this.#numDrawn = 0;
	}

	#endCalibration(calibrator: Calibrator): void {
		const measured = calibrator.result();
		this.#calibrator = undefined;
		this.#numCalibrated = this.#parts.store.size;
		if (measured)
			this.#parts = { ...this.#parts, calibration: withBuckets(measured, this.#parts.calibration) };
	}
}

/** Of the buckets, which were not asked, it says what was measured last. */
function withBuckets(measured: Calibration, last: Calibration | undefined): Calibration {
	if (!last) return measured;
	const levelsFor = (k: number) => {
		const of = (calibration: Calibration) =>
			[calibration, ...(calibration.larger ?? [])].find((set) => set.k >= k)?.levels ?? [];
		const buckets = of(last).filter(({ numProbes }) => numProbes > 0);
		return [...of(measured), ...buckets].sort((a, b) => a.cost - b.cost);
	};
	return {
		...measured,
		levels: levelsFor(measured.k),
		larger: (measured.larger ?? []).map(({ k }) => ({ k, levels: levelsFor(k) })),
	};
}
