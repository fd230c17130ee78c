/**
 * How names sound, so that "Том Круз" finds Tom Cruise in a gallery that knows him in English only: Cyrillic letters
 * are written in Latin ones, then both names are taken by their sound (Lawrence Philips' Double Metaphone).
 */
import { doubleMetaphone } from "double-metaphone";
import { foldName } from "./fold-name.ts";

/** Sounds of more than one letter come first. */
const LATIN: readonly (readonly [cyrillic: RegExp, latin: string])[] = [
	[/дж/g, "j"],
	[/кс/g, "x"],
	[/а/g, "a"],
	[/б/g, "b"],
	[/в/g, "v"],
	[/[гґ]/g, "g"],
	[/д/g, "d"],
	[/[еэє]/g, "e"],
	[/ж/g, "j"],
	[/з/g, "z"],
	[/[иіы]/g, "i"],
	[/[йї]/g, "y"],
	[/к/g, "k"],
	[/л/g, "l"],
	[/м/g, "m"],
	[/н/g, "n"],
	[/о/g, "o"],
	[/п/g, "p"],
	[/р/g, "r"],
	[/с/g, "s"],
	[/т/g, "t"],
	[/у/g, "u"],
	[/ф/g, "f"],
	[/х/g, "h"],
	[/ц/g, "ts"],
	[/ч/g, "ch"],
	[/[шщ]/g, "sh"],
	[/[ъь]/g, ""],
	[/ю/g, "yu"],
	[/я/g, "ya"],
];
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** Whether a name is written in Cyrillic letters. */
export function isCyrillic(name: string): boolean {
	return CYRILLIC.test(name);
}

/** What each word of a name may sound like; words without a sound are left out. */
export function soundsOf(name: string): ReadonlySet<string>[] {
	return toLatin(name)
		.split(" ")
		.map((word) => new Set(doubleMetaphone(word).filter((sound) => sound !== "")))
		.filter((sounds) => sounds.size > 0);
}

/** What the whole name may sound like, however it is broken into words: "Ди Каприо" and "DiCaprio". */
export function jointSoundOf(name: string): ReadonlySet<string> {
	return new Set(doubleMetaphone(toLatin(name).replaceAll(" ", "")));
}

/** Whether two words, or names, may sound alike. */
export function soundAlike(sounds: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
	for (const sound of sounds) if (others.has(sound)) return true;
	return false;
}

/** A name's pairs of neighbouring letters, in Latin ones: what spellings are compared by. */
export interface Spelling {
	readonly whole: ReadonlySet<string>;
	readonly words: readonly ReadonlySet<string>[];
}

export function spellingOf(name: string): Spelling {
	const latin = toLatin(name);
	return { whole: pairsOf(latin), words: latin.split(" ").map(pairsOf) };
}

/**
 * How much a name is spelt like what somebody asked for, 0 to 1: as a whole, or each word asked for like the word of
 * the name that is nearest to it.
 */
export function spelledAlike(name: Spelling, asked: Spelling): number {
	const nearest = asked.words.map((word) => Math.max(...name.words.map((own) => shareOf(own, word))));
	const mean = nearest.reduce((sum, share) => sum + share, 0) / nearest.length;
	return Math.max(mean, shareOf(name.whole, asked.whole));
}

/** Dice's coefficient: 0 to 1. */
function shareOf(pairs: ReadonlySet<string>, others: ReadonlySet<string>): number {
	let numShared = 0;
	for (const pair of pairs) if (others.has(pair)) numShared++;
	return (2 * numShared) / Math.max(1, pairs.size + others.size);
}

function pairsOf(text: string): ReadonlySet<string> {
	return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)));
}

function toLatin(name: string): string {
	return LATIN.reduce((text, [cyrillic, latin]) => text.replaceAll(cyrillic, latin), foldName(name));
}
