/**
 * A place for one photo: chosen, dropped or pasted, shown at once and made ready to be sent. It is any element around
 * one `.drop` with its file input, preview and status.
 */
import { isHeic, mayBePhoto, preparePhoto } from "./photo.js";
import { hideProblem, showProblem } from "./problem.js";
import { describeProblem } from "./send.js";
import { say } from "./texts.js";

/** Where photos go that are pasted or dropped beside all fields: those that were enhanced last. */
let currentFields = [];
/** Field to the promise of its photo, made ready to be sent. */
const prepared = new WeakMap();
/** Field to further frames of the same moment, to be answered as one with its photo. */
const further = new WeakMap();

/**
 * @param {HTMLElement[]} fields of one form
 * @param {(field: HTMLElement) => void} onChosen called when a field has a photo
 */
export function enhancePhotoFields(fields, onChosen) {
	for (const field of fields) {
		const drop = dropOf(field);
		inputOf(field).addEventListener("change", () => choose(field, onChosen));
		for (const type of ["dragenter", "dragover"]) {
			drop.addEventListener(type, () => drop.classList.add("is-over"));
		}
		for (const type of ["dragleave", "drop"]) {
			drop.addEventListener(type, () => drop.classList.remove("is-over"));
		}
	}
	currentFields = fields;
	// whoever was quicker than the scripts, or whose browser remembers, has a photo already
	for (const field of fields) if (inputOf(field).files.length > 0) choose(field, onChosen);
}

/**
 * Puts a photo into the field as if it had been chosen.
 * @param {File[]} furtherFrames of the same moment
 */
export function putPhoto(field, file, furtherFrames = []) {
	const files = new DataTransfer();
	files.items.add(file);
	inputOf(field).files = files.files;
	inputOf(field).dispatchEvent(new Event("change"));
	further.set(field, furtherFrames);
}

/**
 * Holds on to the photos that are chosen, while other forms take the place of those that are shown.
 * @returns puts them into the new forms' fields of the same names, and says which form that is; undefined where none
 *   is chosen
 */
export function carryPhotos() {
	const chosen = currentFields.filter((field) => field.isConnected && hasPhoto(field));
	if (chosen.length === 0) return undefined;
	const carried = chosen.map((field) => [nameOf(field), inputOf(field).files[0], further.get(field)]);
	return () => {
		const inputs = carried.map(([name]) => document.querySelector(`input[type=file][name="${name}"]`));
		for (const [i, [, file, frames]] of carried.entries()) {
			putPhoto(inputs[i].closest(".upload, .photo-field"), file, frames);
		}
		return inputs[0].form;
	};
}

/**
 * The photo as it is to be sent, and the further frames with it.
 * @returns {Promise<Blob[] | undefined>} undefined after having said why, or where another one was chosen meanwhile
 */
export async function readyPhotos(field) {
	const chosen = prepared.get(field);
	const photo = await chosen;
	// another one was chosen meanwhile, which nobody has asked to send
	if (prepared.get(field) !== chosen) return undefined;
	if (!photo) {
		// what was wrong with the last one has been read
		hideProblem(field);
		tell(field, say("chooseFirst"), { isProblem: true });
		return undefined;
	}
	if (photo.size <= maxBytesOf(field)) return [photo, ...(further.get(field) ?? [])];
	tellTooLarge(field, photo);
	return undefined;
}

export function hasPhoto(field) {
	return prepared.has(field);
}

/** Name under which the field's photo is sent. */
export function nameOf(field) {
	return inputOf(field).name;
}

/** Says a line in the field. */
export function tell(field, text, { isProblem = false } = {}) {
	const status = field.querySelector(".status");
	status.textContent = text;
	status.classList.toggle("is-problem", isProblem);
	if (text) dropOf(field).scrollIntoView({ block: "nearest" });
}

document.addEventListener("paste", (event) => takeFirst(event.clipboardData, event));
document.addEventListener("drop", (event) => {
	event.preventDefault();
	const field = fieldFor(event);
	if (field && !takeFirst(event.dataTransfer, event)) showProblem(field, describeProblem("noFile"));
});
// without this the browser would leave the page and show the photo
document.addEventListener("dragover", (event) => event.preventDefault());

function takeFirst(transfer, event) {
	const file = [...(transfer?.files ?? [])].sort((a, b) => mayBePhoto(b) - mayBePhoto(a))[0];
	const field = fieldFor(event);
	if (!file || !field) return false;
	event.preventDefault();
	putPhoto(field, file);
	field.scrollIntoView({ block: "nearest" });
	return true;
}

/** The field that an event is on, or else the first that is still empty. */
function fieldFor({ target }) {
	const fields = currentFields.filter(({ isConnected }) => isConnected);
	return (
		fields.find((field) => field.contains(target)) ?? fields.find((field) => !hasPhoto(field)) ?? fields[0]
	);
}

function choose(field, onChosen) {
	const input = inputOf(field);
	const [file] = input.files;
	const canvas = field.querySelector(".preview");
	const isPhoto = file !== undefined && file.size > 0 && mayBePhoto(file);
	field.classList.toggle("has-photo", isPhoto);
	hideProblem(field);
	tell(field, "");
	canvas.hidden = true;
	prepared.delete(field);
	further.delete(field);
	if (!file) return;
	if (!isPhoto) {
		input.value = "";
		showProblem(field, describeProblem(file.size > 0 ? "notAPhoto" : "emptyFile"));
		return;
	}
	const photo = preparePhoto(file, canvas);
	prepared.set(field, photo);
	void photo.then((ready) => {
		const isBusy = field.closest("form").hasAttribute("aria-busy");
		const isShown = prepared.get(field) !== photo || !canvas.hidden || isBusy;
		if (isShown) return;
		const isUnreadable = isHeic(file);
		if (ready.size > maxBytesOf(field)) tellTooLarge(field, ready);
		else tell(field, say(isUnreadable ? "noHeic" : "noPreview"));
	});
	onChosen(field);
}

function tellTooLarge(field, { size }) {
	const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
	const sizes = { megabytes: megabytes(size), limit: megabytes(maxBytesOf(field)) };
	const isShown = !field.querySelector(".preview").hidden;
	showProblem(field, describeProblem(isShown ? "tooLarge" : "tooLargeToShrink", {}, sizes));
}

function maxBytesOf(field) {
	return Number(field.closest("form").dataset.maxBytes);
}

function inputOf(field) {
	return field.querySelector("input[type=file]");
}

function dropOf(field) {
	return field.querySelector(".drop");
}
