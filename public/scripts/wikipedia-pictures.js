/**
 * Takes people's pictures from Wikipedia, in place of the drawings: only files of Wikimedia Commons, which are
 * free to show with credit; articles may also carry files that are not.
 */
import { say } from "./texts.js";

const SUMMARY_API = "https://en.wikipedia.org/api/rest_v1/page/summary/";
const PICTURE_HOSTS = new Set(["upload.wikimedia.org", "thumb.wikimedia.org"]);
/** `/wikipedia/commons/thumb/1/1a/Name.jpg/330px-Name.jpg`, or without `thumb/` and the last part. */
const COMMONS_PATH = /^\/wikipedia\/commons\/(?:thumb\/)?[0-9a-f]\/[0-9a-f]{2}\/([^/]+)(?:\/[^/]+)?$/;
/** Polite to Wikipedia, and quick enough. */
const MAX_CONCURRENT = 2;

/** Too many were asked for, or too much is going on there. */
const REFUSALS = new Set([429, 503]);

/** Title to the promise of a picture or undefined: each person is asked for once per visit. */
const asked = new Map();
/** Set when Wikipedia asks for less or can't be reached: the drawings are fine. */
let isRefused = false;
window.addEventListener("online", () => {
	isRefused = false;
});

/**
 * Looks after the people who are shown at the moment; call it again when others come into view.
 * @param {HTMLElement} main
 */
export async function showWikipediaPictures(main) {
	const portraits = [...main.querySelectorAll("[data-wikipedia]")].filter(isWaiting);
	for (const portrait of portraits) portrait.dataset.asked = "";
	const work = Array.from({ length: MAX_CONCURRENT }, async () => {
		for (let portrait = portraits.shift(); portrait; portrait = portraits.shift()) {
			const picture = await findPicture(portrait.dataset.wikipedia);
			if (picture) show(picture, portrait);
			else if (isRefused) delete portrait.dataset.asked;
		}
	});
	await Promise.all(work);
}

/** Panels of faces that are not picked have no boxes. */
function isWaiting(portrait) {
	return portrait.dataset.asked === undefined && portrait.getClientRects().length > 0;
}

function findPicture(title) {
	if (!asked.has(title) && !isRefused) asked.set(title, askWikipedia(title));
	return asked.get(title);
}

async function askWikipedia(title) {
	try {
		const response = await fetch(SUMMARY_API + encodeURIComponent(title.replaceAll(" ", "_")), {
			credentials: "omit",
			referrerPolicy: "no-referrer",
		});
		isRefused ||= REFUSALS.has(response.status);
		if (!response.ok) return undefined;
		const { thumbnail } = await response.json();
		return thumbnail && describe(new URL(thumbnail.source));
	} catch {
		// offline, or blocked: the drawings stay, and who was asked for may be asked for again
		isRefused = true;
		asked.delete(title);
		return undefined;
	}
}

function describe(address) {
	const [, fileName] = COMMONS_PATH.exec(address.pathname) ?? [];
	if (!fileName || !PICTURE_HOSTS.has(address.hostname)) return undefined;
	return { src: address.href, filePage: `https://commons.wikimedia.org/wiki/File:${fileName}` };
}

function show({ src, filePage }, portrait) {
	const image = new Image();
	image.className = "photo";
	image.alt = say("pictureOf", { name: portrait.dataset.name });
	image.referrerPolicy = "no-referrer";
	image.addEventListener("load", () => {
		const drawing = portrait.querySelector(".drawing");
		if (drawing && portrait.closest(".duo")) portrait.append(insetOf(drawing));
		portrait.prepend(image);
		portrait.classList.add("has-picture");
		// its slot waits under the portrait, so that nothing moves
		portrait.parentElement
			.querySelector(".credit")
			.replaceChildren(creditFor(portrait.dataset.name, filePage));
	});
	image.src = src;
}

/** A copy, because what shrinks into a corner would count as a shift of the layout. */
function insetOf(drawing) {
	const inset = document.createElement("span");
	inset.className = "inset";
	inset.append(drawing.cloneNode(true));
	return inset;
}

function creditFor(name, filePage) {
	const link = document.createElement("a");
	link.href = filePage;
	link.rel = "noreferrer";
	link.textContent = say("credit");
	link.setAttribute("aria-label", say("creditOf", { name }));
	link.title = say("creditTitle");
	return link;
}
