/** Names as people look them up: "Penélope Cruz", "PENELOPE CRUZ" and "Penelope_Cruz" are one. */

/** Letters that Unicode does not take apart into a letter and its accent. */
const LETTERS: ReadonlyMap<string, string> = new Map([
	["ø", "o"],
	["đ", "d"],
	["ð", "d"],
	["ł", "l"],
	["ı", "i"],
	["æ", "ae"],
	["œ", "oe"],
	["þ", "th"],
	["ß", "ss"],
	["ё", "е"],
]);

/**
 * Without case, accents, underscores and kinds of apostrophes and hyphens. Marks that are more than accents, as
 * those of Indian and Japanese scripts, stay.
 */
export function foldName(name: string): string {
	return name
		.replaceAll("_", " ")
		.toLowerCase()
		.normalize("NFKD")
		.replaceAll(/(?<=[\p{Script=Latin}\p{Script=Greek}]\p{M}*)\p{M}/gu, "")
		.normalize("NFC")
		.replaceAll(/[øđðłıæœþßё]/gu, (letter) => LETTERS.get(letter) as string)
		.replaceAll(/['’ʼ`´]/gu, "")
		.replaceAll(/[\u2010-\u2015-]/gu, " ")
		.replaceAll(/\s+/gu, " ")
		.trim();
}
