/** The form for two photos, of which one is enough where it shows several people. */
import { enhancePhotoFields, hasPhoto } from "./photo-field.js";
import { forgetTries } from "./problem.js";
import { sendForm, stopSending } from "./send-form.js";
import { say } from "./texts.js";

/**
 * @param {HTMLFormElement} form
 * @param {(received: import("./send.js").Received) => void} showAnswer shows what the server answered
 */
export function enhanceCompareForm(form, showAnswer) {
	const fields = [...form.querySelectorAll(".photo-field")];
	// either photo will do, and what is missing is said in the field
	form.noValidate = true;
	enhancePhotoFields(fields, () => {
		stopSending(form);
		const isFull = fields.every(hasPhoto);
		if (isFull) form.querySelector("button[type=submit]").focus({ preventScroll: true });
	});
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		for (const field of fields) forgetTries(field);
		const chosen = fields.filter(hasPhoto);
		const sent = chosen.length > 0 ? chosen : fields.slice(0, 1);
		void sendForm(form, sent, { answer: ".comparison", looking: say("comparing"), showAnswer });
	});
}
