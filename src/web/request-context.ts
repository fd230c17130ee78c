/** Gives every request an id and one line in the log: who asked for what is told, what they sent is not. */
import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";

/** Ids from a proxy in front of us are kept if they are harmless. */
const TRUSTED_ID = /^[\w-]{8,64}$/;

/** Names the request and logs its end: method, path, status, error code and time, never bodies, names or addresses. */
export function createRequestContext(logger: Logger): RequestHandler[] {
	const name: RequestHandler = (req, res, next) => {
		const given = req.get("X-Request-Id");
		const requestId = given && TRUSTED_ID.test(given) ? given : randomUUID();
		res.locals.requestId = requestId;
		res.set("X-Request-Id", requestId);
		next();
	};
	const log = pinoHttp({
		logger,
		quietReqLogger: true,
		// the query may hold anything; the path is one of ours or a 404
		serializers: {
			req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split("?", 1)[0] }),
			res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
			// errors are logged where they are handled, with their stack
			err: () => undefined,
		},
		customProps: (_req, res) => {
			const { requestId, errorCode } = (res as Response).locals;
			return { requestId, ...(errorCode && { errorCode }) };
		},
		customLogLevel: (_req, res) => (res.statusCode >= 500 ? "warn" : "info"),
	});
	return [name, log];
}

/** A signal that aborts when the client goes away before the answer is sent. */
export function signalOf(res: Response): AbortSignal {
	const controller = new AbortController();
	res.once("close", () => {
		if (!res.writableFinished) controller.abort(new DOMException("The client went away.", "AbortError"));
	});
	return controller.signal;
}
