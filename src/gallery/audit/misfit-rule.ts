/** From what cosines of one person's photos ordinarily are to when a photo is doubted. */
import type { Curve } from "../../resemblance/same-person.ts";
import type { MisfitRule } from "./find-misfits.ts";

/** Shares of pairs of one person's photos that are less alike than where doubt begins, and where it ends. */
const DOUBTFUL_SHARE = 0.05;
const WRONG_SHARE = 0.02;
/** Of the curve's scale (1 / slope): how much nearer somebody else must be. */
const MARGIN = 2.5;

/** @param samePerson the share of pairs of one person's photos below a cosine */
export function misfitRuleOf(samePerson: Curve): MisfitRule {
	return {
		doubtful: similarityAt(DOUBTFUL_SHARE, samePerson),
		wrong: similarityAt(WRONG_SHARE, samePerson),
		margin: MARGIN / samePerson.slope,
	};
}

function similarityAt(share: number, { midpoint, slope }: Curve): number {
	return midpoint - Math.log((1 - share) / share) / slope;
}
