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
import type { IndexParts, SearchParts } from "../parts/index-parts.ts";
import type { Random } from "../random.ts";
import type { Match } from "../vector-index.ts";
import { findFamily } from "./family.ts";

/** Matches asked for, rising: what the page shows, whom a gallery weighs for that, and what other programs ask for. */
const MEASURED_K = [7, 14, 28, 50, 100] as const;
const LARGEST_K = MEASURED_K[MEASURED_K.length - 1];
/** Queries of each kind: at most, and as a share of the rows. */
const MAX_QUERIES = 150;
const MAX_SHARE = 0.02;
/** Most that is kept out or hidden for one kind of queries, as a share of the rows. */
export const MAX_ABSENT_SHARE = 0.1;

const NONE: ReadonlySet<number> = new Set();

/** Of a person in the index, or of somebody who is not. */
export type QueryKind = keyof MeasuredRecall;

/** "atHome": as strangers, but with what is of their family, though of no group of theirs. */
type AskedKind = QueryKind | "atHome";

interface LevelSums {
	cost: number;
	readonly rows: Readonly<Record<AskedKind, RecallSums>>;
	readonly groups: Readonly<Record<AskedKind, RecallSums>>;
}

/** Of recalls and of their squares, for each of MEASURED_K. */
interface RecallSums {
	readonly recalls: Float64Array;
	readonly squares: Float64Array;
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

/**
 * Draws the rows to ask with. Their copies are kept out with them, as visitors do not ask with copies of what is there.
 * @param firsts of each row the first with the same code, see `firstCopies`
 */
export function chooseHeldOutRows(groups: Uint32Array, firsts: Uint32Array, random: Random): HeldOutRows {
	const limit = Math.min(MAX_QUERIES, Math.floor(groups.length * MAX_SHARE));
	const rowsOf = listByKey(groups);
	const laterCopiesOf = listByKey(firsts, (first, row) => first !== row);
	const known: number[] = [];
	const strangers: number[] = [];
	const all = new Set<number>();
	// a person with many photos, or a photo with many copies, would take too much of the gallery away
	let numStrangersLeft = Math.ceil(groups.length * MAX_ABSENT_SHARE);
	let numKnownLeft = numStrangersLeft;
	const people = [...rowsOf.values()];
	for (const person of random.sample(people.length, people.length)) {
		const rows = people[person]!;
		const asked = rows[0]!;
		// it was asked with already, as a copy
		if (all.has(asked)) continue;
		const laterCopies = laterCopiesOf.get(firsts[asked]!) ?? [];
		const numCopies = 1 + laterCopies.length;
		const numOut = rows.length + laterCopies.length;
		if (strangers.length < limit && numOut <= numStrangersLeft) {
			strangers.push(asked);
			numStrangersLeft -= numOut;
			for (const row of rows) all.add(row);
		} else if (
			known.length < limit &&
			numCopies <= numKnownLeft &&
			rows.some((row) => firsts[row] !== firsts[asked])
		) {
			known.push(asked);
			numKnownLeft -= numCopies;
		} else continue;
		all.add(firsts[asked]!);
		for (const row of laterCopies) all.add(row);
	}
	return { known, strangers, all: [...all] };
}

/** Rows of each key, in the order in which the keys appear. */
function listByKey(
	keys: Uint32Array,
	isWanted: (key: number, row: number) => boolean = () => true,
): Map<number, number[]> {
	const rowsOf = new Map<number, number[]>();
	keys.forEach((key, row) => {
		if (!isWanted(key, row)) return;
		const rows = rowsOf.get(key);
		if (rows) rows.push(row);
		else rowsOf.set(key, [row]);
	});
	return rowsOf;
}

/** What is measured. */
type MeasuredParts = SearchParts & Pick<IndexParts, "asQuery">;

/** Asks an index for rows that it has not got, each with all efforts, and sums up what was found. */
export class Calibrator {
	readonly #parts: MeasuredParts;
	readonly #query: PreparedQuery;
	readonly #search: LshSearch;
	readonly #levels: readonly SearchSettings[];
	readonly #isThere: AcceptRow;
	/** Per level: recalls by kind of matches, k and kind of query; and the sum of the costs. */
	readonly #sums: readonly LevelSums[];
	readonly #numQueries = { known: 0, strangers: 0 };
	#numSearches = 0;
	#numFamilies = 0;

	/**
	 * @param levels the efforts to measure
	 * @param isThere which rows of the store are in the index
	 * @param isAbsent 1 for rows that are not in the graph
	 */
	constructor(
		parts: MeasuredParts,
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
	 * @param row that is asked with
	 * @param hidden rows that are as if not there, e.g. of the same group, which then asks as a stranger does
	 */
	ask(row: number, kind: QueryKind, hidden: ReadonlySet<number> = NONE): void {
		const { store } = this.#parts;
		const embedding = store.embedding(row);
		this.#numQueries[kind]++;
		if (kind === "known") {
			this.#measure(embedding, hidden, ["known"]);
			return;
		}
		const isThere: AcceptRow = (row) => !hidden.has(row) && this.#isThere(row);
		const family = findFamily(embedding, { store, query: this.#query, isThere, numNearest: LARGEST_K });
		if (family.size === 0 || family.size > store.size * MAX_ABSENT_SHARE) {
			this.#measure(embedding, hidden, ["strangers", "atHome"]);
			return;
		}
		this.#numFamilies++;
		this.#measure(embedding, new Set([...hidden, ...family]), ["strangers"]);
		this.#measure(embedding, hidden, ["atHome"]);
	}

	#measure(embedding: Float32Array, hidden: ReadonlySet<number>, kinds: readonly AskedKind[]): void {
		const { store, asQuery } = this.#parts;
		const query = asQuery?.(embedding) ?? embedding;
		const isThere: AcceptRow = (row) => !hidden.has(row) && this.#isThere(row);
		this.#search.hidden = hidden;
		const exact = new ExactSearch(store, this.#query, { size: store.size, isThere });
		this.#numSearches++;
		for (const unit of ["rows", "groups"] as const) {
			const distinctGroups = unit === "groups";
			const truth = exact.search(query, LARGEST_K, { distinctGroups });
			this.#query.set(query);
			this.#levels.forEach((settings, i) => {
				const found = this.#search.search(LARGEST_K, settings, isThere, distinctGroups);
				const { numRead, numScored } = this.#search.work;
				const sums = this.#sums[i];
				if (!distinctGroups) sums.cost += lshCost(settings.numProbes, numRead, numScored);
				MEASURED_K.forEach((k, at) => {
					const recall = recallOf(found.slice(0, k), truth.slice(0, k));
					for (const kind of kinds) {
						sums[unit][kind].recalls[at] += recall;
						sums[unit][kind].squares[at] += recall * recall;
					}
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
			numQueries: this.#numTold,
			numRows: store.size,
			exactCost: Math.round(exactCost(store.size, store.stride)),
			larger,
		};
	}

	/** Where nobody is known by a group, those who are at home in a family are. */
	get #numTold(): Calibration["numQueries"] {
		const { known, strangers } = this.#numQueries;
		return { known: known === 0 && this.#numFamilies > 0 ? strangers : known, strangers };
	}

	#levelOf(settings: SearchSettings, { cost, rows, groups }: LevelSums, at: number): CalibrationLevel {
		const { known, strangers } = this.#numTold;
		const knownKind = this.#numQueries.known > 0 ? "known" : "atHome";
		const each = (sums: LevelSums["rows"], of: typeof meanOf): MeasuredRecall => ({
			known: of(sums[knownKind], at, known),
			strangers: of(sums.strangers, at, strangers),
		});
		return {
			...settings,
			cost: Math.round(cost / this.#numSearches),
			rows: each(rows, meanOf),
			groups: each(groups, meanOf),
			errors: { rows: each(rows, errorOf), groups: each(groups, errorOf) },
		};
	}
}

/**
 * Measures an index with the rows that were kept out of it.
 * @param isAbsent 1 for the rows that are kept out
 * @returns undefined if there were too few rows to keep any out
 */
export function calibrate(
	parts: MeasuredParts,
	{ known, strangers }: HeldOutRows,
	isAbsent: Uint8Array,
): Calibration | undefined {
	const levels = parts.graph ? GRAPH_LEVELS : BUCKET_LEVELS;
	const calibrator = new Calibrator(parts, levels, (row) => isAbsent[row] === 0, isAbsent);
	for (const row of known) calibrator.ask(row, "known");
	for (const row of strangers) calibrator.ask(row, "strangers");
	return calibrator.result();
}

function newSums(): LevelSums["rows"] {
	const sums = () => ({
		recalls: new Float64Array(MEASURED_K.length),
		squares: new Float64Array(MEASURED_K.length),
	});
	return { known: sums(), strangers: sums(), atHome: sums() };
}

/** Whatever is as similar as the last of the true ones is right: of copies, it does not matter which are found. */
function recallOf(found: readonly Match[], truth: readonly Match[]): number {
	const last = truth.at(-1);
	return last ? found.filter(({ similarity }) => similarity >= last.similarity).length / truth.length : 1;
}

function meanOf({ recalls }: RecallSums, at: number, count: number): number | null {
	return count === 0 ? null : rounded(recalls[at]! / count);
}

/** The mean's standard error. */
function errorOf({ recalls, squares }: RecallSums, at: number, count: number): number | null {
	if (count < 2) return null;
	const variance = (squares[at]! - recalls[at]! ** 2 / count) / (count - 1);
	return rounded(Math.sqrt(Math.max(0, variance) / count));
}

/** As more digits than the number of queries bears would only claim a precision that is not there. */
function rounded(share: number): number {
	return Math.round(share * 10_000) / 10_000;
}
