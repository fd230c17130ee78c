/** What a page must know of the request it answers: the visitor's language, and where the site is for them. */
import type { Request, RequestHandler, Response } from "express";
import { textsOf } from "./texts/choose-language.ts";
import type { Texts } from "./texts/texts.ts";

export interface Visit {
	readonly texts: Texts;
	/** Where the site is, e.g. "https://faces.example.org": previews of links need whole addresses. */
	readonly origin: string;
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
	return { texts: textsOf(res), origin: res.locals.origin };
}

function originOf(req: Request): string {
	return `${req.protocol}://${req.host ?? "localhost"}`;
}
