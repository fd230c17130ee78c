/** Who answers what: the page for people, health for whoever keeps the service running; the API is in api/. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import { AppError } from "../errors.ts";
import { keyOf } from "./api/access/access.ts";
import { addressOf } from "./guard/admission.ts";
import type { AnswerUpload } from "./guard/answer-upload.ts";
import type { Pages } from "./page.ts";
import { refuseMethod } from "./refuse-method.ts";
import { visitOf } from "./request/visit.ts";
import type { ServiceStatus } from "./service-status.ts";
import { sendPage } from "./texts/choose-language.ts";

export interface RouteParts {
	readonly answerUpload: AnswerUpload;
	readonly status: () => ServiceStatus;
	readonly pages: Pages;
	/** Refuses photos of addresses that send too many. */
	readonly limitRate: RequestHandler;
}

export function createRoutes(parts: RouteParts): Router {
	const { pages, status, answerUpload, limitRate } = parts;
	const router = Router({ caseSensitive: true });

	router
		.route("/")
		.get(async (_req, res) => {
			res.set("Cache-Control", "no-cache");
			sendPage(res, await pages.renderStart(visitOf(res)));
		})
		.all(refuseMethod("GET, HEAD"));

	router
		.route("/match")
		// the address of a result, reloaded or kept as a bookmark: results are kept nowhere
		.get((_req, res) => res.redirect(303, `${visitOf(res).basePath}/`))
		.post(limitRate, async (req, res) => {
			const page = await answerUpload(req, res, ({ answer, exact }) =>
				pages.renderResult(answer, exact, visitOf(res)),
			);
			res.set("Cache-Control", "no-store");
			sendPage(res, page);
		})
		.all(refuseMethod("GET, HEAD, POST"));

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

export interface RateLimitOptions {
	/** Counts them. */
	readonly store: Store;
	/** What is counted, for the message. Default "photos". */
	readonly what?: string;
	/** How many of them may come for each photo that may. Default 1. */
	readonly perPhoto?: number;
}

/**
 * Counts by address, or by key where the request came with one.
 * @param photosPerMinute for whom no key says otherwise; 0 for no limit
 */
export function createRateLimit(
	photosPerMinute: number,
	{ store, what = "photos", perPhoto = 1 }: RateLimitOptions,
): RequestHandler {
	const limitOf = (res: Response) => (keyOf(res)?.photosPerMinute ?? photosPerMinute) * perPhoto;
	return rateLimit({
		windowMs: 60_000,
		store,
		limit: (_req, res) => limitOf(res as Response),
		skip: (_req, res) => limitOf(res as Response) === 0,
		keyGenerator: (req, res) => {
			const key = keyOf(res as Response);
			return key ? `key ${key.name}` : addressOf(req as Request);
		},
		standardHeaders: "draft-8",
		legacyHeaders: false,
		handler: (_req, res, next) => {
			next(
				new AppError(
					"TOO_MANY_REQUESTS",
					`Expected at most ${limitOf(res as Response)} ${what} a minute from one address or key.`,
					{ hint: "Wait a minute, then try again." },
				),
			);
		},
	});
}
