/** The upload form with drag and drop, paste, camera, sample, preview, progress and second tries. */
import { canUseCamera, takePhoto } from "./camera.js";
import { mayBePhoto, preparePhoto } from "./photo.js";
import { forgetTries, hideProblem, showProblem } from "./problem.js";
import { describeProblem, sendPhoto } from "./send.js";
import { say } from "./texts.js";

/** Whichever form photos are pasted or dropped into when they don't land on one: the last that was enhanced. */
let currentForm;
/** Form to the promise of its photo, made ready to be sent. */
const prepared = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {(page: Document, sent: import("./send.js").Sent) => void} showAnswer shows the page that the server answered with
 */
export function enhanceUploadForm(form, showAnswer) {
	const input = form.querySelector("input[type=file]");
	const drop = form.querySelector(".drop");

	input.addEventListener("change", () => choose(form));
	for (const type of ["dragenter", "dragover"]) {
		drop.addEventListener(type, () => drop.classList.add("is-over"));
	}
	for (const type of ["dragleave", "drop"]) {
		drop.addEventListener(type, () => drop.classList.remove("is-over"));
	}
	enhanceCamera(form);
	form.querySelector("[data-sample]").addEventListener("click", ({ target }) => sendSample(form, target));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		forgetTries(form);
		void send(form, showAnswer);
	});
	currentForm = form;
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
	take(form, new File([sample], "sample.jpg", { type: "image/jpeg" }));
	form.requestSubmit();
}

function enhanceCamera(form) {
	const camera = form.querySelector("[data-camera]");
	camera.hidden = !canUseCamera();
	camera.addEventListener("click", async () => {
		try {
			const photo = await takePhoto();
			if (!photo) return;
			take(form, photo);
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

document.addEventListener("paste", (event) => takeFirst(event.clipboardData, event));
document.addEventListener("drop", (event) => {
	if (!takeFirst(event.dataTransfer, event)) showProblem(formOf(event), describeProblem("noFile"));
	event.preventDefault();
});
// without this the browser would leave the page and show the photo
document.addEventListener("dragover", (event) => event.preventDefault());

function takeFirst(transfer, event) {
	const file = [...(transfer?.files ?? [])].sort((a, b) => mayBePhoto(b) - mayBePhoto(a))[0];
	if (!file) return false;
	event.preventDefault();
	const form = formOf(event);
	take(form, file);
	form.scrollIntoView({ block: "nearest" });
	return true;
}

function formOf(event) {
	return event.target.closest?.("form.upload") ?? currentForm;
}

function take(form, file) {
	const input = form.querySelector("input[type=file]");
	const files = new DataTransfer();
	files.items.add(file);
	input.files = files.files;
	input.dispatchEvent(new Event("change"));
}

function choose(form) {
	const [file] = form.querySelector("input[type=file]").files;
	const canvas = form.querySelector(".preview");
	const isPhoto = file !== undefined && mayBePhoto(file);
	form.classList.toggle("has-photo", isPhoto);
	hideProblem(form);
	tell(form, "");
	canvas.hidden = true;
	prepared.delete(form);
	if (!file) return;
	if (!isPhoto) {
		form.querySelector("input[type=file]").value = "";
		showProblem(form, describeProblem("notAPhoto"));
		return;
	}
	const photo = preparePhoto(file, canvas);
	prepared.set(form, photo);
	void photo.then(() => {
		const isShown = prepared.get(form) !== photo || !canvas.hidden || form.hasAttribute("aria-busy");
		if (!isShown) tell(form, say("noPreview"));
	});
	form.querySelector("button[type=submit]").focus({ preventScroll: true });
}

/** @returns {Promise<Blob | undefined>} undefined after having said why */
async function readyPhoto(form) {
	const photo = await prepared.get(form);
	if (!photo) {
		tell(form, say("chooseFirst"), { isProblem: true });
		return undefined;
	}
	const maxBytes = Number(form.dataset.maxBytes);
	if (photo.size <= maxBytes) return photo;
	const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
	const sizes = { megabytes: megabytes(photo.size), limit: megabytes(maxBytes) };
	showProblem(form, describeProblem("tooLarge", {}, sizes));
	return undefined;
}

async function send(form, showAnswer) {
	if (form.hasAttribute("aria-busy")) return;
	const photo = await readyPhoto(form);
	if (!photo) return;
	const progress = form.querySelector(".progress");
	const bar = progress.querySelector("progress");
	const button = form.querySelector("button[type=submit]");
	hideProblem(form);
	form.setAttribute("aria-busy", "true");
	button.disabled = true;
	progress.hidden = false;
	bar.value = 0;
	tell(form, say("sending"));
	const outcome = await sendPhoto(form, photo, (share) => {
		if (share < 1) {
			bar.value = share;
		} else {
			bar.removeAttribute("value");
			tell(form, say("looking"));
		}
	});
	form.removeAttribute("aria-busy");
	button.disabled = false;
	progress.hidden = true;
	tell(form, "");
	if (outcome.page) showAnswer(outcome.page, outcome.sent);
	else showProblem(form, outcome.problem, () => void send(form, showAnswer));
}

function tell(form, text, { isProblem = false } = {}) {
	const status = form.querySelector(".status");
	status.textContent = text;
	status.classList.toggle("is-problem", isProblem);
}
