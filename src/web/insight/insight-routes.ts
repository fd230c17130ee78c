/** What the service says of itself to people: how it is doing, and what it does with what they send. */
import { type RequestHandler, Router } from "express";
import type { Pages } from "../page.ts";
import { visitOf } from "../request/visit.ts";
import type { ServiceStatus } from "../service-status.ts";
import { sendPage } from "../texts/choose-language.ts";
import type { History } from "./history.ts";
import { viewStatus } from "./view-status.ts";

export interface InsightParts {
	readonly pages: Pages;
	readonly status: () => ServiceStatus;
	readonly history: History;
	/** Whether anyone may see how the service is doing. */
	readonly hasStatusPage: boolean;
	/** Whether requests are written to a log. */
	readonly hasRequestLog: boolean;
	/** Whether each request is told to a collector of traces. */
	readonly sendsTraces: boolean;
	/** Refuses pages to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createInsightRoutes(parts: InsightParts): Router {
	const { pages, history, hasRequestLog, sendsTraces, limitCost } = parts;
	const router = Router({ caseSensitive: true });
	router.get("/privacy", async (_req, res) => {
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("privacy", visitOf(res), { hasRequestLog, sendsTraces }));
	});
	if (parts.hasStatusPage) {
		router.get("/status", limitCost, async (_req, res) => {
			const visit = visitOf(res);
			const view = viewStatus(parts.status(), history.samples, visit.texts);
			res.set("Cache-Control", "no-store");
			sendPage(res, await pages.render("status", visit, { status: view }));
		});
	}
	return router;
}
