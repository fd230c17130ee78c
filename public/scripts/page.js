/** Makes the plain page quicker and kinder. Everything works without it: see the form in views/. */
import { enhanceAlignedFaces, enhanceFacePicker } from "./answered-faces.js";
import { afterPaint, followHistory, openAnswer, rememberFace, restoreAnswer } from "./answers.js";
import { enhanceCompareForm } from "./compare-form.js";
import { enhanceSharing } from "./share.js";
import { enhanceLanguageLinks } from "./switch-language.js";
import { enhanceUploadForm } from "./upload-form.js";
import { showWikipediaPictures } from "./wikipedia-pictures.js";

/** Brings what `<main>` holds to life. */
function enhance(main) {
	for (const form of main.querySelectorAll("form.upload")) {
		enhanceUploadForm(form, (received) => openAnswer(received, enhance));
	}
	for (const form of main.querySelectorAll("form.compare-form")) {
		enhanceCompareForm(form, (received) => openAnswer(received, enhance, "compare"));
	}
	enhanceFacePicker(main, rememberFace);
	enhanceAlignedFaces(main);
	enhanceSharing(main);
	main.addEventListener("change", () => void showWikipediaPictures(main));
	afterPaint(() => void showWikipediaPictures(main));
}

enhance(document.querySelector("main"));
enhanceLanguageLinks(enhance);
void restoreAnswer(enhance);
followHistory(enhance);
// an answer that was left at once has asked for none yet, and one that came on a dead line in vain
for (const type of ["popstate", "online"]) {
	window.addEventListener(type, () =>
		afterPaint(() => void showWikipediaPictures(document.querySelector("main"))),
	);
}
