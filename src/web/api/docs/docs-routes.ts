/** The API's description: for programs as OpenAPI, for people as a page without scripts. */
import { Router } from "express";
import type { Pages } from "../../page.ts";
import { sendPage } from "../../texts/choose-language.ts";
import { visitOf } from "../../visit.ts";
import { describeApi } from "./openapi.ts";
import { viewDocs } from "./view-docs.ts";

export interface DocsParts {
	readonly pages: Pages;
	/** Of the program. */
	readonly version: string;
	/** "" or the path below which the site is. */
	readonly basePath: string;
}

export function createDocsRoutes({ pages, version, basePath }: DocsParts): Router {
	const router = Router({ caseSensitive: true });
	const description = describeApi(version, basePath);
	const docs = viewDocs(description);

	router.get("/openapi.json", (_req, res) => {
		res.set("Cache-Control", "no-cache").json(description);
	});

	router.get("/docs", async (_req, res) => {
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("docs", visitOf(res), { docs }));
	});

	return router;
}
