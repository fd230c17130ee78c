/** The upload form with drag and drop, paste, camera, sample, preview, progress and second tries. */
import { canUseCamera, takePhotos } from "./camera.js";
import { enhancePhotoFields, putPhoto } from "./photo-field.js";
import { forgetTries, showProblem } from "./problem.js";
import { describeProblem } from "./send.js";
import { sendForm, stopSending } from "./send-form.js";
import { say } from "./texts.js";

/**
 * @param {HTMLFormElement} form
 * @param {(received: import("./send.js").Received) => void} showAnswer shows what the server answered
 */
export function enhanceUploadForm(form, showAnswer) {
	// what is missing is said in the field, in the page's language
	form.noValidate = true;
	enhancePhotoFields([form], () => {
		stopSending(form);
		form.querySelector("button[type=submit]").focus({ preventScroll: true });
	});
	enhanceCamera(form);
	form.querySelector("[data-sample]").addEventListener("click", ({ target }) => sendSample(form, target));
	// until now they would have done nothing
	for (const button of form.querySelectorAll("button:disabled")) button.disabled = false;
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		forgetTries(form);
		void sendForm(form, [form], { answer: ".result", looking: say("looking"), showAnswer });
	});
}

async function sendSample(form, { dataset }) {
	let sample;
	try {
		const response = await fetch(dataset.sample);
		if (response.ok) sample = await response.blob();
	} catch {
		// told below
	}
	if (!sample) return showProblem(form, describeProblem("unreachable"));
	putPhoto(form, new File([sample], "sample.jpg", { type: "image/jpeg" }));
	form.requestSubmit();
}

function enhanceCamera(form) {
	const camera = form.querySelector("[data-camera]");
	camera.hidden = !canUseCamera();
	camera.addEventListener("click", async () => {
		try {
			const [photo, ...furtherFrames] = (await takePhotos()) ?? [];
			if (!photo) return;
			putPhoto(form, photo, furtherFrames);
			form.requestSubmit();
		} catch (error) {
			const problem = CAMERA_PROBLEMS[error.name] ?? "cameraFailed";
			showProblem(form, describeProblem(problem, { reference: error.name }));
		}
	});
}

const CAMERA_PROBLEMS = {
	NotAllowedError: "cameraDenied",
	NotFoundError: "noCamera",
	NotReadableError: "cameraBusy",
};
