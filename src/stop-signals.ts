/** When the server is told to end: listened for before anything else, as a process 1 loses what it doesn't listen for. */
import process from "node:process";

const LOOK_FOR_PARENT_MS = 500;

/**
 * Aborts at the first SIGTERM or SIGINT, with its name as the reason. A second one ends the process at once.
 * @param withParent whether it also aborts when the process that started this one is gone, as npx passes no signals on
 */
export function listenForStop({ withParent = false } = {}): AbortSignal {
	const controller = new AbortController();
	if (withParent) {
		const parent = process.ppid;
		const timer = setInterval(() => {
			if (process.ppid === parent) return;
			clearInterval(timer);
			controller.abort("the end of the process that started it");
		}, LOOK_FOR_PARENT_MS);
		timer.unref();
	}
	const hear = (signal: NodeJS.Signals) => {
		if (controller.signal.aborted) endNow();
		controller.abort(signal);
	};
	process.on("SIGTERM", hear);
	process.on("SIGINT", hear);
	return controller.signal;
}

/** Ends the process though a thread of it hangs: `process.exit` would wait for that one. */
export function endNow(): never {
	process.kill(process.pid, "SIGKILL");
	throw new Error("A process went on after its end.");
}
