/** What a page must know of the request it answers: the visitor's language, and where the site is for them. */
import type { Request, RequestHandler, Response } from "express";
import { textsOf } from "../texts/choose-language.ts";
import type { Texts } from "../texts/texts.ts";
import { queryOf } from "./query.ts";

export interface Visit {
	readonly texts: Texts;
	/** Where the site is, e.g. "https://example.org/faces": previews of links need whole addresses. */
	readonly origin: string;
	/** The path of that, "" or e.g. "/faces": before each address that isn't in a page. */
	readonly basePath: string;
	/** What stands behind the question mark of the address, without the language. */
	readonly query: URLSearchParams;
	/** The form that the visitor is at. */
	readonly form: "upload" | "compare";
	/** Whether something was sent, as a photo is, and not only a page asked for. */
	readonly isSending: boolean;
}

/** @param publicUrl where visitors find the site; default: what they asked for */
export function createOrigin(publicUrl: string | undefined): RequestHandler {
	return (req, res, next) => {
		res.locals.origin = publicUrl === undefined ? originOf(req) : new URL(publicUrl).origin;
		next();
	};
}

/** The visit whose request is being answered. */
export function visitOf(res: Response): Visit {
	const { origin, basePath, form = "upload" } = res.locals;
	const query = queryOf(res.req);
	query.delete("lang");
	const isSending = res.req.method === "POST";
	return { texts: textsOf(res), origin: `${origin}${basePath}`, basePath, query, form, isSending };
}

function originOf(req: Request): string {
	return `${req.protocol}://${req.host ?? "localhost"}`;
}
