/** Among people who are about equally alike, the better known come first: where a gallery asks for it. */
import type { ResemblanceWords } from "../resemblance/resemblance.ts";
import type { Lookalike } from "./answer.ts";

/**
 * Points of the score within which people count as equally alike: half of what two photos of one stranger differ in
 * their best match on average.
 */
const EQUAL_POINTS = 8;

/** A twin is passed by nobody; and where nobody looks much like the visitor, fame would only hide who does most. */
const PREFERRED_WORDS: ReadonlySet<ResemblanceWords> = new Set(["strong resemblance", "fair resemblance"]);

/** How many people to look up for each that is shown, so that there are equals to choose from. */
export const CANDIDATES_PER_PERSON = 4;

/**
 * Chooses `k` people, each time the best known of those within the score's uncertainty of the most similar one left
 * of whom the same words are said; among equally known ones, the most similar. Twins and loose resemblances stay in
 * their order.
 * @param candidates best first
 */
export function preferBetterKnown(candidates: readonly Lookalike[], k: number): Lookalike[] {
	const left = [...candidates];
	const chosen: Lookalike[] = [];
	while (chosen.length < k) {
		const [nearest] = left;
		if (!nearest) break;
		const equals = PREFERRED_WORDS.has(nearest.resemblance.words)
			? left.filter((other) => isEqual(nearest, other))
			: [nearest];
		const best = equals.reduce((first, other) => (fameOf(other) > fameOf(first) ? other : first));
		left.splice(left.indexOf(best), 1);
		chosen.push({ ...best, rank: chosen.length + 1 });
	}
	return chosen;
}

function isEqual({ resemblance: nearest }: Lookalike, { resemblance }: Lookalike): boolean {
	return resemblance.words === nearest.words && nearest.score - resemblance.score <= EQUAL_POINTS;
}

function fameOf({ person }: Lookalike): number {
	return person.fame ?? 0;
}
