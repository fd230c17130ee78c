/**
 * Of one address a request is begun in each turn of the event loop, whatever number of connections it asks from: others,
 * and the photos that are being read and answered, have their turns in between. Without that, hundreds of connections
 * that each ask for a page of two milliseconds would make everybody else wait for all of them, again and again.
 */
import { setImmediate } from "node:timers/promises";
import type { RequestHandler } from "express";
import { addressOf } from "./admission.ts";

export function createTurnByAddress(): RequestHandler {
	const lastTurns = new Map<string, Promise<void>>();
	return async (req, res, next) => {
		const address = addressOf(req);
		const before = lastTurns.get(address);
		const turn = before ? before.then(() => setImmediate()) : setImmediate();
		lastTurns.set(address, turn);
		await turn;
		if (lastTurns.get(address) === turn) lastTurns.delete(address);
		// whoever has left meanwhile asks for nothing
		if (!res.destroyed) next();
	};
}
