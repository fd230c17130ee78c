/** Where the metrics can be read: behind a token on the page's port, or on a port of their own. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { AppError } from "../../errors.ts";

/** The metrics as text, and what kind of text that is. */
export type RenderMetrics = () => Promise<{ text: string; contentType: string }>;

/** Answers whoever has the token; to all others there is nothing. */
export function createMetricsRoute(render: RenderMetrics, token: string): RequestHandler {
	const expected = digest(`Bearer ${token}`);
	return async (req, res) => {
		if (!timingSafeEqual(digest(req.get("Authorization") ?? ""), expected)) {
			throw new AppError("NOT_FOUND", "There is nothing at /metrics.", {
				hint: "Start from the first page.",
			});
		}
		const { text, contentType } = await render();
		res.set("Cache-Control", "no-store").set("Content-Type", contentType).end(text);
	};
}

/**
 * Answers everything on a port of 127.0.0.1 with the metrics; where that can't be, it is logged.
 * @param port 0 for none
 */
export function openMetricsPort(port: number, logger: Logger, render: RenderMetrics): void {
	if (port === 0) return;
	createServer((_req, res) => {
		render().then(
			({ text, contentType }) => res.setHeader("Content-Type", contentType).end(text),
			// one of several processes may be silent
			(error: unknown) => {
				logger.warn(`The metrics can't be told: ${error instanceof Error ? error.message : error}`);
				res.writeHead(503).end();
			},
		);
	})
		.on("error", (error) => logger.error(`METRICS_PORT can't be used: ${error.message}.`))
		.listen(port, "127.0.0.1")
		.unref();
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
