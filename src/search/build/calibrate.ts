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

/** Matches asked for: what the page shows. */
const K = 7;
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
		asked.map((row) => exact.search(store.embedding(row), K, { distinctGroups }).map((match) => match.row));
	const truths = { rows: truthFor(false), groups: truthFor(true) };

	const measureRecall = (settings: SearchSettings, isDistinct: boolean): [MeasuredRecall, cost: number] => {
		const truth = isDistinct ? truths.groups : truths.rows;
		let cost = 0;
		const recalls = asked.map((row, i) => {
			query.set(store.embedding(row));
			const found = search.search(K, settings, (candidate) => isAbsent[candidate] === 0, isDistinct);
			cost += lshCost(settings.numProbes, search.work.numRead, search.work.numScored);
			return recallOf(
				found.map((match) => match.row),
				truth[i],
			);
		});
		const measured = {
			known: meanOf(recalls.slice(0, known.length)),
			strangers: meanOf(recalls.slice(known.length)),
		};
		return [measured, cost / asked.length];
	};
	const levels = (graph ? GRAPH_LEVELS : BUCKET_LEVELS).map((settings): CalibrationLevel => {
		const [rows, cost] = measureRecall(settings, false);
		const [groups] = measureRecall(settings, true);
		return { ...settings, cost: Math.round(cost), rows, groups };
	});
	return {
		k: K,
		numQueries: { known: known.length, strangers: strangers.length },
		exactCost: Math.round(exactCost(store.size, store.stride)),
		levels,
	};
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
