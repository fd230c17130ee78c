/** A card over the form that says what went wrong; what may pass is tried again after a countdown. */
import { say } from "./texts.js";

/** After that the visitor decides. */
const MAX_RETRIES = 5;

/** Tries so far, by form. */
const tries = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {import("./send.js").Problem} problem
 * @param {() => void} retry sends the same photo again
 */
export function showProblem(form, problem, retry) {
	hideProblem(form);
	const card = document.createElement("section");
	card.className = "problem is-card";
	card.setAttribute("role", "alert");
	card.append(element("h2", problem.title), element("p", problem.message));
	const actions = document.createElement("div");
	actions.className = "actions";
	const other = element("label", say("chooseAnother"), "button");
	other.htmlFor = form.querySelector("input[type=file]").id;
	if (problem.retryAfterS !== undefined) {
		const again = element("button", say("tryAgain"), "button primary");
		again.type = "button";
		const go = () => {
			hideProblem(form);
			retry();
		};
		again.addEventListener("click", go);
		actions.append(again);
		card.append(countDown(form, problem.retryAfterS, go));
	}
	actions.append(other);
	card.append(actions);
	if (problem.reference) card.append(element("p", problem.reference, "reference"));
	form.querySelector(".drop").append(card);
	card.scrollIntoView({ block: "nearest" });
}

export function hideProblem(form) {
	form.querySelector(".problem")?.dispatchEvent(new Event("hide"));
	form.querySelector(".problem")?.remove();
}

/** The next problem of this form counts its retries anew. */
export function forgetTries(form) {
	tries.delete(form);
}

function countDown(form, seconds, retry) {
	const numTries = tries.get(form) ?? 0;
	tries.set(form, numTries + 1);
	// read out once, by the card itself, and not every second
	const line = element("p", "", "countdown");
	if (numTries >= MAX_RETRIES) return line;
	line.setAttribute("aria-hidden", "true");
	let left = seconds;
	const tick = () => {
		if (!line.isConnected && left < seconds) return stop();
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
		stop();
		if (line.isConnected) retry();
	};
	window.addEventListener("online", back);
	tick();
	return line;
}

function element(name, text, className = "") {
	const made = document.createElement(name);
	made.className = className;
	made.textContent = text;
	return made;
}
