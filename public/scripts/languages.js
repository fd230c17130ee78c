/** The page's frame in each language that was spoken in this tab: its head, its foot and what the scripts say. */
import { readTexts } from "./texts.js";

const ownPath = location.pathname;
/** Language to its frame, with the page's own content, which page.js brings to life. */
const frames = new Map([[document.documentElement.lang, { ...frameOf(document), isAlive: true }]]);

/** What was here before any answer took its place, in the language that is spoken now. */
export function firstPage() {
	return frames.get(document.documentElement.lang);
}

/**
 * Changes the language of all that stands around the page's content.
 * @param {string} language
 */
export async function speak(language) {
	const frame = frames.get(language) ?? (await askForFrame(language));
	document.querySelector(".site-header").replaceWith(frame.header);
	document.querySelector(".site-footer").replaceWith(frame.footer);
	document.querySelector(".skip").replaceWith(frame.skip);
	document.querySelector("meta[name=texts]").replaceWith(frame.texts);
	document.documentElement.lang = language;
	readTexts();
}

/** Asks for the page anew, which also makes the server remember the language. */
async function askForFrame(language) {
	const response = await fetch(`${ownPath}?${new URLSearchParams({ lang: language })}`);
	const page = new DOMParser().parseFromString(await response.text(), "text/html");
	const frame = frameOf(page);
	for (const part of ["header", "footer", "skip", "texts", "main"]) {
		frame[part] = document.importNode(frame[part], true);
	}
	frames.set(language, frame);
	return frame;
}

function frameOf(page) {
	return {
		header: page.querySelector(".site-header"),
		footer: page.querySelector(".site-footer"),
		skip: page.querySelector(".skip"),
		texts: page.querySelector("meta[name=texts]"),
		main: page.querySelector("main"),
		title: page.title,
	};
}
