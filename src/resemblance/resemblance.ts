/** How alike two faces are, in a number and in words that mean the same for everybody and in every gallery. */

import { type ScoreScale, scoreOf, shareBelow } from "./score-scale.ts";

export type ResemblanceWords =
	| "could be a twin"
	| "strong resemblance"
	| "fair resemblance"
	| "loose resemblance";

export interface Resemblance {
	/** 0 to 100; see `score-scale.ts` for what the number says. */
	readonly score: number;
	/** The score that the same match would have in a clear photo: `score` or more. */
	readonly clearScore: number;
	readonly words: ResemblanceWords;
	/** Share of strangers whose best match in the gallery is weaker, 0 to 1. */
	readonly strangersBelow: number;
}

/** Least scores of the words, best first. Of strangers' best matches in clear photos, 3 in 200 are twins and 31 in 100 are loose. */
const WORDS: readonly (readonly [least: number, words: ResemblanceWords])[] = [
	[80, "could be a twin"],
	[50, "strong resemblance"],
	[20, "fair resemblance"],
	[0, "loose resemblance"],
];

/**
 * @param lead by how much the similarity exceeds that of the next faces
 * @param clarity how far the photo can be relied on, 0 to 1: it lowers the score and never raises it
 * @returns a whole score and its words
 */
export function resemblanceOf(lead: number, scale: ScoreScale, clarity = 1): Resemblance {
	const clear = scoreOf(lead, scale);
	const score = Math.round(clarity * clear);
	return {
		score,
		clearScore: Math.round(clear),
		words: wordsOf(score),
		strangersBelow: shareBelow(lead, scale),
	};
}

/** @param score 0 to 100 */
export function wordsOf(score: number): ResemblanceWords {
	const [, words] = WORDS.find(([least]) => score >= least) as (typeof WORDS)[number];
	return words;
}
