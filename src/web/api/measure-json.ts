/** Tells long strings, which are photos, from much structure, on which parsers take seconds, before JSON is parsed. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether at most so many bytes stand beside the strings; every quote is one of them. What is no JSON may pass.
 * It looks from quote to quote: 20 MB in few milliseconds.
 */
export function isMostlyStrings(json: Buffer, maxRestBytes: number): boolean {
	let numRestBytes = 0;
	let isInString = false;
	let start = 0;
	while (numRestBytes <= maxRestBytes) {
		const quote = json.indexOf(QUOTE, start);
		const end = quote === -1 ? json.byteLength : quote;
		if (!isInString) numRestBytes += end - start;
		if (quote === -1) break;
		numRestBytes++;
		if (!isInString || !isEscaped(json, start, quote)) isInString = !isInString;
		start = quote + 1;
	}
	return numRestBytes <= maxRestBytes;
}

/** Whether an odd number of backslashes stands before the place, from the start on. */
function isEscaped(json: Buffer, start: number, at: number): boolean {
	let first = at;
	while (first > start && json[first - 1] === BACKSLASH) first--;
	return (at - first) % 2 === 1;
}
