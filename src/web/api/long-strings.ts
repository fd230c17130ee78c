/**
 * JSON whose long strings, which are photos, are taken out before it is parsed: one of 20 MB would keep the server's
 * thread for half a second in a parser, in checks and in decoding; what is left is parsed in no time. Photos are decoded
 * from the bytes, in pieces between which others have their turn.
 */
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { joinPieces } from "../guard/join-pieces.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Options are shorter than what stays, and an address that came instead of a photo mostly is. */
const MAX_SHORT_BYTES = 2_000;
/** Decoded in about a millisecond. */
const PIECE_BYTES = 2 ** 17;
/** As in "\u002B". */
const MAX_ESCAPE_BYTES = 6;
const BEYOND_LATIN1 = /[^\0-\xff]/;

export interface ShortenedJson {
	/** The same JSON with a name in place of each long string. */
	readonly json: string;
	/** The bytes between the quotes of those strings, as they came, by their names. */
	readonly longStrings: ReadonlyMap<string, Buffer>;
}

/**
 * Takes the long strings out. What is no JSON may pass, and isn't JSON afterwards either.
 * It looks from quote to quote: 20 MB in few milliseconds.
 * @returns undefined where more than so many bytes are left, quotes in strings counted too
 * @throws TypeError if what is left is not UTF-8
 */
export function shortenJson(body: Buffer, maxRestBytes: number): ShortenedJson | undefined {
	const longStrings = new Map<string, Buffer>();
	const rest: Buffer[] = [];
	let numRestBytes = 0;
	/** Where what is kept next begins, and where the string that is looked at does; -1 between strings. */
	let kept = 0;
	let opened = -1;
	const keep = (...parts: Buffer[]) => {
		rest.push(...parts);
		for (const { byteLength } of parts) numRestBytes += byteLength;
	};
	for (let quote = body.indexOf(QUOTE); quote !== -1; quote = body.indexOf(QUOTE, quote + 1)) {
		if (opened === -1) opened = quote;
		else if (isEscaped(body, opened, quote)) numRestBytes++;
		else {
			const inside = body.subarray(opened + 1, quote);
			if (inside.byteLength > MAX_SHORT_BYTES) {
				// nobody could have sent it as a string
				const name = `long string ${randomUUID()}`;
				longStrings.set(name, inside);
				keep(body.subarray(kept, opened), Buffer.from(`"${name}"`));
			} else keep(body.subarray(kept, quote + 1));
			kept = quote + 1;
			opened = -1;
		}
		if (numRestBytes > maxRestBytes) return undefined;
	}
	keep(body.subarray(kept));
	if (numRestBytes > maxRestBytes) return undefined;
	return { json: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(rest)), longStrings };
}

/**
 * The bytes that stand in base64, or base64url, between the quotes of a string of JSON; escapes are understood, as PHP's
 * writers escape slashes and .NET's plus signs.
 * @returns undefined where it holds anything else
 */
export async function decodeBase64(digits: Buffer): Promise<Buffer | undefined> {
	const pieces: Buffer[] = [];
	let left = "";
	for (let start = 0; start < digits.byteLength; ) {
		if (start > 0) await setImmediate();
		const end = endOfPiece(digits, start);
		const text = readEscapes(digits.toString("latin1", start, end));
		if (text === undefined) return undefined;
		start = end;
		left += text;
		// the last ones may be followed by a "="
		const numWhole =
			start === digits.byteLength ? left.length : Math.max(0, left.length - (left.length % 4) - 4);
		const piece = decodePiece(left.slice(0, numWhole));
		if (piece === undefined) return undefined;
		pieces.push(piece);
		left = left.slice(numWhole);
	}
	return joinPieces(pieces);
}

/** Not in the middle of an escape. */
function endOfPiece(digits: Buffer, start: number): number {
	const end = start + PIECE_BYTES;
	if (end >= digits.byteLength) return digits.byteLength;
	const cut = digits.subarray(end - MAX_ESCAPE_BYTES, end).indexOf(BACKSLASH);
	return cut === -1 ? end : end - MAX_ESCAPE_BYTES + cut;
}

function readEscapes(text: string): string | undefined {
	// whatever else does not belong there is noticed when it is decoded
	if (!text.includes("\\")) return text;
	try {
		return JSON.parse(`"${text}"`);
	} catch {
		return undefined;
	}
}

/** Node skips what is not base64, and ends at a "=": what came must be as long as what was read. */
function decodePiece(text: string): Buffer | undefined {
	// of a sign that an escape stood for it looks at one byte only
	if (BEYOND_LATIN1.test(text)) return undefined;
	const bytes = Buffer.from(text, "base64");
	const numPadding = /=*$/.exec(text.slice(-2))?.[0].length ?? 0;
	const numDigits = text.length - numPadding;
	return numDigits % 4 !== 1 && bytes.byteLength === Math.floor((numDigits * 3) / 4) ? bytes : undefined;
}

/** Whether an odd number of backslashes stands before the place, from the start on. */
function isEscaped(json: Buffer, start: number, at: number): boolean {
	let first = at;
	while (first > start && json[first - 1] === BACKSLASH) first--;
	return (at - first) % 2 === 1;
}
