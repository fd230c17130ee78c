/**
 * The answers of this tab, so that back, forward and reload find them again: in the tab's memory, and in its
 * sessionStorage, which the browser forgets with the tab. The server keeps none.
 */

const PREFIX = "answer:";
/** The first page; the scripts lie two folders below it. */
const SITE = new URL("../../", import.meta.url).pathname;
/** The page's own content, before any answer took its place, and the title it had. */
const own = { main: document.querySelector("main"), title: document.title };
const ownPath = location.pathname;
/** Key to what is shown for it. */
const shown = new Map();
/** Of the answer that is shown now; undefined for the page's own content. */
let currentKey;

/**
 * Shows an answer as a new entry of the tab's history.
 * @param {Document} page that the server answered with
 * @param {(main: HTMLElement) => void} enhance brings the answer to life
 */
export function openAnswer(page, enhance) {
	const key = Date.now().toString(36);
	const answer = { main: document.importNode(page.querySelector("main"), true), title: page.title };
	keep(key, answer);
	shown.set(key, answer);
	history.pushState({ answer: key }, "", SITE);
	show(key, answer);
	enhance(answer.main);
	window.scrollTo({ top: 0 });
	answer.main.focus({ preventScroll: true });
}

/** Shows the answer that the history entry names, after a reload. */
export function restoreAnswer(enhance) {
	if (history.state?.answer) showEntry(history.state, enhance);
	document.documentElement.classList.remove("is-restoring");
}

/** Follows the visitor back and forward. */
export function followHistory(enhance) {
	window.addEventListener("popstate", ({ state }) => {
		if (!state && location.hash) {
			// a link within the page: its entry shows what is shown now
			history.replaceState(currentKey && { answer: currentKey }, "");
		} else {
			showEntry(state, enhance);
		}
	});
}

/** Remembers the picked face in the answer's history entry. */
export function rememberFace(number) {
	if (history.state?.answer) history.replaceState({ ...history.state, face: number }, "");
}

function showEntry(state, enhance) {
	const key = state?.answer;
	if (key === undefined) {
		// the page's own content belongs to another address after a reload in between
		if (location.pathname === ownPath) show(undefined, own);
		else location.reload();
		return;
	}
	const isNew = !shown.has(key);
	const answer = isNew ? read(key) : shown.get(key);
	if (!answer) return;
	shown.set(key, answer);
	show(key, answer);
	if (isNew) enhance(answer.main);
	if (state.face) answer.main.querySelector(`#face-${state.face}`)?.click();
}

function show(key, { main, title }) {
	currentKey = key;
	document.title = title;
	document.querySelector("main").replaceWith(main);
	// another page has another footer: one that stayed would count as a shift of the layout
	const footer = document.querySelector(".site-footer");
	footer.replaceWith(footer.cloneNode(true));
}

function keep(key, { main, title }) {
	const text = JSON.stringify({ title, html: main.outerHTML });
	const keys = Object.keys(sessionStorage)
		.filter((name) => name.startsWith(PREFIX))
		.sort();
	for (;;) {
		try {
			sessionStorage.setItem(PREFIX + key, text);
			return;
		} catch {
			// full: the oldest goes; without any, a reload shows the first page again
			const oldest = keys.shift();
			if (!oldest) return;
			sessionStorage.removeItem(oldest);
		}
	}
}

function read(key) {
	const text = sessionStorage.getItem(PREFIX + key);
	if (!text) return undefined;
	const { title, html } = JSON.parse(text);
	const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
	return { title, main: document.importNode(main, true) };
}
