/** The people of the gallery: everybody to look through, and a page for each. */
import { type Request, type RequestHandler, Router } from "express";
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { peopleMapOf } from "../../gallery/browse/people-map.ts";
import type { Pages } from "../page.ts";
import { SEARCH } from "../request/paging.ts";
import { readQuery } from "../request/query.ts";
import { type Visit, visitOf } from "../request/visit.ts";
import type { AskGallery } from "../served-gallery.ts";
import { expectPerson, SENT_MATCH_IF_ANY } from "../share/share-routes.ts";
import { sendPage } from "../texts/choose-language.ts";
import { viewClosestPairs } from "./view-closest-pairs.ts";
import { viewPeople, viewPerson } from "./view-people.ts";

export interface PeopleParts {
	readonly askGallery: AskGallery;
	readonly pages: Pages;
	/** Whether pages may ask Wikipedia for pictures. */
	readonly wikipediaPictures: boolean;
	/** Refuses pages to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createPeopleRoutes(parts: PeopleParts): Router {
	const { askGallery, pages, wikipediaPictures, limitCost } = parts;
	const router = Router({ caseSensitive: true });
	const options = ({ texts: { language } }: Visit) => ({ wikipediaPictures, language });

	router.get("/people", limitCost, async (req, res) => {
		const { q, page } = readQuery(req, SEARCH);
		const visit = visitOf(res);
		const directory = PeopleDirectory.of(askGallery().gallery);
		const people = viewPeople(directory, { query: q, page, ...options(visit) });
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("people/list", visit, { people }));
	});

	router.get("/lookalikes", limitCost, async (_req, res) => {
		const served = askGallery();
		const visit = visitOf(res);
		const pairs = await viewClosestPairs(
			await peopleMapOf(served.gallery),
			served,
			visit.texts,
			options(visit),
		);
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("people/lookalikes", visit, { pairs }));
	});

	router.get("/people/:slug", limitCost, async (req: Request<{ slug: string }>, res) => {
		const sent = readQuery(req, SENT_MATCH_IF_ANY);
		const served = askGallery();
		const entry = expectPerson(req.params.slug, served);
		const visit = visitOf(res);
		const person = await viewPerson(entry, served, visit.texts, { ...sent, ...options(visit) });
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("people/person", visit, { person }));
	});

	return router;
}
