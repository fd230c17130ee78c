/** Makes the plain page quicker and kinder. Everything works without it: see the form in views/. */
import { enhanceAlignedFaces, enhanceFacePicker } from "./answered-faces.js";
import { followHistory, openAnswer, rememberFace, restoreAnswer } from "./answers.js";
import { enhanceCompareForm } from "./compare-form.js";
import { enhanceSharing } from "./share.js";
import { enhanceLanguageLinks } from "./switch-language.js";
import { enhanceUploadForm } from "./upload-form.js";
import { showWikipediaPictures } from "./wikipedia-pictures.js";

/** Brings what `<main>` holds to life. */
function enhance(main) {
	for (const form of main.querySelectorAll("form.upload")) {
		enhanceUploadForm(form, (page, sent) => openAnswer(page, enhance, sent));
	}
	for (const form of main.querySelectorAll("form.compare-form")) {
		enhanceCompareForm(form, (page, sent) => openAnswer(page, enhance, sent, "compare"));
	}
	enhanceFacePicker(main, rememberFace);
	enhanceAlignedFaces(main);
	enhanceSharing(main);
	main.addEventListener("change", () => void showWikipediaPictures(main));
	void showWikipediaPictures(main);
}

enhance(document.querySelector("main"));
enhanceLanguageLinks(enhance);
void restoreAnswer(enhance);
followHistory(enhance);
