/**
 * From similarity to a score that says the same for every face and in every gallery. What counts is not the cosine but
 * its lead: by how much the face is more similar to this person than to the ten next faces around it, of the gallery
 * and of strangers. Where faces are crowded for the net, as those of groups that it was shown few of, all cosines
 * are high and the lead is not. (Cohort normalisation, as speaker recognition has it: Auckenthaler et al. 2000.)
 */

/** How many next faces tell how crowded it is. */
export const NUM_NEXT_FACES = 10;

/** Leads that have a fixed score; between them the score is linear, beyond the last it bends towards 100. */
export interface ScoreScale {
	/** Whether leads are meant; false: plain cosines, where there is nothing to lead over. */
	readonly isRelative: boolean;
	/** Score 0: the lead of the last of the next people. */
	readonly floor: number;
	/** Score 20: 31 of 100 strangers have a weaker best match. */
	readonly fair: number;
	/** Score 50: 79 of 100. */
	readonly strong: number;
	/** Score 80: 197 of 200. Photos as they come are not all clear, so that 1 in 100 is told so. */
	readonly twin: number;
}

const FAIR_SHARE = 0.31;
const STRONG_SHARE = 0.79;
const TWIN_SHARE = 0.985;
/** Beyond this share, leads thin out exponentially: the thousandth stranger is foretold within a tenth. */
const TAIL_SHARE = 0.9;
/** Of the tail, this share is left out above: strangers who are in the gallery under another name. */
const TAIL_TRIM = 0.1;

export const LEAST_STRANGERS = 50;

/**
 * Mean similarity of the next faces, 0 where there are none.
 * @param nextPeople similarities of the gallery's people from the second on
 * @param strangers similarities of the most similar strangers
 */
export function crowdAround(nextPeople: readonly number[], strangers: readonly number[]): number {
	const nearest = [...nextPeople, ...strangers].sort((a, b) => b - a).slice(0, NUM_NEXT_FACES);
	return nearest.length === 0 ? 0 : nearest.reduce((sum, value) => sum + value, 0) / nearest.length;
}

/**
 * Fits the scale of one gallery.
 * @param best leads of strangers' best matches, one per stranger, in any order
 * @param last leads of the last of their next people, in the same order
 * @throws RangeError for fewer than 50 strangers, or if their leads do not differ
 */
export function fitScale(best: readonly number[], last: readonly number[], isRelative: boolean): ScoreScale {
	if (best.length < LEAST_STRANGERS) {
		throw new RangeError(`Expected at least ${LEAST_STRANGERS} strangers but received ${best.length}.`);
	}
	const sorted = best.toSorted((a, b) => a - b);
	const fair = quantile(sorted, FAIR_SHARE);
	const strong = quantile(sorted, STRONG_SHARE);
	const tailStart = quantile(sorted, TAIL_SHARE);
	const twin = tailStart + tailScale(sorted, tailStart) * Math.log((1 - TAIL_SHARE) / (1 - TWIN_SHARE));
	if (!(fair < strong && strong < twin)) throw new RangeError("Expected leads that differ.");
	const lowest = last.reduce((sum, value) => sum + value, 0) / last.length;
	// where few people follow the first, the last of them is hardly behind: no steeper than between the next two
	return { isRelative, floor: Math.min(lowest, 2 * fair - strong), fair, strong, twin };
}

/** @returns 0 to 100 */
export function scoreOf(lead: number, { floor, fair, strong, twin }: ScoreScale): number {
	if (lead <= floor) return 0;
	if (lead <= fair) return (20 * (lead - floor)) / (fair - floor);
	if (lead <= strong) return 20 + (30 * (lead - fair)) / (strong - fair);
	if (lead <= twin) return 50 + (30 * (lead - strong)) / (twin - strong);
	// as steep at first as before
	return 100 - 20 * Math.exp((-1.5 * (lead - twin)) / (twin - strong));
}

/**
 * The share of strangers whose best match has a smaller lead, 0 to 1: a logistic curve through the first two of the
 * scale's marks, an exponential one from the second through the third.
 */
export function shareBelow(lead: number, { fair, strong, twin }: ScoreScale): number {
	if (lead > strong) {
		const fall = Math.log((1 - STRONG_SHARE) / (1 - TWIN_SHARE)) / (twin - strong);
		return 1 - (1 - STRONG_SHARE) * Math.exp(-fall * (lead - strong));
	}
	const [atFair, atStrong] = [logit(FAIR_SHARE), logit(STRONG_SHARE)];
	const at = atFair + ((atStrong - atFair) * (lead - fair)) / (strong - fair);
	return 1 / (1 + Math.exp(-at));
}

function logit(share: number): number {
	return Math.log(share / (1 - share));
}

function quantile(sorted: readonly number[], share: number): number {
	const place = share * (sorted.length - 1);
	const below = Math.floor(place);
	const [a, b] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
	return a + (b - a) * (place - below);
}

/** The exponential's mean, from the part of the tail that is not trimmed. */
function tailScale(sorted: readonly number[], tailStart: number): number {
	const tail = sorted.filter((lead) => lead > tailStart);
	const kept = tail.slice(0, Math.max(1, Math.ceil(tail.length * (1 - TAIL_TRIM))));
	const mean = kept.reduce((sum, lead) => sum + lead - tailStart, 0) / kept.length;
	// mean of an exponential distribution below its quantile of 1 - TAIL_TRIM, over the mean of all of it
	return mean / (1 + (TAIL_TRIM * Math.log(TAIL_TRIM)) / (1 - TAIL_TRIM));
}
