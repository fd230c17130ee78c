/**
 * Clients that send their request and then that they will send nothing more, but wait for the answer (`nc -N`, some
 * programs that speak HTTP/1.0). What comes of them is what comes of whoever has closed the connection; only what is sent
 * to the latter is refused by their machine. So they are sent "102 Processing" (RFC 9110, 15.2: every client of HTTP/1.1
 * skips what it does not know of its kind) until the answer begins: whoever has left is noticed by it.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** The first one is refused, the next one notices: so whoever leaves is noticed within this. */
const ASK_MS = 250;

/**
 * Has a server answer those who send nothing more. It is Node's own switch, though in no list of its settings.
 * @param isBehindProxy whether all connections are a proxy's: those that it sends nothing more on, it has left, and nginx
 * speaks HTTP/1.0 unless it is told not to
 */
export function keepHalfClosed(server: Server, { isBehindProxy }: { isBehindProxy: boolean }): void {
	Object.assign(server, { httpAllowHalfOpen: !isBehindProxy });
}

/** Notices whoever leaves before the answer begins. Those of HTTP/1.0 know no such question, and are answered. */
export function askHalfClosed({ socket, httpVersionMinor }: IncomingMessage, res: ServerResponse): void {
	if (httpVersionMinor < 1) return;
	let timer: NodeJS.Timeout | undefined;
	const ask = () => {
		if (res.headersSent) clearInterval(timer);
		else res.writeProcessing();
	};
	const begin = () => {
		timer = setInterval(ask, ASK_MS).unref();
		ask();
	};
	if (socket.readableEnded) begin();
	else socket.once("end", begin);
	res.once("close", () => {
		socket.off("end", begin);
		clearInterval(timer);
	});
}
