/** Sends the form and tells what came back: the page with the answer, or what went wrong. */
import { readFirstScreen } from "./first-screen.js";
import { say } from "./texts.js";

/** Worth another try with the same photo. */
const PASSING_STATUSES = new Set([429, 502, 503, 504]);
const DEFAULT_RETRY_S = 5;

/**
 * @typedef {object} Problem
 * @property {string} title
 * @property {string} message
 * @property {string} [code] of the server, see src/errors.ts
 * @property {string} [reference] code and request id
 * @property {number} [photo] which of several photos it is about, from 1
 * @property {number} [retryAfterS] after which the same photo may do better
 */

/**
 * @typedef {object} Sent what was asked; kept in the tab's memory only
 * @property {string} address
 * @property {FormData} fields with the photo
 * @property {string} answer selector of what an answer has
 */

/**
 * @typedef {object} Received an answer
 * @property {Document} page as far as its first screen goes
 * @property {string} text the whole page as it came
 * @property {Sent} sent
 */

/**
 * @param {HTMLFormElement} form
 * @param {Map<string, Blob[]>} photos field's name to what takes the place of its file; several are of one moment
 * @param {string} answer selector of what an answer has
 * @param {{ onProgress: (share: number) => void, signal: AbortSignal }} options as of `ask`
 * @returns as `ask`
 */
export function sendPhotos(form, photos, answer, options) {
	const fields = new FormData(form);
	for (const [name, frames] of photos) {
		fields.delete(name);
		// their names, which may say much, stay here
		for (const frame of frames) fields.append(name, frame, "photo");
		if (frames.length > 1) fields.set("fuse", "1");
	}
	return ask({ address: form.action, fields, answer }, options);
}

/**
 * @param {Sent} sent
 * @param {{ onProgress?: (share: number) => void, signal?: AbortSignal }} options told how much has been sent, 0 to 1;
 *   and what ends it, of which nothing is told
 * @returns {Promise<Received | { problem: Problem }>}
 */
export async function ask(sent, options = {}) {
	const response = await post(sent, options);
	if (!response) return { problem: describeProblem("unreachable", { retryAfterS: DEFAULT_RETRY_S }) };
	const { status, text, retryAfterS } = response;
	const page = readFirstScreen(text);
	if (status === 200 && page.querySelector(sent.answer)) return { page, text, sent };
	const isPassing = PASSING_STATUSES.has(status) && { retryAfterS };
	const told = page.querySelector(".problem");
	if (!told) return { problem: describeProblem("badAnswer", { reference: `${status}`, ...isPassing }) };
	// where nobody is in the gallery, the next try finds nobody either
	const isHopeless = told.dataset.code === "EMPTY_GALLERY";
	const partOf = (selector) => told.querySelector(selector).textContent;
	return {
		problem: {
			title: partOf("h1"),
			message: partOf(".problem-message"),
			reference: partOf(".reference"),
			code: told.dataset.code,
			photo: Number(told.dataset.photo) || undefined,
			...(!isHopeless && isPassing),
		},
	};
}

/** A problem that the scripts themselves met. */
export function describeProblem(name, details = {}, values = {}) {
	return {
		title: say(`problem.${name}.title`),
		message: say(`problem.${name}.message`, values),
		...details,
	};
}

function post({ address, fields }, { onProgress = () => {}, signal }) {
	// fetch can't tell how much of an upload has been sent
	const request = new XMLHttpRequest();
	request.open("POST", address);
	request.setRequestHeader("Accept", "text/html");
	return new Promise((resolve) => {
		request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
		request.upload.addEventListener("load", () => onProgress(1));
		request.addEventListener("load", () => {
			const retryAfterS = Number(request.getResponseHeader("Retry-After")) || DEFAULT_RETRY_S;
			resolve({ status: request.status, text: request.responseText, retryAfterS });
		});
		request.addEventListener("error", () => resolve(undefined));
		signal?.addEventListener("abort", () => request.abort());
		request.send(fields);
	});
}
