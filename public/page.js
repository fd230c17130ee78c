/** Makes the plain page quicker and kinder. Everything works without it: see the form in views/. */
import { enhanceFacePicker } from "./face-picker.js";
import { enhanceMap } from "./map.js";
import { enhanceSharing } from "./share.js";
import { enhanceUploadForm } from "./upload-form.js";
import { showWikipediaPictures } from "./wikipedia-pictures.js";

/** Brings what `<main>` holds to life. */
function enhance() {
	const main = document.querySelector("main");
	for (const form of main.querySelectorAll("form.upload")) enhanceUploadForm(form, showAnswer);
	enhanceFacePicker(main);
	enhanceSharing(main);
	enhanceMap(main);
	main.addEventListener("change", () => void showWikipediaPictures(main));
	void showWikipediaPictures(main);
}

/** Puts the answer, a whole page of the same site, in place of what is shown now. */
function showAnswer(html) {
	const answer = new DOMParser().parseFromString(html, "text/html");
	document.title = answer.title;
	document.querySelector("main").replaceWith(answer.querySelector("main"));
	enhance();
	window.scrollTo({ top: 0 });
	document.querySelector("main").focus({ preventScroll: true });
}

enhance();
