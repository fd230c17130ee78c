/** Bounds on connections, below HTTP: what a client may hold open, and for how long, without having asked anything. */
import type { Server } from "node:http";
import { networkOf } from "../guard/network-of.ts";

/** Behind one address there may be a few people. */
const MAX_PER_ADDRESS = 100;
/** Browsers open 6 to 8. */
const LEAST_PER_ADDRESS = 10;
const MAX_IN_ALL = 2000;
/** Share of what is left that one address may have, so that a crowd of addresses does not leave nothing. */
const SHARE_OF_REST = 0.1;
const HEADERS_TIMEOUT_MS = 10_000;
/** Beyond what uploads are granted, which have a pace of their own. */
const REQUEST_TIMEOUT_MS = 150_000;
/** Without a byte in either direction, where no answer may take longer. */
const IDLE_TIMEOUT_MS = 75_000;
/** What is left of it, at least, once an answer has taken as long as it may: then that it took too long is said. */
const ANSWER_SPARE_MS = 45_000;

/**
 * Sets the limits of a server.
 * @param isBehindProxy whether all connections come from the proxy's address
 * @param answerTimeoutMs how long an answer may take, for which a connection says nothing
 */
export function limitConnections(
	server: Server,
	{ isBehindProxy, answerTimeoutMs }: { isBehindProxy: boolean; answerTimeoutMs: number },
): void {
	server.headersTimeout = HEADERS_TIMEOUT_MS;
	server.requestTimeout = REQUEST_TIMEOUT_MS;
	server.timeout = Math.max(IDLE_TIMEOUT_MS, answerTimeoutMs + ANSWER_SPARE_MS);
	server.maxConnections = MAX_IN_ALL;
	if (isBehindProxy) return;
	const numOpen = new Map<string, number>();
	let numInAll = 0;
	server.on("connection", (socket) => {
		const address = networkOf(socket.remoteAddress);
		const count = (numOpen.get(address) ?? 0) + 1;
		if (count > mostPerAddress(numInAll)) {
			socket.destroy();
			return;
		}
		numOpen.set(address, count);
		numInAll++;
		socket.once("close", () => {
			numInAll--;
			const left = (numOpen.get(address) ?? 1) - 1;
			if (left > 0) numOpen.set(address, left);
			else numOpen.delete(address);
		});
	});
}

/** @param numOpen connections of all addresses */
function mostPerAddress(numOpen: number): number {
	const share = Math.floor((MAX_IN_ALL - numOpen) * SHARE_OF_REST);
	return Math.min(MAX_PER_ADDRESS, Math.max(LEAST_PER_ADDRESS, share));
}
