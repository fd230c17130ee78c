/** A word on a match that makes people smile: one of a few in the locales, always the same for the same match. */
import type { PairWords } from "../../resemblance/pair-scale.ts";
import type { ResemblanceWords } from "../../resemblance/resemblance.ts";
import type { Texts } from "../texts/texts.ts";

/** How many there are for each of the score's words. */
const [NUM_CAPTIONS, NUM_PAIR_CAPTIONS] = [3, 2];

/**
 * On somebody and the celebrity whom they resemble.
 * @param about whatever tells one match from another
 */
export function captionOf(words: ResemblanceWords, about: string, texts: Texts): string {
	return texts.say(`caption.${words.replaceAll(" ", "-")}.${choose(about, NUM_CAPTIONS)}`);
}

/** On two people who were compared. */
export function pairCaptionOf(words: PairWords, about: string, texts: Texts): string {
	return texts.say(`compare.caption.${words.replaceAll(" ", "-")}.${choose(about, NUM_PAIR_CAPTIONS)}`);
}

/** A number from 1 to `count`. */
function choose(about: string, count: number): number {
	let hash = 0x811c9dc5;
	for (const letter of about) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0;
	return ((hash >>> 8) % count) + 1;
}
