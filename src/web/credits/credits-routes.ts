/** Whose work the gallery's pictures are: all of them, to look through and to search. */
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import type { Pages } from "../page.ts";
import { readQuery } from "../query.ts";
import type { AskGallery } from "../served-gallery.ts";
import { sendPage } from "../texts/choose-language.ts";
import { visitOf } from "../visit.ts";
import { viewCredits } from "./view-credits.ts";

const MAX_QUERY = 100;

export interface CreditsParts {
	readonly askGallery: AskGallery;
	readonly pages: Pages;
	/** Refuses the page to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createCreditsRoutes({ askGallery, pages, limitCost }: CreditsParts): Router {
	const router = Router({ caseSensitive: true });
	router.get("/credits", limitCost, async (req, res) => {
		const { q, page } = readQuery(req, {
			q: z.string().max(MAX_QUERY).default(""),
			page: z.coerce.number().int().min(1).max(100_000).default(1),
		});
		const credits = viewCredits(askGallery().gallery, { query: q.trim(), page });
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("credits", visitOf(res), { credits }));
	});
	return router;
}
