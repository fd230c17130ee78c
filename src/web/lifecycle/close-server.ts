/** Ends a server step by step: it still answers for a while, then takes nobody new, then leaves nobody waiting. */
import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { IdleConnections } from "./idle-connections.ts";

export interface CloseOptions {
	/** How long it still answers, so that proxies notice first. */
	readonly drainMs: number;
	/** How long requests may take that have come by then. */
	readonly graceMs: number;
	/** Those of the server. */
	readonly idle: IdleConnections;
	/** Told when nobody new is taken any more. */
	readonly onClosing: () => void;
}

/** Resolves once no connection is left. */
export async function closeServer(
	server: Server,
	{ drainMs, graceMs, idle, onClosing }: CloseOptions,
): Promise<void> {
	await wait(drainMs);
	onClosing();
	if (!server.listening) return;
	const closed = once(server, "close");
	server.close();
	idle.closeAll();
	const timer = setTimeout(() => server.closeAllConnections(), graceMs);
	await closed;
	clearTimeout(timer);
}
