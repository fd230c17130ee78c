/**
 * What the approximate search finds with which effort, measured when the index is built: so that a caller asks for
 * a recall, and where the effort would exceed that of the exact search, gets the exact search.
 */
import { AppError } from "../../errors.ts";
import { checkRecall, describeValue } from "../query.ts";

/** How much a search looks at. */
export interface SearchSettings {
	/** Buckets, over all tables together; 0 = none is asked and the graph is entered at rows of its own. */
	readonly numProbes: number;
	/** A row is scored once this many of them held it, 1 to 50. */
	readonly numVotes: number;
	/** Rows that the search in the graph keeps in view; 0 = the graph is not used. */
	readonly beamWidth: number;
}

/** Share of the true k nearest found; null where there was nobody to ask with. */
export interface MeasuredRecall {
	/** Further photos of people in the index. */
	readonly known: number | null;
	/** Photos of people who are not in it: what visitors are. */
	readonly strangers: number | null;
}

export interface CalibrationLevel extends SearchSettings {
	/** Mean effort of one search, see `lshCost`. */
	readonly cost: number;
	/** k rows asked for. */
	readonly rows: MeasuredRecall;
	/** k groups asked for (`distinctGroups`). */
	readonly groups: MeasuredRecall;
	/** Standard errors of these shares; older files have none. */
	readonly errors?: { readonly rows: MeasuredRecall; readonly groups: MeasuredRecall };
}

/** What was measured for one number of matches. */
export interface CalibrationSet {
	/** Matches asked for. */
	readonly k: number;
	/** By rising cost. */
	readonly levels: readonly CalibrationLevel[];
}

export interface Calibration extends CalibrationSet {
	readonly numQueries: { readonly known: number; readonly strangers: number };
	/** Rows that there were; files of version 1 do not say. */
	readonly numRows?: number;
	/** Effort of the exact search. */
	readonly exactCost: number;
	/** The same for more matches, by rising k. Files of before November 2026 have none. */
	readonly larger?: readonly CalibrationSet[];
}

/** How a search will be answered. */
export interface SearchPlan {
	readonly strategy: "lsh" | "exact";
	/** Only with "lsh". */
	readonly settings?: SearchSettings;
	/** What the calibration found for it, the lower of both kinds of query; 1 = exact; null = never measured. */
	readonly recall: number | null;
}

/** Efforts that are worth choosing between: without a graph, and with one entered by buckets or at its own rows. */
export const BUCKET_LEVELS: readonly SearchSettings[] = [
	{ numProbes: 50, numVotes: 1, beamWidth: 0 },
	{ numProbes: 200, numVotes: 2, beamWidth: 0 },
	{ numProbes: 400, numVotes: 2, beamWidth: 0 },
	{ numProbes: 800, numVotes: 2, beamWidth: 0 },
	{ numProbes: 1600, numVotes: 2, beamWidth: 0 },
	{ numProbes: 3200, numVotes: 2, beamWidth: 0 },
	{ numProbes: 3200, numVotes: 1, beamWidth: 0 },
];
const BEAM_WIDTHS = [10, 12, 16, 24, 32, 48, 64, 100, 150, 220, 320, 500, 800] as const;
export const GRAPH_LEVELS: readonly SearchSettings[] = BEAM_WIDTHS.flatMap((beamWidth) => [
	{ numProbes: 0, numVotes: 1, beamWidth },
	{ numProbes: probesFor(beamWidth), numVotes: 1, beamWidth },
]);

/** For very many matches even who insists on the approximate search gets the exact one: from so many times its effort on. */
const MAX_FORCED_EXCESS = 10;

/** Where no error was measured, a recall by so many queries is taken as it is: rows are then at least 5,000. */
const MANY_QUERIES = 100;
/** By fewer, the matches of each query, which are found or missed together, count as so many single ones. */
const INDEPENDENT_MATCHES = 4;

/** From so many times the matches that were measured on, what was measured for yet more is the better guide. */
const NEAR_K = 1.15;

/** Without better knowledge: an index too small to have been calibrated. */
const DEFAULT_SETTINGS: SearchSettings = { numProbes: 400, numVotes: 1, beamWidth: 64 };

/*
 * Efforts are counted, not timed, so that the same seed gives the same file everywhere. The weights are nanoseconds
 * on one machine (docs/search-bench.md); only their ratios matter, and only near the break-even.
 */
const SEARCH_COST = 4_000;
const HASH_COST = 8_000;
const ENTRY_COST = 3_000;
const PROBE_COST = 100;
const READ_COST = 8;
const SCORE_COST = 50;
const SCAN_COST_PER_128 = 8;

/** @throws AppError INVALID_ARGUMENT for settings that no search can follow */
export function checkSettings(settings: SearchSettings): void {
	const least = { numProbes: settings.beamWidth > 0 ? 0 : 1, numVotes: 1, beamWidth: 0 };
	for (const name of ["numProbes", "numVotes", "beamWidth"] as const) {
		if (Number.isSafeInteger(settings[name]) && settings[name] >= least[name]) continue;
		throw new AppError(
			"INVALID_ARGUMENT",
			`Expected a whole number from ${least[name]} for ${name} but received ${describeValue(settings[name])}.`,
		);
	}
}

/** The effort of a search that looked into so many buckets, read and scored so many rows. */
export function lshCost(numProbes: number, numRead: number, numScored: number): number {
	const enter = numProbes > 0 ? HASH_COST + numProbes * PROBE_COST + numRead * READ_COST : ENTRY_COST;
	return SEARCH_COST + enter + numScored * SCORE_COST;
}

/** The effort of the exact search. */
export function exactCost(size: number, stride: number): number {
	return SEARCH_COST + (size * stride * SCAN_COST_PER_128) / 128;
}

/**
 * Chooses how to answer.
 * @param k matches asked for, divided by the share of rows that filters let pass: a search for one of ten is one for ten
 * @param recall asked for, 0 to 1
 * @param isForced whether the approximate search is to answer even where the exact one would be as good and cheaper
 */
export function planSearch(
	calibration: Calibration | undefined,
	k: number,
	recall: number,
	distinctGroups: boolean,
	isForced: boolean,
): SearchPlan {
	checkRecall(recall);
	if (!calibration) {
		if (!isForced) return { strategy: "exact", recall: 1 };
		return { strategy: "lsh", settings: scaled(DEFAULT_SETTINGS, k / 7), recall: null };
	}
	// no sample of queries can promise everything
	if (recall === 1 && !isForced) return { strategy: "exact", recall: 1 };
	const sets = effortsOf(calibration);
	const { k: measuredK, rows, groups } = sets.find((set) => set.k * NEAR_K >= k) ?? sets[sets.length - 1];
	const { all, byBuckets, ofGraph } = distinctGroups ? groups : rows;
	const factor = Math.max(1, k / measuredK);
	// who insists on the LSH gets its buckets, not the graph's own way in
	const efforts = isForced ? byBuckets : all;
	let chosen = efforts.find(({ sureRecall }) => sureRecall >= recall);
	const between = isForced ? undefined : effortBetween(ofGraph, recall);
	if (chosen && between && between.cost < chosen.cost) chosen = between;
	if (!chosen && isForced) chosen = efforts.at(-1);
	const limit = calibration.exactCost * (isForced ? MAX_FORCED_EXCESS : 1);
	if (!chosen || ((!isForced || factor > 1) && chosen.cost * factor >= limit)) {
		return { strategy: "exact", recall: 1 };
	}
	return { strategy: "lsh", settings: scaled(chosen, factor), recall: chosen.recall };
}

/** What a search may be answered with. */
interface Effort extends SearchSettings {
	readonly cost: number;
	readonly recall: number | null;
	/** What can be relied on. */
	readonly sureRecall: number;
}

/** All of them by rising cost, and some of them. */
interface Efforts {
	readonly all: readonly Effort[];
	readonly byBuckets: readonly Effort[];
	/** Entered at its own rows, by rising width. */
	readonly ofGraph: readonly Effort[];
}

/** For one number of matches. */
interface EffortSet {
	readonly k: number;
	readonly rows: Efforts;
	readonly groups: Efforts;
}

/** Thought out once: each search is planned, and many take no longer than that would. */
const knownEfforts = new WeakMap<Calibration, readonly EffortSet[]>();

function effortsOf(calibration: Calibration): readonly EffortSet[] {
	const known = knownEfforts.get(calibration);
	if (known) return known;
	const of = (levels: readonly CalibrationLevel[], unit: "rows" | "groups"): Efforts => {
		const all = levels.map(
			(level): Effort => ({
				...level,
				recall: lowest(level[unit]),
				sureRecall: lowest(surely(level, unit, calibration.numQueries)) ?? 0,
			}),
		);
		const ofGraph = all.filter(({ numProbes }) => numProbes === 0).sort((a, b) => a.beamWidth - b.beamWidth);
		return { all, byBuckets: all.filter(({ numProbes }) => numProbes > 0), ofGraph };
	};
	const sets = [calibration, ...(calibration.larger ?? [])].map(({ k, levels }) => ({
		k,
		rows: of(levels, "rows"),
		groups: of(levels, "groups"),
	}));
	knownEfforts.set(calibration, sets);
	return sets;
}

/**
 * The graph entered at its own rows, by a width between two that were measured: as ever wider beams find ever less
 * that is new, one between them finds at least its share. Not where a wider one finds more, as among copies of one row.
 * @param ways by rising width
 */
function effortBetween(ways: readonly Effort[], recall: number): Effort | undefined {
	const at = ways.findIndex(({ sureRecall }) => sureRecall >= recall);
	const [before, narrow, wide] = ways.slice(Math.max(0, at - 2), at + 1);
	if (!before || !narrow || !wide) return undefined;
	const gain = (a: Effort, b: Effort) => (b.sureRecall - a.sureRecall) / (b.beamWidth - a.beamWidth);
	if (gain(narrow, wide) > gain(before, narrow)) return undefined;
	const share = (recall - narrow.sureRecall) / (wide.sureRecall - narrow.sureRecall);
	const between = (a: number, b: number) => a + (b - a) * share;
	return {
		...{ numProbes: 0, numVotes: 1, sureRecall: recall },
		beamWidth: Math.ceil(between(narrow.beamWidth, wide.beamWidth)),
		cost: between(narrow.cost, wide.cost),
		recall: between(narrow.recall ?? 0, wide.recall ?? 0),
	};
}

/** More matches than were measured need proportionally more candidates. */
function scaled({ numProbes, numVotes, beamWidth }: SearchSettings, factor: number): SearchSettings {
	const by = Math.max(1, factor);
	return { numProbes: Math.ceil(numProbes * by), numVotes, beamWidth: Math.ceil(beamWidth * by) };
}

/** What can be relied on of a recall that was measured: the queries may have been easy ones, and few all of them. */
function surely(
	level: CalibrationLevel,
	unit: "rows" | "groups",
	numQueries: Calibration["numQueries"],
): MeasuredRecall {
	const of = (kind: keyof MeasuredRecall) => {
		const recall = level[unit][kind];
		const error = level.errors?.[unit][kind];
		const isKnownError = error !== undefined && error !== null;
		if (recall === null || (!isKnownError && numQueries[kind] >= MANY_QUERIES)) return recall;
		const count = numQueries[kind] * INDEPENDENT_MATCHES;
		// one more that was missed, less the standard error
		const oneMissed = (recall * count) / (count + 1);
		return oneMissed - (isKnownError ? error : Math.sqrt((recall * (1 - recall)) / count));
	};
	return { known: of("known"), strangers: of("strangers") };
}

function lowest({ known, strangers }: MeasuredRecall): number | null {
	if (known === null || strangers === null) return known ?? strangers;
	return Math.min(known, strangers);
}

/** Few buckets lead a narrow beam to the right place; a wide one, for far neighbours, wants more starts. */
function probesFor(beamWidth: number): number {
	if (beamWidth <= 10) return 3;
	if (beamWidth <= 16) return 5;
	if (beamWidth <= 24) return 8;
	if (beamWidth <= 320) return 10;
	return beamWidth <= 500 ? 20 : 50;
}
