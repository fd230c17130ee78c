/** Refuses a calibration that a search would stumble over: the file's JSON may say anything. */
import type { Calibration } from "../parts/calibration.ts";

type Check = (value: unknown) => boolean;

const MAX_K = 2 ** 31;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
const isWhole =
	(least: number): Check =>
	(value) =>
		Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= MAX_K;
const isCost: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isShare: Check = (value) => value === null || (isCost(value) && (value as number) <= 1);
const hasFields =
	(fields: Readonly<Record<string, Check>>): Check =>
	(value) =>
		isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const isListOf =
	(check: Check, least: number): Check =>
	(value) =>
		Array.isArray(value) && value.length >= least && value.every(check);

const isRecall = hasFields({ known: isShare, strangers: isShare });
const isLevel = hasFields({
	numProbes: isWhole(0),
	numVotes: isWhole(1),
	beamWidth: isWhole(0),
	cost: isCost,
	rows: isRecall,
	groups: isRecall,
	errors: (value) => value === undefined || hasFields({ rows: isRecall, groups: isRecall })(value),
});
const SET_FIELDS = { k: isWhole(1), levels: isListOf(isLevel, 1) };
const isSet = hasFields(SET_FIELDS);
const isWholeCalibration = hasFields({
	...SET_FIELDS,
	numQueries: hasFields({ known: isWhole(0), strangers: isWhole(0) }),
	numRows: (value) => value === undefined || isWhole(0)(value),
	exactCost: isCost,
	larger: (value) => value === undefined || isListOf(isSet, 0)(value),
});

/** Whether parsed JSON is a calibration that `planSearch` can plan with. */
export function isCalibration(value: unknown): value is Calibration {
	return isWholeCalibration(value);
}
