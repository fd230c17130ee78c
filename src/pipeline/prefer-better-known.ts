/** Among people who are about equally alike, the better known come first: where a gallery asks for it. */
import type { Lookalike } from "./answer.ts";

/**
 * Points of the score within which people count as equally alike: half of what two photos of one stranger differ in
 * their best match on average.
 */
const EQUAL_POINTS = 8;

/** How many people to look up for each that is shown, so that there are equals to choose from. */
export const CANDIDATES_PER_PERSON = 4;

/**
 * Chooses `k` people, each time the best known of those within the score's uncertainty of the most similar one left;
 * among equally known ones, the most similar. Who could be a twin is passed by nobody.
 * @param candidates best first
 */
export function preferBetterKnown(candidates: readonly Lookalike[], k: number): Lookalike[] {
	const left = [...candidates];
	const chosen: Lookalike[] = [];
	while (chosen.length < k) {
		const [nearest] = left;
		if (!nearest) break;
		const isTwin = nearest.resemblance.words === "could be a twin";
		const equals = left.filter(
			({ resemblance }) => nearest.resemblance.score - resemblance.score <= EQUAL_POINTS,
		);
		const best = isTwin
			? nearest
			: equals.reduce((first, other) => (fameOf(other) > fameOf(first) ? other : first));
		left.splice(left.indexOf(best), 1);
		chosen.push({ ...best, rank: chosen.length + 1 });
	}
	return chosen;
}

function fameOf({ person }: Lookalike): number {
	return person.fame ?? 0;
}
