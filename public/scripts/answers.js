/**
 * The answers of this tab, so that back, forward and reload find them again: in the tab's memory, and in its
 * sessionStorage, which the browser forgets with the tab. The server keeps none.
 */
import { addRest } from "./first-screen.js";
import { firstPage, speak } from "./languages.js";

const PREFIX = "answer:";
/** The first page; the scripts lie three folders below it. */
const SITE = new URL("../../../", import.meta.url).pathname;
/** An address of its own, so that the site's name leads home from an answer, and back again. */
const ANSWER_HASH = "#answer";
const ownPath = location.pathname;
/** Key to what is shown for it. */
const shown = new Map();
/** Of the answer that is shown now; undefined for the page's own content. */
let currentKey;

/** Storing takes as long as all the rest: an answer is seen first. */
const STORED_AFTER_MS = 1000;
/** Key to the text of an answer that is yet to be stored. */
const unstored = new Map();
window.addEventListener("pagehide", storeAll);

/**
 * Shows an answer as a new entry of the tab's history.
 * @param {import("./send.js").Received} received
 * @param {(main: HTMLElement) => void} enhance brings the answer to life
 * @param {string} path of the page that it is an answer of, from the first page
 */
export function openAnswer(received, enhance, path = "") {
	const key = keep(received);
	history.pushState({ answer: key }, "", SITE + path + ANSWER_HASH);
	void showEntry(history.state, enhance);
	window.scrollTo({ top: 0 });
	shown.get(key).main.focus({ preventScroll: true });
}

/** Shows the same answer in another language, in place of the one that is shown. */
export async function replaceAnswer(received, enhance) {
	const { face } = history.state;
	const key = keep(received);
	// whole at once, as the visitor may be anywhere on it
	finish(shown.get(key));
	history.replaceState({ answer: key, face }, "");
	await showEntry(history.state, enhance);
}

/** Shows the page's own content, in the language that is spoken now. */
export function showOwnPage(enhance) {
	bring(undefined, firstPage(), enhance);
}

/** @returns {import("./send.js").Sent | undefined} how the answer that is shown was asked for, unless the page was reloaded since */
export function shownQuestion() {
	return shown.get(currentKey)?.sent;
}

/** Shows the answer that the history entry names, after a reload. */
export async function restoreAnswer(enhance) {
	if (history.state?.answer) await showEntry(history.state, enhance);
	document.documentElement.classList.remove("is-restoring");
}

/** Follows the visitor back and forward. */
export function followHistory(enhance) {
	const entryOf = (key) => (key === undefined ? {} : { answer: key });
	// every entry says what it shows
	if (!history.state) history.replaceState(entryOf(currentKey), "");
	window.addEventListener("popstate", ({ state }) => {
		// only a link within the page says nothing yet: it shows what is shown now
		if (state) void showEntry(state, enhance);
		else history.replaceState(entryOf(currentKey), "");
	});
}

/** Remembers the picked face in the answer's history entry. */
export function rememberFace(number) {
	if (history.state?.answer) history.replaceState({ ...history.state, face: number }, "");
}

async function showEntry(state, enhance) {
	const key = state.answer;
	if (key === undefined) {
		// the page's own content belongs to another address after a reload in between
		if (location.pathname === ownPath) bring(undefined, firstPage(), enhance);
		else location.reload();
		return;
	}
	const answer = shown.get(key) ?? read(key);
	// what was shown before would pass for this entry's answer
	if (!answer) return void showEntry({}, enhance);
	shown.set(key, answer);
	// an answer is shown within a page of its own language
	if (answer.language !== document.documentElement.lang) await speak(answer.language);
	if (history.state?.answer !== key) return;
	bring(key, answer, enhance);
	if (state.face) answer.main.querySelector(`#face-${state.face}`)?.click();
}

/** Puts a content in its place, and brings it to life the first time. */
function bring(key, content, enhance) {
	const { main, title } = content;
	currentKey = key;
	document.querySelector("main").replaceWith(main);
	if (!content.isAlive) {
		content.isAlive = true;
		const live = () => {
			finish(content);
			enhance(main);
		};
		if (!content.unread) live();
		else
			afterPaint(() => {
				live();
				// whoever was quick has followed a link to what was not there yet
				if (document.getElementById(location.hash.slice(1))) location.replace(location.href);
			});
	}
	document.title = main.querySelector(".face-radio:checked")?.dataset.title ?? title;
	renewFooter();
}

/** Adds what is below an answer's first screen. */
function finish(content) {
	if (!content.unread) return;
	addRest(content.main, content.unread);
	content.unread = undefined;
	content.main.classList.remove("is-growing");
	renewFooter();
}

/** Another content has another footer: one that stayed would count as a shift of the layout. */
function renewFooter() {
	const footer = document.querySelector(".site-footer");
	footer.replaceWith(footer.cloneNode(true));
}

/** Calls back once what has changed until now can be seen. */
export function afterPaint(callback) {
	// the frame after the next one: a task before that may hold up what is yet to be drawn of the next
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(callback)));
}

function keep({ page, text, sent }) {
	const key = Date.now().toString(36);
	const content = { ...contentOf(page), sent, unread: text };
	content.main.classList.add("is-growing");
	shown.set(key, content);
	unstored.set(key, text);
	setTimeout(storeAll, STORED_AFTER_MS);
	return key;
}

function contentOf(page) {
	// adopted: a copy of so many lines and pictures takes a while
	return {
		main: document.adoptNode(page.querySelector("main")),
		title: page.title,
		language: page.documentElement.lang,
	};
}

function storeAll() {
	for (const [key, text] of unstored) store(key, text);
	unstored.clear();
}

/** Where this browser lets nobody store anything, even asking for the storage throws. */
function openStorage() {
	try {
		return sessionStorage;
	} catch {
		return undefined;
	}
}

function store(key, text) {
	const storage = openStorage();
	if (!storage) return;
	const keys = Object.keys(storage)
		.filter((name) => name.startsWith(PREFIX))
		.sort();
	for (;;) {
		try {
			storage.setItem(PREFIX + key, text);
			return;
		} catch {
			// full: the oldest goes; without any, a reload shows the first page again
			const oldest = keys.shift();
			if (!oldest) return;
			storage.removeItem(oldest);
		}
	}
}

function read(key) {
	const text = openStorage()?.getItem(PREFIX + key);
	return text == null ? undefined : contentOf(new DOMParser().parseFromString(text, "text/html"));
}
