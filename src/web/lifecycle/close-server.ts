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
	/** Told shortly before those that are left are closed, so that they can still be told so. Default: nobody is. */
	readonly onLastCall?: () => void;
}

/** From the last call to the end, for what is said then. */
const LAST_WORDS_MS = 500;

/** Resolves once no connection is left. */
export async function closeServer(
	server: Server,
	{ drainMs, graceMs, idle, onClosing, onLastCall = () => {} }: CloseOptions,
): Promise<void> {
	await wait(drainMs);
	onClosing();
	if (!server.listening) return;
	const closed = once(server, "close");
	server.close();
	idle.closeAll();
	const timers = [
		setTimeout(onLastCall, graceMs - LAST_WORDS_MS),
		setTimeout(() => server.closeAllConnections(), graceMs),
	];
	await closed;
	for (const timer of timers) clearTimeout(timer);
}
