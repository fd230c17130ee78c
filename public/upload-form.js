/** The upload form with drag and drop, paste, camera, preview and progress. */
import { canUseCamera, takePhoto } from "./camera.js";
import { say } from "./texts.js";

const PREVIEW_SIDE_PX = 600;

/** Whichever form photos are pasted or dropped into when they don't land on one: the last that was enhanced. */
let currentForm;

/**
 * @param {HTMLFormElement} form
 * @param {(html: string) => void} showAnswer shows the page that the server answered with
 */
export function enhanceUploadForm(form, showAnswer) {
	const input = form.querySelector("input[type=file]");
	const drop = form.querySelector(".drop");
	const camera = form.querySelector("[data-camera]");

	const take = (file) => {
		const files = new DataTransfer();
		files.items.add(file);
		input.files = files.files;
		input.dispatchEvent(new Event("change"));
	};

	input.addEventListener("change", () => showChoice(form));
	for (const type of ["dragenter", "dragover"]) {
		drop.addEventListener(type, () => drop.classList.add("is-over"));
	}
	for (const type of ["dragleave", "drop"]) {
		drop.addEventListener(type, () => drop.classList.remove("is-over"));
	}
	camera.hidden = !canUseCamera();
	camera.addEventListener("click", async () => {
		try {
			const photo = await takePhoto();
			if (photo) take(photo);
		} catch (error) {
			tell(form, say("cameraFailed", { reason: error.message }), { isProblem: true });
		}
	});
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (isAcceptable(form)) void send(form, showAnswer);
	});
	form.takePhoto = take;
	currentForm = form;
}

document.addEventListener("paste", (event) => takeFirstPhoto(event.clipboardData, event));
document.addEventListener("drop", (event) => takeFirstPhoto(event.dataTransfer, event));
// without this the browser would leave the page and show the photo
document.addEventListener("dragover", (event) => event.preventDefault());

function takeFirstPhoto(transfer, event) {
	const [file] = transfer?.files ?? [];
	if (!file) return;
	event.preventDefault();
	const form = event.target.closest?.("form.upload") ?? currentForm;
	form.takePhoto(file);
	form.scrollIntoView({ block: "nearest" });
}

async function showChoice(form) {
	const [file] = form.querySelector("input[type=file]").files;
	const canvas = form.querySelector(".preview");
	const drop = form.querySelector(".drop");
	drop.classList.toggle("has-photo", file !== undefined);
	form.querySelector(".drop-title").textContent = say(file ? "chooseAnother" : "choose");
	canvas.hidden = true;
	tell(form, "");
	if (!file || !isAcceptable(form)) return;
	form.querySelector("button[type=submit]").focus();
	try {
		await drawPreview(file, canvas);
		canvas.hidden = false;
	} catch {
		// the server knows formats that this browser does not
		tell(form, say("noPreview"));
	}
}

async function drawPreview(file, canvas) {
	const photo = await createImageBitmap(file);
	const scale = Math.min(1, PREVIEW_SIDE_PX / Math.max(photo.width, photo.height));
	canvas.width = Math.round(photo.width * scale);
	canvas.height = Math.round(photo.height * scale);
	canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
	photo.close();
}

function isAcceptable(form) {
	const [file] = form.querySelector("input[type=file]").files;
	const maxBytes = Number(form.dataset.maxBytes);
	if (!file) {
		tell(form, say("chooseFirst"), { isProblem: true });
		return false;
	}
	if (file.size > maxBytes) {
		const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
		const sizes = { megabytes: megabytes(file.size), limit: megabytes(maxBytes) };
		tell(form, say("tooLarge", sizes), { isProblem: true });
		return false;
	}
	return true;
}

async function send(form, showAnswer) {
	const progress = form.querySelector(".progress");
	const bar = progress.querySelector("progress");
	const button = form.querySelector("button[type=submit]");
	form.classList.add("is-busy");
	form.setAttribute("aria-busy", "true");
	button.disabled = true;
	progress.hidden = false;
	bar.value = 0;
	tell(form, say("sending"));
	try {
		const html = await post(form, (share) => {
			if (share < 1) {
				bar.value = share;
			} else {
				bar.removeAttribute("value");
				tell(form, say("looking"));
			}
		});
		showAnswer(html);
	} catch (error) {
		tell(form, error.message, { isProblem: true });
	} finally {
		form.classList.remove("is-busy");
		form.removeAttribute("aria-busy");
		button.disabled = false;
		progress.hidden = true;
	}
}

/** Sends the form and resolves with the page that comes back, whatever its status. */
function post(form, onProgress) {
	// fetch can't tell how much of an upload has been sent
	const request = new XMLHttpRequest();
	request.open("POST", form.action);
	request.setRequestHeader("Accept", "text/html");
	return new Promise((resolve, reject) => {
		request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
		request.upload.addEventListener("load", () => onProgress(1));
		request.addEventListener("load", () => {
			if (request.responseText.includes("<main")) resolve(request.responseText);
			else reject(new Error(say("badAnswer", { status: request.status })));
		});
		request.addEventListener("error", () => {
			reject(new Error(say("unreachable")));
		});
		request.send(new FormData(form));
	});
}

function tell(form, text, { isProblem = false } = {}) {
	const status = form.querySelector(".status");
	status.textContent = text;
	status.classList.toggle("is-problem", isProblem);
}
