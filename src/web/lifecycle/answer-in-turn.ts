/**
 * Requests that come on a connection before the answer to the one before ("pipelined", RFC 9112, 9.3.2) wait for it.
 * Node hands out all that it reads at once, which is 2000 requests in 64 kB: they would be answered in one tick.
 */
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import { askHalfClosed } from "./half-closed.ts";

/** Neither browsers nor proxies send any. */
const MAX_WAITING = 4;

/** Answers one request of a connection at a time; one with more than a few that wait is closed. */
export function answerInTurn(answer: RequestListener): RequestListener {
	/** What waits on a connection that has a request under way. */
	const waiting = new WeakMap<Socket, (() => void)[]>();
	return (req, res) => {
		const { socket } = req;
		// what had been read along with the request for which it was closed
		if (socket.destroyed) return;
		const go = () => {
			res.once("close", () => {
				const next = waiting.get(socket)?.shift();
				if (next === undefined) waiting.delete(socket);
				// others have their turn in between
				else setImmediate(next);
			});
			if (!socket.writable) return;
			askHalfClosed(req, res);
			answer(req, res);
		};
		const line = waiting.get(socket);
		if (line === undefined) {
			waiting.set(socket, []);
			go();
		} else if (line.length < MAX_WAITING) line.push(go);
		else socket.destroy();
	};
}
