/** Among people who are about equally alike, the better known come first: where a gallery asks for it. */
import { wordsOf } from "../resemblance/resemblance.ts";
import type { Lookalike } from "./answer.ts";

/**
 * Points of the score within which people count as equally alike: what one photo's score is off by on average. Two photos
 * of one stranger differ by 16 in their best match (`npm run evaluate:faces -- --part people`), and each brings half of that variance.
 */
export const EQUAL_POINTS = Math.round(16 / Math.SQRT2);

/** How many people to look up for each that is shown, so that there are equals to choose from. */
export const CANDIDATES_PER_PERSON = 4;

/**
 * Chooses `k` people, each time the best known of those within the score's uncertainty of the most similar one left
 * of whom the same words are said; among equally known ones, the most similar. Who could be a twin in a clear photo is passed by nobody,
 * however poor this photo is.
 * @param candidates best first
 */
export function preferBetterKnown(candidates: readonly Lookalike[], k: number): Lookalike[] {
	const left = [...candidates];
	const chosen: Lookalike[] = [];
	while (chosen.length < k) {
		const [nearest] = left;
		if (!nearest) break;
		const equals = [nearest, ...left.slice(1).filter((other) => isEqual(nearest, other))];
		const best = equals.reduce((first, other) => (fameOf(other) > fameOf(first) ? other : first));
		left.splice(left.indexOf(best), 1);
		chosen.push({ ...best, rank: chosen.length + 1 });
	}
	return chosen;
}

/** By what they would score in a clear photo: a poor one brings all scores near to each other. */
function isEqual({ resemblance: nearest }: Lookalike, { resemblance }: Lookalike): boolean {
	if (wordsOf(nearest.clearScore) === "could be a twin") return false;
	// who scores nothing may be as far away as anybody
	if (resemblance.clearScore === 0) return false;
	const isCalledSo = resemblance.words === nearest.words;
	return isCalledSo && nearest.clearScore - resemblance.clearScore <= EQUAL_POINTS;
}

function fameOf({ person }: Lookalike): number {
	return person.fame ?? 0;
}
