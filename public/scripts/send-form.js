/** Sends a form's photos: with progress, with problems told where they belong, and with second tries. */
import { isDark } from "./photo.js";
import { nameOf, readyPhotos, tell } from "./photo-field.js";
import { hideProblem, showProblem } from "./problem.js";
import { describeProblem, sendPhotos } from "./send.js";
import { say } from "./texts.js";

/** Form to what ends its sending, while it is sent. */
const stops = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement[]} fields whose photos are sent; each has a `.progress`
 * @param {{ answer: string, looking: string, showAnswer: (received: import("./send.js").Received) => void, isAgain?: boolean }} expected a selector of what an
 *   answer has, what is said while it is waited for, and what shows it
 */
export async function sendForm(form, fields, expected) {
	if (form.hasAttribute("aria-busy")) return;
	const photos = new Map();
	for (const field of fields) {
		const ready = await readyPhotos(field);
		if (!ready) return;
		// where a burst was too much for server or line, its first frame has to do
		photos.set(nameOf(field), expected.isAgain ? ready.slice(0, 1) : ready);
	}
	// whoever asked twice while a photo was made ready asked for one answer, and whoever is gone for none
	if (form.hasAttribute("aria-busy") || !form.isConnected) return;
	const button = form.querySelector("button[type=submit]");
	const hadFocus = document.activeElement === button;
	for (const field of fields) hideProblem(field);
	form.setAttribute("aria-busy", "true");
	button.disabled = true;
	const line = progressLine(fields[0], expected.looking);
	const end = () => {
		stops.delete(form);
		line.end();
		form.removeAttribute("aria-busy");
		button.disabled = false;
	};
	const controller = new AbortController();
	stops.set(form, () => {
		controller.abort();
		end();
	});
	const options = { onProgress: line.show, signal: controller.signal };
	// never settles where it was stopped
	const outcome = await sendPhotos(form, photos, expected.answer, options);
	end();
	// gone elsewhere meanwhile
	if (!form.isConnected) return;
	if (outcome.page) {
		expected.showAnswer(outcome);
		return;
	}
	// a button that is switched off loses it
	if (hadFocus && document.activeElement === document.body) button.focus({ preventScroll: true });
	const { problem } = outcome;
	const place = fields[(problem.photo ?? 1) - 1] ?? fields[0];
	const isTooDark = problem.code === "NO_FACE_FOUND" && isDark(place.querySelector(".preview"));
	const told = isTooDark ? { ...problem, ...describeProblem("tooDark") } : problem;
	showProblem(place, told, () => void sendForm(form, fields, { ...expected, isAgain: true }));
}

/** Sends no further, where the form is being sent: as if it had not been asked for. */
export function stopSending(form) {
	stops.get(form)?.();
}

/** How far the sending is, on the field. */
function progressLine(field, looking) {
	const progress = field.querySelector(".progress");
	const bar = progress.querySelector("progress");
	const percent = progress.querySelector(".percent");
	const format = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
	progress.hidden = false;
	bar.value = 0;
	tell(field, say("sending"));
	return {
		show: (share) => {
			if (share < 1) {
				bar.value = share;
				percent.textContent = format.format(share);
			} else {
				bar.removeAttribute("value");
				percent.textContent = "";
				tell(field, looking);
			}
		},
		end: () => {
			progress.hidden = true;
			percent.textContent = "";
			tell(field, "");
		},
	};
}
