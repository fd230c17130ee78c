/**
 * Clients that send `Expect: 100-continue` (curl does, before a photo of more than a megabyte) ask whether they are to
 * send the body (RFC 9110, 10.1.1). Node says yes by itself; we say so only once the body is going to be read, so that
 * whoever is refused sends nothing.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/** Requests that wait to be asked for their body. */
const waiting = new WeakSet<IncomingMessage>();

/** Hands such requests to the listener too, without asking for their body. */
export function heedExpectations(server: Server, answer: RequestListener): void {
	server.on("checkContinue", (req, res) => {
		waiting.add(req);
		// after a refusal it is open whether the body comes or the next request
		res.setHeader("Connection", "close");
		answer(req, res);
	});
}

/** Lets whoever waits for it send the body. */
export function askForBody(req: IncomingMessage, res: ServerResponse): void {
	if (!waiting.delete(req) || res.headersSent || res.destroyed) return;
	res.removeHeader("Connection");
	res.writeContinue();
}
