/** How alike two faces are, in a number and in words that mean the same for everybody. */

export type ResemblanceWords =
	| "could be a twin"
	| "strong resemblance"
	| "fair resemblance"
	| "loose resemblance";

export interface Resemblance {
	/** 0 to 100, calibrated on pairs of photos; see `calibration.ts` for what the number says. */
	readonly score: number;
	readonly words: ResemblanceWords;
}
