/** Measures an index that is being built with rows that it has not got yet. */

import { ExactSearch } from "../lookup/exact-search.ts";
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

/**
 * @param isAbsent 1 for the rows that are kept out
 * @returns undefined if there were too few rows to keep any out
 */
export function calibrate(
	parts: SearchParts,
	{ known, strangers }: HeldOutRows,
	isAbsent: Uint8Array,
): Calibration | undefined {
	if (known.length + strangers.length === 0) return undefined;
	const { store, graph } = parts;
	const query = new PreparedQuery(store);
	const search = new LshSearch(parts, query, isAbsent);
	const exact = new ExactSearch(store, query, (row) => isAbsent[row] === 0);
	const asked = [...known, ...strangers];
	const truthFor = (distinctGroups: boolean) =>
		asked.map((row) => rowsOf(exact.search(store.embedding(row), LARGEST_K, { distinctGroups })));
	const truths = { rows: truthFor(false), groups: truthFor(true) };

	/** One search tells for every k, as the first k of its answer are its answer for k. */
	const measure = (
		settings: SearchSettings,
		isDistinct: boolean,
	): [recalls: MeasuredRecall[], cost: number] => {
		const truth = isDistinct ? truths.groups : truths.rows;
		let cost = 0;
		const found = asked.map((row) => {
			query.set(store.embedding(row));
			const matches = search.search(LARGEST_K, settings, (other) => isAbsent[other] === 0, isDistinct);
			cost += lshCost(settings.numProbes, search.work.numRead, search.work.numScored);
			return rowsOf(matches);
		});
		const recalls = MEASURED_K.map((k): MeasuredRecall => {
			const all = found.map((rows, i) => recallOf(rows.slice(0, k), truth[i].slice(0, k)));
			return { known: meanOf(all.slice(0, known.length)), strangers: meanOf(all.slice(known.length)) };
		});
		return [recalls, cost / asked.length];
	};
	const measured = (graph ? GRAPH_LEVELS : BUCKET_LEVELS).map((settings) => {
		const [rows, cost] = measure(settings, false);
		const [groups] = measure(settings, true);
		return { settings, cost: Math.round(cost), rows, groups };
	});
	measured.sort((a, b) => a.cost - b.cost);
	const [smallest, ...larger] = MEASURED_K.map((k, i) => ({
		k,
		levels: measured.map(
			({ settings, cost, rows, groups }): CalibrationLevel => ({
				...settings,
				cost,
				rows: rows[i],
				groups: groups[i],
			}),
		),
	}));
	return {
		...smallest,
		numQueries: { known: known.length, strangers: strangers.length },
		exactCost: Math.round(exactCost(store.size, store.stride)),
		larger,
	};
}

function rowsOf(matches: readonly Match[]): number[] {
	return matches.map((match) => match.row);
}

function recallOf(found: readonly number[], truth: readonly number[]): number {
	const wanted = new Set(truth);
	return truth.length === 0 ? 1 : found.filter((row) => wanted.has(row)).length / truth.length;
}

/** Rounded, as more digits than the number of queries bears would only claim a precision that is not there. */
function meanOf(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10_000) / 10_000;
}
