/** Bounds on connections, below HTTP: what a client may hold open, and for how long, without having asked anything. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { networkOf } from "../guard/network-of.ts";
import type { IdleConnections } from "./idle-connections.ts";

/** Behind one address there may be a few people. */
const MAX_PER_ADDRESS = 100;
/** Browsers open 6 to 8. */
const LEAST_PER_ADDRESS = 10;
/** Where as many files may be open. */
export const MAX_CONNECTIONS = 2000;
/** From so many before all on, a new one takes the place of another. */
const LAST_PLACES = 10;
/** Share of what is left that one address may have, so that a crowd of addresses does not leave nothing. */
const SHARE_OF_REST = 0.1;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for those whose time is over; by itself, every 30 s. */
const CHECK_MS = 1000;
/** Beyond what uploads are granted, which have a pace of their own. */
const REQUEST_TIMEOUT_MS = 150_000;
/** Without a byte in either direction, where no answer may take longer. */
const IDLE_TIMEOUT_MS = 75_000;
/**
 * Of a proxy's connections between two requests. Caddy keeps them for 2 minutes, nginx for one: closed by us just as the
 * next request comes, they are its visitor's 502.
 */
const PROXY_KEEP_ALIVE_MS = 130_000;
/** What is left of it, at least, once an answer has taken as long as it may: then that it took too long is said. */
const ANSWER_SPARE_MS = 45_000;

/** With which a server is made whose limits are set: Node takes them in no other way. */
export const CONNECTION_OPTIONS = { connectionsCheckingInterval: CHECK_MS } as const;

export interface ConnectionLimits {
	/** Whether all connections come from the proxy's address. */
	readonly isBehindProxy: boolean;
	/** How long an answer may take, for which a connection says nothing. */
	readonly answerTimeoutMs: number;
	/** Those of the server. */
	readonly idle: IdleConnections;
	/** Connections of all addresses. Default `MAX_CONNECTIONS`. */
	readonly maxInAll?: number;
}

/**
 * Sets the limits of a server. Where all connections are taken, a new one takes the place of one on which nothing is
 * asked, or else slowly, of the address that has most: somebody with many addresses could hold them all.
 */
export function limitConnections(
	server: Server,
	{ isBehindProxy, answerTimeoutMs, idle, maxInAll = MAX_CONNECTIONS }: ConnectionLimits,
): void {
	server.headersTimeout = HEADERS_TIMEOUT_MS;
	server.requestTimeout = REQUEST_TIMEOUT_MS;
	server.timeout = Math.max(IDLE_TIMEOUT_MS, answerTimeoutMs + ANSWER_SPARE_MS);
	if (isBehindProxy) server.keepAliveTimeout = PROXY_KEEP_ALIVE_MS;
	const numOpen = new Map<string, number>();
	let numInAll = 0;
	const addresses = new WeakMap<Socket, string>();
	/** Connections of the same address; those that have not been let in are nobody's. */
	const numBeside = (socket: Socket) => numOpen.get(addresses.get(socket) ?? "") ?? 0;
	// not Node's own maxConnections: several processes hand a connection that is too much to each other for ever
	server.on("connection", (socket) => {
		const address = networkOf(socket.remoteAddress);
		const count = (numOpen.get(address) ?? 0) + 1;
		const most = isBehindProxy ? maxInAll : mostPerAddress(maxInAll - numInAll);
		if (count > most || numInAll >= maxInAll) {
			socket.destroy();
			return;
		}
		if (numInAll >= maxInAll - LAST_PLACES) idle.closeOne(numBeside);
		addresses.set(socket, address);
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

/** @param numLeft connections that are left for all addresses */
function mostPerAddress(numLeft: number): number {
	const share = Math.floor(numLeft * SHARE_OF_REST);
	return Math.min(MAX_PER_ADDRESS, Math.max(LEAST_PER_ADDRESS, share));
}
