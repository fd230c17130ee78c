/** What the browser is told to allow: nothing but our own files, and pictures from Wikipedia where they are on. */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** Answers `page/summary` with the address of an article's picture. */
const WIKIPEDIA_API = "https://en.wikipedia.org";
/** Where those pictures lie. */
const WIKIMEDIA_PICTURES = ["https://upload.wikimedia.org", "https://thumb.wikimedia.org"];

/** Sets Content-Security-Policy, Permissions-Policy and helmet's other headers. */
export function createSecurityHeaders({
	wikipediaPictures,
}: {
	wikipediaPictures: boolean;
}): RequestHandler[] {
	const headers = helmet({
		contentSecurityPolicy: {
			useDefaults: false,
			directives: {
				defaultSrc: ["'none'"],
				scriptSrc: ["'self'"],
				styleSrc: ["'self'"],
				// visitors' photos come back as data: URIs, so that they need not be kept anywhere
				imgSrc: ["'self'", "data:", ...(wikipediaPictures ? WIKIMEDIA_PICTURES : [])],
				connectSrc: ["'self'", ...(wikipediaPictures ? [WIKIPEDIA_API] : [])],
				manifestSrc: ["'self'"],
				formAction: ["'self'"],
				baseUri: ["'none'"],
				frameAncestors: ["'none'"],
				// upgrade-insecure-requests is left out: it breaks plain http on localhost
			},
		},
		// one origin over http and https alike: whether to insist on https is the proxy's decision
		strictTransportSecurity: false,
		referrerPolicy: { policy: "no-referrer" },
		xFrameOptions: { action: "deny" },
	});
	const permissions: RequestHandler = (_req, res, next) => {
		res.set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()");
		next();
	};
	return [headers, permissions];
}
