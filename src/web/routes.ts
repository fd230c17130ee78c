/** Who answers what: the page for people, the API for programs, health for whoever keeps the service running. */
import { type RequestHandler, Router } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import { AppError } from "../errors.ts";
import { apiAnswerOf } from "./answer/api-answer.ts";
import type { AnswerUpload } from "./guard/answer-upload.ts";
import type { Pages } from "./page.ts";
import type { ServiceStatus } from "./service-status.ts";
import { sendPage } from "./texts/choose-language.ts";
import { visitOf } from "./visit.ts";

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
		.route("/api/v1/match")
		.post(limitRate, async (req, res) => {
			const json = await answerUpload(req, res, ({ answer, service }) =>
				apiAnswerOf(answer, service, visitOf(res).basePath),
			);
			res.set("Cache-Control", "no-store").json(json);
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

/**
 * @param limit photos per minute and address; 0 for no limit
 * @param store counts them
 */
export function createRateLimit(limit: number, store: Store): RequestHandler {
	if (limit === 0) return (_req, _res, next) => next();
	return rateLimit({
		windowMs: 60_000,
		limit,
		store,
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
