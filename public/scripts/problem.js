/** A card over the photo's field that says what went wrong; what may pass is tried again after a countdown. */
import { say } from "./texts.js";

/** After that the visitor decides. */
const MAX_RETRIES = 5;

/** Tries so far, by field. */
const tries = new WeakMap();
/** What ends the countdown to the next one, by field. */
const stops = new WeakMap();

/**
 * @param {HTMLElement} field whose photo it is about; see photo-field.js
 * @param {import("./send.js").Problem} problem
 * @param {() => void} retry sends the same photo again
 */
export function showProblem(field, problem, retry) {
	hideProblem(field);
	const card = document.createElement("section");
	card.className = "problem is-card";
	card.setAttribute("role", "alert");
	card.append(element("h2", problem.title), element("p", problem.message));
	const actions = document.createElement("div");
	actions.className = "actions";
	const isPassing = problem.retryAfterS !== undefined;
	const other = element("label", say("chooseAnother"), isPassing ? "button" : "button primary");
	other.htmlFor = field.querySelector("input[type=file]").id;
	if (isPassing) {
		const again = element("button", say("tryAgain"), "button primary");
		again.type = "button";
		const go = () => {
			hideProblem(field);
			retry();
		};
		again.addEventListener("click", go);
		actions.append(again);
		card.append(countDown(field, problem.retryAfterS, go));
	}
	actions.append(other);
	card.append(actions);
	if (problem.reference) card.append(fold(say("details"), element("p", problem.reference, "reference")));
	field.querySelector(".drop").append(card);
	card.scrollIntoView({ block: "nearest" });
}

export function hideProblem(field) {
	stops.get(field)?.();
	field.querySelector(".problem")?.remove();
}

/** The next problem of this field counts its retries anew. */
export function forgetTries(field) {
	tries.delete(field);
}

function countDown(field, seconds, retry) {
	const numTries = tries.get(field) ?? 0;
	tries.set(field, numTries + 1);
	// read out once, by the card itself, and not every second
	const line = element("p", "", "countdown");
	if (numTries >= MAX_RETRIES) return line;
	line.setAttribute("aria-hidden", "true");
	let left = seconds;
	const tick = () => {
		// while something else is shown, it waits
		if (!line.isConnected && left < seconds) return;
		if (left <= 0) {
			stop();
			return retry();
		}
		line.textContent = say("retryIn", { seconds: left });
		left--;
	};
	const timer = setInterval(tick, 1000);
	const stop = () => {
		clearInterval(timer);
		window.removeEventListener("online", back);
	};
	const back = () => {
		if (!line.isConnected) return;
		stop();
		retry();
	};
	stops.set(field, stop);
	window.addEventListener("online", back);
	tick();
	return line;
}

/** Few ask for it, and it takes lines on a phone. */
function fold(title, content) {
	const details = element("details", "", "details");
	details.append(element("summary", title), content);
	return details;
}

function element(name, text, className = "") {
	const made = document.createElement(name);
	made.className = className;
	made.textContent = text;
	return made;
}
