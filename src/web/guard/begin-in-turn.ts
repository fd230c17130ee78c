/**
 * In a turn of the event loop at most one request is begun, of each address in rotation, whatever number of connections
 * they ask from: photos that are being read and answered go on in between. Without that, hundreds of connections that
 * each ask for a page of two milliseconds would make everybody else wait for all of them, again and again.
 */
import type { RequestHandler } from "express";
import { addressOf } from "./admission.ts";

/**
 * Turns of the loop from one beginning to the next. In each of them libuv (since 1.45) takes one new connection, in the
 * order of their arrival: were a page made in each, whoever comes after hundreds of connections would wait for as many
 * pages before it is even known who asks. Turns without anything to do take microseconds.
 */
const TURNS_BETWEEN = 32;

export function createTurnByAddress(): RequestHandler {
	/** Requests that wait, by their addresses: whose address was not served for longest is first. */
	const waiting = new Map<string, (() => void)[]>();
	let numTurnsLeft = 0;
	const takeTurn = () => {
		if (numTurnsLeft > 0) {
			numTurnsLeft--;
			setImmediate(takeTurn);
		} else beginNext();
	};
	const beginNext = () => {
		const [first] = waiting;
		if (first === undefined) return;
		const [address, line] = first;
		waiting.delete(address);
		const begin = line.shift();
		if (line.length > 0) waiting.set(address, line);
		numTurnsLeft = TURNS_BETWEEN;
		if (waiting.size > 0) setImmediate(takeTurn);
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
			if (waiting.size === 0) setImmediate(takeTurn);
			waiting.set(address, [begin]);
		}
	};
}
