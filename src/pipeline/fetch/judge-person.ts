/** Whether somebody may come into a gallery at all, before any photo is looked at. */
import type { PeopleRules } from "../../gallery/people/people-rules.ts";
import { fameOfSitelinks } from "../../gallery/person.ts";
import type { PersonDetails } from "../../wikimedia/select/person-details.ts";
import type { Selection } from "../../wikimedia/select/selection.ts";
import type { LeftOutReason } from "../../wikimedia/staging/finished-person.ts";

export interface Verdict {
	readonly reason: LeftOutReason;
	readonly message?: string;
}

/** Whoever is younger is a child, here and everywhere. */
export const ADULT_YEARS = 18;

/**
 * @param today e.g. "2026-11-25"
 * @returns why the person is left out; undefined for whoever may come in
 */
export function judgePerson(
	details: Pick<
		PersonDetails,
		"id" | "name" | "wikipedia" | "sitelinks" | "isHuman" | "birthYear" | "isDead" | "images"
	>,
	{ bornAfter, living }: Pick<Selection, "bornAfter" | "living">,
	{ denied, leastFame = 0 }: PeopleRules,
	today: string,
): Verdict | undefined {
	const { id, name, wikipedia, sitelinks, isHuman, birthYear, isDead, images } = details;
	if (!isHuman) return { reason: "NOT_A_PERSON" };
	const why = denied?.reasonFor({ name, wikipedia, wikidata: id });
	if (why !== undefined) return { reason: "DENIED", message: why };
	if (fameOfSitelinks(sitelinks) < leastFame) return { reason: "DENIED", message: "fame" };
	if (birthYear === undefined) return { reason: "BORN_UNKNOWN" };
	if (birthYear < bornAfter) return { reason: "BORN_TOO_EARLY", message: String(birthYear) };
	// only years are known: whoever comes of age this year waits for the next. Children who died are children.
	if (isMinorIn(Number(today.slice(0, 4)), birthYear)) return { reason: "MINOR", message: String(birthYear) };
	if (living === true && isDead) return { reason: "DEAD" };
	if (living === false && !isDead) return { reason: "LIVING" };
	return images.length === 0 ? { reason: "NO_PORTRAIT" } : undefined;
}

/** Whether somebody may have been a child in that year. */
export function isMinorIn(year: number, birthYear: number): boolean {
	return year - birthYear <= ADULT_YEARS;
}
