/** Gives every request an id and one line in the log: what was asked for is told, who asked and what they sent is not. */
import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { Metrics } from "../lifecycle/metrics.ts";
import type { TracedSteps, Traces } from "../lifecycle/traces.ts";

/** Ids from a proxy in front of us are kept if they are harmless. */
const TRUSTED_ID = /^[\w-]{8,64}$/;
/** nginx's number for a client that closed the connection before the answer. */
const CLIENT_LEFT = 499;
/** Asked every few seconds by whoever watches the service. */
const HEALTH_PATHS = new Set(["/healthz", "/readyz", "/metrics"]);

/** Names the request and logs its end: method, path, status, error code and time, never bodies, names or addresses. */
export function createRequestContext(logger: Logger, metrics: Metrics, traces?: Traces): RequestHandler {
	return (req, res, next) => {
		const given = req.get("X-Request-Id");
		const requestId = given && TRUSTED_ID.test(given) ? given : randomUUID();
		res.locals.requestId = requestId;
		res.set("X-Request-Id", requestId);
		const start = performance.now();
		const startMs = Date.now();
		const { method } = req;
		res.once("close", () => {
			const status = res.writableFinished ? res.statusCode : CLIENT_LEFT;
			const ms = Math.round(performance.now() - start);
			const path = describePath(req);
			const { errorCode, steps } = res.locals;
			metrics.observeRequest(method, path, status, ms);
			if (errorCode) metrics.countRefusal(errorCode);
			if (!HEALTH_PATHS.has(path)) {
				const traceparent = req.get("traceparent");
				const times = { startMs, endMs: startMs + performance.now() - start };
				traces?.note({ method, route: path, status, errorCode, requestId, ...times, steps, traceparent });
			}
			logger[levelOf(path, status)]({ requestId, method, path, status, ms, ...(errorCode && { errorCode }) });
		});
		next();
	};
}

/** The route and not the address, which may hold a name or anything. */
function describePath({ route, baseUrl, originalUrl }: Request): string {
	if (route) return `${baseUrl}${route.path}`;
	const [, folder] = /\/(assets|pictures)\//.exec(originalUrl) ?? [];
	return folder ? `/${folder}/` : "unknown";
}

function levelOf(path: string, status: number): "debug" | "info" | "warn" {
	if (HEALTH_PATHS.has(path)) return "debug";
	return status >= 500 ? "warn" : "info";
}

/** Notes the steps of an answer that was just found, for its request's trace. */
export function noteSteps(res: Response, timings: TracedSteps["timings"]): void {
	res.locals.steps = { timings, endMs: Date.now() } satisfies TracedSteps;
}

/** A signal that aborts when the client goes away before the answer is sent. */
export function signalOf(res: Response): AbortSignal {
	const controller = new AbortController();
	res.once("close", () => {
		if (!res.writableFinished) controller.abort(new DOMException("The client went away.", "AbortError"));
	});
	return controller.signal;
}
