/** Which language a visitor is spoken to in: the one they chose, or else their browser's. */
import type { Request, RequestHandler, Response } from "express";
import { queryOf } from "../request/query.ts";
import type { AskGallery } from "../served-gallery.ts";
import { textsFor } from "./gallery-texts.ts";
import type { Texts } from "./texts.ts";

const COOKIE = /(?:^|;\s*)lang=([\w-]+)/;
const COOKIE_LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * Puts the visitor's texts where `textsOf` finds them. `?lang=` chooses a language for this request and, in a
 * cookie that says nothing else, for the next ones.
 * @param locales at least one; the first is spoken to those who ask for none of them
 * @param askGallery whose language, where it has one, goes before the browser's, and whose texts before the page's
 */
export function createLanguageChoice(
	locales: readonly Texts[],
	askGallery: AskGallery | undefined,
): RequestHandler {
	const byLanguage = new Map(locales.map((texts) => [texts.language, texts]));
	const languages = [...byLanguage.keys()];
	return (req, res, next) => {
		const asked = byLanguage.get(queryOf(req).get("lang") ?? "");
		if (asked) {
			res.cookie("lang", asked.language, {
				// of this site, where others are on the same host
				path: `${res.locals.basePath}/`,
				maxAge: COOKIE_LIFETIME_MS,
				httpOnly: true,
				sameSite: "lax",
				secure: req.secure,
			});
		}
		const kept = byLanguage.get(COOKIE.exec(req.get("Cookie") ?? "")?.[1] ?? "");
		const gallery = askGallery?.().gallery;
		const own = byLanguage.get(gallery?.settings.language ?? "");
		const texts = asked ?? kept ?? own ?? byLanguage.get(acceptedOf(req, languages)) ?? (locales[0] as Texts);
		res.locals.texts = gallery ? textsFor(gallery, texts) : texts;
		next();
	};
}

/** The texts chosen for the request that is being answered. */
export function textsOf(res: Response): Texts {
	return res.locals.texts;
}

/** Sends a page, and tells caches what it depends on. */
export function sendPage(res: Response, html: string): void {
	res.vary("Accept-Language").vary("Cookie").set("Content-Language", textsOf(res).language);
	res.type("html").send(html);
}

function acceptedOf(req: Request, languages: string[]): string {
	return req.acceptsLanguages(languages) || "";
}
