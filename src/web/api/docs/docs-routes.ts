/** The API's description: for programs as OpenAPI, for people as a page without scripts. */
import { type RequestHandler, Router } from "express";
import type { Pages } from "../../page.ts";
import { visitOf } from "../../request/visit.ts";
import { sendPage } from "../../texts/choose-language.ts";
import { describeApi } from "./openapi.ts";
import { viewDocs } from "./view-docs.ts";

export interface DocsParts {
	readonly pages: Pages;
	/** Of the program. */
	readonly version: string;
	/** "" or the path below which the site is. */
	readonly basePath: string;
	/** Refuses pages to addresses that have cost too much. */
	readonly limitCost: RequestHandler;
}

export function createDocsRoutes({ pages, version, basePath, limitCost }: DocsParts): Router {
	const router = Router({ caseSensitive: true });
	// written when somebody asks first: it takes a tenth of the server's own thread's time until that is ready
	const describe = once(() => describeApi(version, basePath));
	const view = once(() => viewDocs(describe()));

	router.get("/openapi.json", limitCost, (_req, res) => {
		res.set("Cache-Control", "no-cache").json(describe());
	});

	router.get("/docs", limitCost, async (_req, res) => {
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("docs", visitOf(res), { docs: view() }));
	});

	return router;
}

function once<T>(make: () => T): () => T {
	let made: { readonly value: T } | undefined;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}
