/**
 * Languages are switched by links. Here an answer stays while its language changes: what was asked is asked again,
 * from the tab's memory. After a reload the link is followed as any other, and Back finds the answer.
 */
import { replaceAnswer, shownQuestion } from "./answers.js";
import { showProblem } from "./problem.js";
import { ask } from "./send.js";

/** @param {(main: HTMLElement) => void} enhance brings an answer to life */
export function enhanceLanguageLinks(enhance) {
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.(".languages a");
		const question = link && shownQuestion();
		if (!question || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		void askAgain(question, link.lang, enhance);
	});
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
		await replaceAnswer(outcome.page, enhance, outcome.sent);
		document.querySelector(".languages a").focus({ preventScroll: true });
	} else {
		showProblem(main.querySelector("form.upload, .photo-field"), outcome.problem, () =>
			askAgain(question, language, enhance),
		);
	}
}
