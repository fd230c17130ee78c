/** Commons gives authors and credits as HTML; what is kept and shown is their text. */
import { Parser } from "htmlparser2";

const SILENT = new Set(["script", "style", "template", "noscript"]);
const VOID = new Set(["br", "hr", "img", "input", "link", "meta", "wbr"]);
const BREAKS = new Set(["br", "p", "div", "li", "tr", "td", "hr"]);
/** Turn the direction of text around, or mark what nobody sees; joiners are part of how some scripts are written. */
const UNSEEN = /(?![\u200c\u200d])\p{Cf}/gu;
const MAX_CHARACTERS = 300;

/** The text that a reader would see, in one line, without any markup; may be empty. */
export function textOfHtml(html: string): string {
	let text = "";
	// tags that are open since, and including, the first hidden one
	const hidden: string[] = [];
	const parser = new Parser({
		onopentag(name, { style = "" }) {
			if (BREAKS.has(name)) text += " ";
			const isHidden = SILENT.has(name) || /display\s*:\s*none/i.test(style);
			if ((isHidden || hidden.length > 0) && !VOID.has(name)) hidden.push(name);
		},
		ontext(part) {
			if (hidden.length === 0) text += part;
		},
		onclosetag(name) {
			if (hidden.at(-1) === name) hidden.pop();
			if (BREAKS.has(name)) text += " ";
		},
	});
	parser.end(html);
	const line = text
		.replaceAll(UNSEEN, "")
		.replaceAll(/[\s\p{Cc}]+/gu, " ")
		.trim();
	const characters = Array.from(line);
	return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS - 1).join("")}…` : line;
}
