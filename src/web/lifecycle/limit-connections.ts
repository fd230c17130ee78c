/** Bounds on connections, below HTTP: what a client may hold open, and for how long, without having asked anything. */
import type { Server } from "node:http";
import { networkOf } from "../guard/network-of.ts";

/** Browsers open 6 to 8; behind one address there may be a few people. */
const MAX_PER_ADDRESS = 100;
const MAX_IN_ALL = 2000;
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
	server.on("connection", (socket) => {
		const address = networkOf(socket.remoteAddress);
		const count = (numOpen.get(address) ?? 0) + 1;
		if (count > MAX_PER_ADDRESS) {
			socket.destroy();
			return;
		}
		numOpen.set(address, count);
		socket.once("close", () => {
			const left = (numOpen.get(address) ?? 1) - 1;
			if (left > 0) numOpen.set(address, left);
			else numOpen.delete(address);
		});
	});
}
