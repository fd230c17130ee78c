/** The map of the gallery: lookalikes live side by side. */
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { peopleMapOf } from "../../gallery/browse/people-map.ts";
import type { Pages } from "../page.ts";
import { SEARCHED } from "../request/paging.ts";
import { readQuery } from "../request/query.ts";
import { visitOf } from "../request/visit.ts";
import type { AskGallery } from "../served-gallery.ts";
import { sendPage } from "../texts/choose-language.ts";
import { MAP_SIDE, viewMap } from "./view-map.ts";

/** Where the visitor falls: "512-300". */
const at = z
	.string()
	.regex(/^\d{1,4}-\d{1,4}$/)
	.transform((text) => text.split("-").map(Number) as [number, number])
	.refine((numbers) => numbers.every((number) => number <= MAP_SIDE))
	.optional();

export interface MapParts {
	readonly askGallery: AskGallery;
	readonly pages: Pages;
	/** Refuses the page to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createMapRoutes({ askGallery, pages, limitCost }: MapParts): Router {
	const router = Router({ caseSensitive: true });
	router.get("/map", limitCost, async (req, res) => {
		const query = readQuery(req, { at, q: SEARCHED });
		const { gallery } = askGallery();
		const visit = visitOf(res);
		const map = viewMap(await peopleMapOf(gallery), PeopleDirectory.of(gallery), {
			at: query.at,
			query: query.q,
			you: visit.texts.say("face.you"),
			language: visit.texts.language,
		});
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("map", visit, { map }));
	});
	return router;
}
