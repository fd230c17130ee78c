/** When the server is told to end: listened for before anything else, as a process 1 loses what it doesn't listen for. */
import process from "node:process";

/** Aborts at the first SIGTERM or SIGINT, with its name as the reason. A second one ends the process at once. */
export function listenForStop(): AbortSignal {
	const controller = new AbortController();
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
