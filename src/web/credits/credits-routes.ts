/** Whose work the gallery's pictures are: all of them, to look through and to search. */
import { type RequestHandler, Router } from "express";
import type { Pages } from "../page.ts";
import { SEARCH } from "../request/paging.ts";
import { readQuery } from "../request/query.ts";
import { visitOf } from "../request/visit.ts";
import type { AskGallery } from "../served-gallery.ts";
import { sendPage } from "../texts/choose-language.ts";
import { viewCredits } from "./view-credits.ts";

export interface CreditsParts {
	readonly askGallery: AskGallery;
	readonly pages: Pages;
	/** Refuses the page to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createCreditsRoutes({ askGallery, pages, limitCost }: CreditsParts): Router {
	const router = Router({ caseSensitive: true });
	router.get("/credits", limitCost, async (req, res) => {
		const { q, page } = readQuery(req, SEARCH);
		const credits = viewCredits(askGallery().gallery, { query: q, page });
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("credits", visitOf(res), { credits }));
	});
	return router;
}
