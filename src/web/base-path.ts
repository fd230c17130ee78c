/** The site below a path of a host that has other sites too, e.g. "/faces": the app knows it here, and nowhere else. */
import type { RequestHandler } from "express";

/** Attributes that hold an address of the site: those begin with one slash. */
const ADDRESSES = /(\s(?:href|src|action|formaction|poster|data-[\w-]+)=")\/(?!\/)/g;

/**
 * Takes the path off what is asked for. What comes without it is answered too: of a proxy that took it off, or of
 * whoever watches the service from this machine.
 * @param basePath "" or e.g. "/faces"
 */
export function createBasePath(basePath: string): RequestHandler {
	return (req, res, next) => {
		res.locals.basePath = basePath;
		const rest = req.url.startsWith(basePath) ? req.url.slice(basePath.length) : undefined;
		if (rest?.startsWith("/")) req.url = rest;
		else if (rest === "" || rest?.startsWith("?")) req.url = `/${rest}`;
		next();
	};
}

/** A page whose addresses are as visitors have to ask for them. */
export function placeUnder(basePath: string, html: string): string {
	return basePath === "" ? html : html.replaceAll(ADDRESSES, `$1${basePath}/`);
}
