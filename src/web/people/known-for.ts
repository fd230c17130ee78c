/** What somebody is known for, in the visitor's language as far as there are words. */
import type { Person } from "../../gallery/person.ts";
import type { Texts } from "../texts/texts.ts";

export interface KnownForView {
	/** In the visitor's language; may be empty. */
	readonly text: string;
	/** What follows in English, e.g. a film's title; may be empty. */
	readonly english: string;
}

/**
 * Galleries from Wikidata have it in the languages that were asked for. The others say it in a few English words, of
 * which the first are mostly a trade that the page's texts know ("actor, Harry Potter"); the rest are names.
 */
export function viewKnownFor(
	{ knownFor, knownForIn }: Pick<Person, "knownFor" | "knownForIn">,
	texts: Texts,
): KnownForView | undefined {
	const own = texts.language === "en" ? knownFor : knownForIn?.[texts.language];
	if (own !== undefined) return { text: own, english: "" };
	if (knownFor === undefined) return undefined;
	const [trade = "", ...rest] = knownFor.split(", ");
	const slug = trade.toLowerCase().replaceAll(" ", "-");
	if (!texts.has(`trade.${slug}`)) return { text: "", english: knownFor };
	const text = texts.say(`trade.${slug}`);
	return { text: rest.length > 0 ? `${text}, ` : text, english: rest.join(", ") };
}
