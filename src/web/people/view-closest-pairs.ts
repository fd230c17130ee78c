/** The people of the gallery who are most like somebody else in it. */
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { PeopleMap } from "../../gallery/browse/people-map.ts";
import type { Resemblance } from "../../resemblance/resemblance.ts";
import type { ViewOptions } from "../portrait/portrait.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { Texts } from "../texts/texts.ts";
import { keyOf, linkTo, type PersonLink, scoredLookalikesOf } from "./view-people.ts";

interface ClosestPairView {
	readonly one: PersonLink;
	readonly other: PersonLink;
	/** 0 to 100: how much the one looks like the other, as the one's page has it. */
	readonly score: number;
	readonly words: string;
}

interface ScoredPair {
	readonly one: ListedPerson;
	readonly other: ListedPerson;
	readonly resemblance: Resemblance;
}

const MAX_PAIRS = 24;

/** Of each gallery's map: they cost a search each. */
const scoredPairs = new WeakMap<PeopleMap, readonly ScoredPair[]>();

export async function viewClosestPairs(
	map: PeopleMap,
	served: ServedGallery,
	texts: Texts,
	options: ViewOptions,
): Promise<ClosestPairView[]> {
	const directory = PeopleDirectory.of(served.gallery);
	const pairs = scoredPairs.get(map) ?? (await scorePairs(map, served));
	scoredPairs.set(map, pairs);
	return pairs.map(({ one, other, resemblance }) => ({
		one: linkTo(one, directory, options),
		other: linkTo(other, directory, options),
		score: resemblance.score,
		words: texts.say(`words.${keyOf(resemblance.words)}`),
	}));
}

/** From the better of the two sides; best first. */
async function scorePairs({ people, closest }: PeopleMap, served: ServedGallery): Promise<ScoredPair[]> {
	const best = new Map<string, ScoredPair>();
	const asked = [...new Set(closest.flat())].map((number) => people[number]!);
	const lookalikes = await Promise.all(asked.map((one) => scoredLookalikesOf(one, served, 1)));
	for (const [i, one] of asked.entries()) {
		for (const { other, resemblance } of lookalikes[i]!) {
			const key = [one.number, other.number].sort().join(" ");
			const known = best.get(key);
			if (!known || resemblance.score > known.resemblance.score) best.set(key, { one, other, resemblance });
		}
	}
	return [...best.values()].sort((a, b) => b.resemblance.score - a.resemblance.score).slice(0, MAX_PAIRS);
}
