/**
 * In each turn of the event loop one request is begun, of each address in rotation, whatever number of connections they
 * ask from: photos that are being read and answered go on in between. Without that, hundreds of connections that each
 * ask for a page of two milliseconds would make everybody else wait for all of them, again and again.
 */
import type { RequestHandler } from "express";
import { addressOf } from "./admission.ts";

export function createTurnByAddress(): RequestHandler {
	/** Requests that wait, by their addresses: whose address was not served for longest is first. */
	const waiting = new Map<string, (() => void)[]>();
	const beginNext = () => {
		const [first] = waiting;
		if (first === undefined) return;
		const [address, line] = first;
		waiting.delete(address);
		const begin = line.shift();
		if (line.length > 0) waiting.set(address, line);
		if (waiting.size > 0) setImmediate(beginNext);
		begin?.();
	};
	return (req, res, next) => {
		// whoever has left meanwhile asks for nothing
		const begin = () => {
			if (!res.destroyed) next();
		};
		const address = addressOf(req);
		const line = waiting.get(address);
		if (line) line.push(begin);
		else {
			if (waiting.size === 0) setImmediate(beginNext);
			waiting.set(address, [begin]);
		}
	};
}
