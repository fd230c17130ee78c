/**
 * Loaded into the server that is measured (`node --import`): how long its event loop was held up, and how much of that is
 * left without the time in which its thread waited for a core (Linux's schedstat: what it blocked on counts, too). The most
 * of either is told five times a second, through the descriptor that whoever started it has made for that.
 */
import { openSync, readSync, writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const TURN_MS = 5;
const TELL_MS = 200;
const DESCRIPTOR = 3;

if (isMainThread) watch();

function watch() {
	const schedstat = openSync("/proc/thread-self/schedstat", "r");
	const text = Buffer.alloc(100);
	/** Milliseconds since the thread began: the second number, in nanoseconds. */
	const waitedMs = () =>
		Number(text.toString("latin1", 0, readSync(schedstat, text, 0, 100, 0)).split(" ")[1]) / 1e6;
	let before = { ms: performance.now(), waitedMs: waitedMs() };
	let longest = { ms: 0, heldMs: 0 };
	setInterval(() => {
		const now = { ms: performance.now(), waitedMs: waitedMs() };
		const ms = Math.max(0, now.ms - before.ms - TURN_MS);
		longest = {
			ms: Math.max(longest.ms, ms),
			heldMs: Math.max(longest.heldMs, ms - (now.waitedMs - before.waitedMs)),
		};
		before = now;
	}, TURN_MS).unref();
	const telling = setInterval(() => {
		try {
			writeSync(DESCRIPTOR, `${longest.ms} ${longest.heldMs}\n`);
			longest = { ms: 0, heldMs: 0 };
		} catch {
			// nobody listens any more
			clearInterval(telling);
		}
	}, TELL_MS).unref();
}
