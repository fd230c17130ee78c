/**
 * Languages are switched by links. Here an answer stays while its language changes: what was asked is asked again,
 * from the tab's memory. After a reload the link is followed as any other, and Back finds the answer. A photo that is
 * chosen and not yet sent stays, too.
 */
import { replaceAnswer, shownQuestion, showOwnPage } from "./answers.js";
import { speak } from "./languages.js";
import { carryPhotos } from "./photo-field.js";
import { showProblem } from "./problem.js";
import { ask } from "./send.js";
import { stopSending } from "./send-form.js";

/** @param {(main: HTMLElement) => void} enhance brings an answer to life */
export function enhanceLanguageLinks(enhance) {
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.(".languages a");
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
		const question = shownQuestion();
		// a restored answer, whose question is gone with the reload
		const putPhotos = question || history.state?.answer ? undefined : carryPhotos();
		if (!question && !putPhotos) return;
		event.preventDefault();
		if (question) void askAgain(question, link.lang, enhance);
		else void translatePage(link, putPhotos, enhance);
	});
}

/** The page's own content in another language, with the photos that were chosen. */
async function translatePage({ lang, href }, putPhotos, enhance) {
	// an answer on its way would be in the language that was left
	const sent = document.querySelector("main form[aria-busy]");
	if (sent) stopSending(sent);
	try {
		// the server has to remember it, also where this tab knows the page in it
		await fetch(href);
		await speak(lang);
	} catch {
		// the browser says best what is wrong with the connection
		location.assign(href);
		return;
	}
	// an address that names a language would speak that one after a reload
	history.replaceState(history.state, "", location.pathname);
	showOwnPage(enhance);
	const form = putPhotos();
	if (sent) form.requestSubmit();
	document.querySelector(".languages a").focus({ preventScroll: true });
}

async function askAgain(question, language, enhance) {
	const main = document.querySelector("main");
	if (main.ariaBusy === "true") return;
	main.ariaBusy = "true";
	const address = new URL(question.address, location.href);
	address.searchParams.set("lang", language);
	const outcome = await ask({ ...question, address: address.href });
	main.ariaBusy = null;
	// gone elsewhere meanwhile
	if (shownQuestion() !== question) return;
	if (outcome.page) {
		await replaceAnswer(outcome, enhance);
		document.querySelector(".languages a").focus({ preventScroll: true });
	} else {
		showProblem(main.querySelector("form.upload, .photo-field"), outcome.problem, () =>
			askAgain(question, language, enhance),
		);
	}
}
