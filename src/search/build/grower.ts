/**
 * Lets an index grow where it lies: rows are linked into the graph as they come, links to removed rows are led on, and
 * as there are more and more rows, what searches find is measured anew, with the new rows before they are linked.
 */
import { type Calibration, exactCost, GRAPH_LEVELS, lshCost } from "../parts/calibration.ts";
import type { IndexParts } from "../parts/index-parts.ts";
import { GraphBuilder } from "./build-graph.ts";
import { linkRows, MIN_ROWS_FOR_GRAPH } from "./build-index.ts";
import { Calibrator } from "./calibrate.ts";

/** Times as many rows as were calibrated when it is due again; and with how many of those that come next. */
const CALIBRATE_GROWTH = 1.5;
const NUM_QUERIES = 150;
/** Rows that a beam scores for each one that it keeps in view, about. */
const SCORED_PER_WIDTH = 5;

export class Grower {
	#parts: IndexParts;
	#builder: GraphBuilder | undefined;
	#numCalibrated: number;
	#calibrator: Calibrator | undefined;
	/** Groups that are there, while it is calibrated. */
	#groups = new Set<number>();

	constructor(parts: IndexParts) {
		const { store, graph, calibration } = parts;
		this.#parts = parts;
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
			this.#calibrateWith(row);
			store.admit(1);
			if (this.#builder) this.#builder.insert(row);
			else if (store.size === MIN_ROWS_FOR_GRAPH) this.#linkAll();
		}
	}

	/** @param rows of the index */
	remove(rows: Iterable<number>): void {
		const { removals } = this.#parts;
		const isRemoved = (row: number) => removals.has(row, removals.count);
		const removed = [...rows].filter((row) => removals.add(row));
		for (const row of removed) this.#builder?.bypass(row, isRemoved);
	}

	#linkAll(): void {
		const { store, seed } = this.#parts;
		const graph = linkRows(store, seed);
		this.#parts = { ...this.#parts, graph };
		this.#builder = new GraphBuilder(store, graph);
		this.#numCalibrated = 0;
	}

	/** Asks for a row that is not in the index yet, if a calibration is under way or due. */
	#calibrateWith(row: number): void {
		const { store } = this.#parts;
		if (!this.#builder) return;
		if (!this.#calibrator) {
			if (row < this.#numCalibrated * CALIBRATE_GROWTH) return;
			this.#beginCalibration();
		}
		const group = store.groups[row];
		const isKnown = this.#groups.has(group);
		// where all that come are known, every other of them asks as a stranger would
		if (isKnown && row % 2 === 0) this.#calibrator?.ask(store.embedding(row), "known");
		else this.#calibrator?.ask(store.embedding(row), "strangers", isKnown ? this.#rowsOf(group) : undefined);
		this.#groups.add(group);
		if (this.#calibrator?.numQueries === NUM_QUERIES) this.#endCalibration(this.#calibrator);
	}

	#rowsOf(group: number): Set<number> {
		const { groups, size } = this.#parts.store;
		const rows = new Set<number>();
		for (let row = 0; row < size; row++) if (groups[row] === group) rows.add(row);
		return rows;
	}

	#beginCalibration(): void {
		const { store, removals } = this.#parts;
		const { size, stride, groups } = store;
		const isRemoved = (row: number) => removals.has(row, removals.count);
		const exact = exactCost(size, stride);
		// those that are dearer than the exact search are of no use
		const levels = GRAPH_LEVELS.filter(
			({ numProbes, beamWidth }) => numProbes === 0 && lshCost(0, 0, beamWidth * SCORED_PER_WIDTH) < exact,
		);
		if (levels.length === 0) return;
		this.#calibrator = new Calibrator(this.#parts, levels, (row) => !isRemoved(row));
		for (let row = 0; row < size; row++) if (!isRemoved(row)) this.#groups.add(groups[row]);
	}

	#endCalibration(calibrator: Calibrator): void {
		const measured = calibrator.result();
		this.#calibrator = undefined;
		this.#groups.clear();
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
			[calibration, ...(calibration.larger ?? [])].find((set) => set.k === k)?.levels ?? [];
		const buckets = of(last).filter(({ numProbes }) => numProbes > 0);
		return [...of(measured), ...buckets].sort((a, b) => a.cost - b.cost);
	};
	return {
		...measured,
		levels: levelsFor(measured.k),
		larger: (measured.larger ?? []).map(({ k }) => ({ k, levels: levelsFor(k) })),
	};
}
