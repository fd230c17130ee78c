/** Measures an index with rows that it has not got yet. */

import { type AcceptRow, ExactSearch } from "../lookup/exact-search.ts";
import { LshSearch } from "../lookup/lsh-search.ts";
import { PreparedQuery } from "../lookup/prepared-query.ts";
import {
	BUCKET_LEVELS,
	type Calibration,
	type CalibrationLevel,
	exactCost,
	GRAPH_LEVELS,
	lshCost,
	type MeasuredRecall,
	type SearchSettings,
} from "../parts/calibration.ts";
import type { SearchParts } from "../parts/index-parts.ts";
import type { Random } from "../random.ts";
import type { Match } from "../vector-index.ts";

/** Matches asked for, rising: what the page shows, and what lists and other programs ask for. */
const MEASURED_K = [7, 25, 100] as const;
const LARGEST_K = MEASURED_K[MEASURED_K.length - 1];
/** Queries of each kind: at most, and as a share of the rows. */
const MAX_QUERIES = 150;
const MAX_SHARE = 0.02;

/** Of a person in the index, or of somebody who is not. */
export type QueryKind = keyof MeasuredRecall;

interface LevelSums {
	cost: number;
	/** Sums of recalls, for each of MEASURED_K. */
	readonly rows: Readonly<Record<QueryKind, Float64Array>>;
	readonly groups: Readonly<Record<QueryKind, Float64Array>>;
}

/** Rows that are kept out of the index until it is calibrated. */
export interface HeldOutRows {
	/** Of people who stay in the index. */
	readonly known: readonly number[];
	/** One photo each of people who are kept out with all of theirs. */
	readonly strangers: readonly number[];
	/** All rows that are kept out. */
	readonly all: readonly number[];
}

/** Draws the rows to ask with. */
export function chooseHeldOutRows(groups: Uint32Array, random: Random): HeldOutRows {
	const limit = Math.min(MAX_QUERIES, Math.floor(groups.length * MAX_SHARE));
	const rowsOf = new Map<number, number[]>();
	groups.forEach((group, row) => {
		const rows = rowsOf.get(group);
		if (rows) rows.push(row);
		else rowsOf.set(group, [row]);
	});
	const known: number[] = [];
	const strangers: number[] = [];
	const all: number[] = [];
	// a person with many photos would take too much of the gallery away
	const maxAbsent = Math.ceil(groups.length / 10);
	const people = [...rowsOf.values()];
	for (const person of random.sample(people.length, people.length)) {
		const rows = people[person];
		if (strangers.length < limit && all.length + rows.length <= maxAbsent) {
			strangers.push(rows[0]);
			all.push(...rows);
		} else if (known.length < limit && rows.length > 1) {
			known.push(rows[0]);
			all.push(rows[0]);
		}
	}
	return { known, strangers, all };
}

/** Asks an index for rows that it has not got, each with all efforts, and sums up what was found. */
export class Calibrator {
	readonly #parts: SearchParts;
	readonly #query: PreparedQuery;
	readonly #search: LshSearch;
	readonly #levels: readonly SearchSettings[];
	readonly #isThere: AcceptRow;
	/** Per level: recalls by kind of matches, k and kind of query; and the sum of the costs. */
	readonly #sums: readonly LevelSums[];
	readonly #numQueries = { known: 0, strangers: 0 };

	/**
	 * @param levels the efforts to measure
	 * @param isThere which rows of the store are in the index
	 * @param isAbsent 1 for rows that are not in the graph
	 */
	constructor(
		parts: SearchParts,
		levels: readonly SearchSettings[],
		isThere: AcceptRow,
		isAbsent?: Uint8Array,
	) {
		this.#parts = parts;
		this.#query = new PreparedQuery(parts.store);
		this.#search = new LshSearch(parts, this.#query, isAbsent);
		this.#levels = levels;
		this.#isThere = isThere;
		this.#sums = levels.map(() => ({ cost: 0, rows: newSums(), groups: newSums() }));
	}

	get numQueries(): number {
		return this.#numQueries.known + this.#numQueries.strangers;
	}

	/**
	 * One search tells for every k, as the first k of its answer are its answer for k.
	 * @param hidden rows that are as if not there, e.g. of the same group, which then asks as a stranger does
	 */
	ask(embedding: Float32Array, kind: QueryKind, hidden?: ReadonlySet<number>): void {
		const { store } = this.#parts;
		const isThere: AcceptRow = hidden ? (row) => !hidden.has(row) && this.#isThere(row) : this.#isThere;
		this.#search.hidden = hidden;
		const exact = new ExactSearch(store, this.#query, { size: store.size, isThere });
		this.#numQueries[kind]++;
		for (const unit of ["rows", "groups"] as const) {
			const distinctGroups = unit === "groups";
			const truth = rowsOf(exact.search(embedding, LARGEST_K, { distinctGroups }));
			this.#query.set(embedding);
			this.#levels.forEach((settings, i) => {
				const found = rowsOf(this.#search.search(LARGEST_K, settings, isThere, distinctGroups));
				const { numRead, numScored } = this.#search.work;
				const sums = this.#sums[i];
				if (!distinctGroups) sums.cost += lshCost(settings.numProbes, numRead, numScored);
				MEASURED_K.forEach((k, at) => {
					sums[unit][kind][at] += recallOf(found.slice(0, k), truth.slice(0, k));
				});
			});
		}
	}

	/** @returns undefined if nothing was asked */
	result(): Calibration | undefined {
		if (this.numQueries === 0) return undefined;
		const { store } = this.#parts;
		const [smallest, ...larger] = MEASURED_K.map((k, at) => ({
			k,
			levels: this.#levels
				.map((settings, i) => this.#levelOf(settings, this.#sums[i], at))
				.sort((a, b) => a.cost - b.cost),
		}));
		return {
			...smallest,
			numQueries: { ...this.#numQueries },
			numRows: store.size,
			exactCost: Math.round(exactCost(store.size, store.stride)),
			larger,
		};
	}

	#levelOf(settings: SearchSettings, { cost, rows, groups }: LevelSums, at: number): CalibrationLevel {
		const { known, strangers } = this.#numQueries;
		const meansOf = (sums: LevelSums["rows"]): MeasuredRecall => ({
			known: mean(sums.known[at], known),
			strangers: mean(sums.strangers[at], strangers),
		});
		return {
			...settings,
			cost: Math.round(cost / this.numQueries),
			rows: meansOf(rows),
			groups: meansOf(groups),
		};
	}
}

/**
 * Measures an index with the rows that were kept out of it.
 * @param isAbsent 1 for the rows that are kept out
 * @returns undefined if there were too few rows to keep any out
 */
export function calibrate(
	parts: SearchParts,
	{ known, strangers }: HeldOutRows,
	isAbsent: Uint8Array,
): Calibration | undefined {
	const levels = parts.graph ? GRAPH_LEVELS : BUCKET_LEVELS;
	const calibrator = new Calibrator(parts, levels, (row) => isAbsent[row] === 0, isAbsent);
	for (const row of known) calibrator.ask(parts.store.embedding(row), "known");
	for (const row of strangers) calibrator.ask(parts.store.embedding(row), "strangers");
	return calibrator.result();
}

function newSums(): LevelSums["rows"] {
	return { known: new Float64Array(MEASURED_K.length), strangers: new Float64Array(MEASURED_K.length) };
}

function rowsOf(matches: readonly Match[]): number[] {
	return matches.map((match) => match.row);
}

function recallOf(found: readonly number[], truth: readonly number[]): number {
	const wanted = new Set(truth);
	return truth.length === 0 ? 1 : found.filter((row) => wanted.has(row)).length / truth.length;
}

/** Rounded, as more digits than the number of queries bears would only claim a precision that is not there. */
function mean(sum: number, count: number): number | null {
	return count === 0 ? null : Math.round((sum / count) * 10_000) / 10_000;
}
