/** Who answers what: the page for people, the API for programs, health for whoever keeps the service running. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import { rateLimit } from "express-rate-limit";
import { AppError } from "../errors.ts";
import type { Answer } from "../pipeline/answer.ts";
import { apiAnswerOf } from "./api-answer.ts";
import type { MatchQueue } from "./match-queue.ts";
import type { Pages } from "./page.ts";
import { signalOf } from "./request-context.ts";
import type { ReadyStatus, ServiceStatus } from "./service-status.ts";
import { sendPage, textsOf } from "./texts/choose-language.ts";
import type { Upload } from "./upload.ts";

export interface MatchOptions {
	/** People per face. */
	readonly k: number;
	/** Whether the exact search answers too. */
	readonly exact: boolean;
	/** Aborts when the visitor goes away. */
	readonly signal: AbortSignal;
}

/** Answers one photo's file; see pipeline/find-lookalikes.ts. */
export type FindLookalikes = (bytes: Uint8Array, options: MatchOptions) => Promise<Answer>;

export interface RouteParts {
	readonly findLookalikes: FindLookalikes;
	readonly status: () => ServiceStatus;
	readonly queue: MatchQueue;
	readonly readUpload: (req: Request, res: Response) => Promise<Upload>;
	readonly pages: Pages;
	/** Photos per minute and address; 0 for no limit. */
	readonly rateLimitPerMinute: number;
}

export function createRoutes(parts: RouteParts): Router {
	const { pages, status } = parts;
	const router = Router({ caseSensitive: true });
	const limitRate = createRateLimit(parts.rateLimitPerMinute);

	router
		.route("/")
		.get(async (_req, res) => {
			res.set("Cache-Control", "no-cache");
			sendPage(res, await pages.renderStart(textsOf(res)));
		})
		.all(refuseMethod("GET, HEAD"));

	router
		.route("/match")
		// the address of a result, reloaded or kept as a bookmark: results are kept nowhere
		.get((_req, res) => res.redirect(303, "/"))
		.post(limitRate, async (req, res) => {
			const { answer, exact } = await answerUpload(parts, req, res);
			res.set("Cache-Control", "no-store");
			sendPage(res, await pages.renderResult(answer, exact, textsOf(res)));
		})
		.all(refuseMethod("GET, HEAD, POST"));

	router
		.route("/api/v1/match")
		.post(limitRate, async (req, res) => {
			const { answer, service } = await answerUpload(parts, req, res);
			res.set("Cache-Control", "no-store").json(apiAnswerOf(answer, service));
		})
		.all(refuseMethod("POST"));

	router
		.route("/healthz")
		.get((_req, res) => {
			res.set("Cache-Control", "no-store").json({ status: "ok" });
		})
		.all(refuseMethod("GET, HEAD"));

	router
		.route("/readyz")
		.get((_req, res) => {
			const now = status();
			res.status(now.state === "ready" ? 200 : 503);
			if (now.state !== "ready") res.set("Retry-After", "2");
			res.set("Cache-Control", "no-store").json(now);
		})
		.all(refuseMethod("GET, HEAD"));

	return router;
}

/** The way of every photo: a place, the upload, a turn at the engine. */
async function answerUpload(
	parts: RouteParts,
	req: Request,
	res: Response,
): Promise<{ answer: Answer; exact: boolean; service: ReadyStatus }> {
	const service = expectReady(parts.status());
	const place = parts.queue.enter();
	try {
		const signal = signalOf(res);
		const { bytes, k, exact } = await parts.readUpload(req, res);
		const answer = await place.run(() => parts.findLookalikes(bytes, { k, exact, signal }), signal);
		return { answer, exact, service };
	} finally {
		place.leave();
	}
}

function expectReady(status: ServiceStatus): ReadyStatus {
	if (status.state === "ready") return status;
	if (status.state === "stopping") {
		throw new AppError("SHUTTING_DOWN", "The service is shutting down and takes no more photos.", {
			hint: "Try again in a few seconds.",
		});
	}
	throw new AppError("ENGINE_UNAVAILABLE", "The service is still loading its models.", {
		hint: "Try again in a few seconds.",
	});
}

function createRateLimit(limit: number): RequestHandler {
	if (limit === 0) return (_req, _res, next) => next();
	return rateLimit({
		windowMs: 60_000,
		limit,
		standardHeaders: "draft-8",
		legacyHeaders: false,
		handler: (_req, _res, next) => {
			next(
				new AppError("TOO_MANY_REQUESTS", `Expected at most ${limit} photos a minute from one address.`, {
					hint: "Wait a minute, then try again.",
				}),
			);
		},
	});
}

function refuseMethod(allowed: string): RequestHandler {
	return (req, res) => {
		res.set("Allow", allowed);
		throw new AppError(
			"METHOD_NOT_ALLOWED",
			`Expected ${allowed} for ${req.path} but received ${req.method}.`,
			{
				hint: "Start from the first page.",
			},
		);
	};
}
