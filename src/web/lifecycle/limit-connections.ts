/** Bounds on connections, below HTTP: what a client may hold open, and for how long, without having asked anything. */
import type { Server } from "node:http";
import { networkOf } from "../guard/network-of.ts";

/** Browsers open 6 to 8; behind one address there may be a few people. */
const MAX_PER_ADDRESS = 100;
const MAX_IN_ALL = 2000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Beyond what uploads are granted, which have a pace of their own. */
const REQUEST_TIMEOUT_MS = 150_000;
/** Without a byte in either direction; longer than any answer may take. */
const IDLE_TIMEOUT_MS = 75_000;

/**
 * Sets the limits of a server.
 * @param isBehindProxy whether all connections come from the proxy's address
 */
export function limitConnections(server: Server, { isBehindProxy }: { isBehindProxy: boolean }): void {
	server.headersTimeout = HEADERS_TIMEOUT_MS;
	server.requestTimeout = REQUEST_TIMEOUT_MS;
	server.timeout = IDLE_TIMEOUT_MS;
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
