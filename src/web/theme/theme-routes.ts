/** What wears a gallery's own colour, as files: the page's Content-Security-Policy takes styles from files only. */
import { type Request, type Response, Router } from "express";
import { accentColours } from "./accent-colours.ts";
import { iconOf } from "./icon.ts";

/** Addresses of the style sheet and of the icon. */
export function themePaths(accent: string): { readonly styles: string; readonly icon: string } {
	const path = `/theme/${accent.slice(1).toLowerCase()}`;
	return { styles: `${path}.css`, icon: `${path}.svg` };
}

/** @param accent as #rrggbb */
export function themeStyles(accent: string): string {
	const { light, dark } = accentColours(accent);
	const rule = ({ accent: colour, soft }: typeof light) => `:root{--accent:${colour};--soft:${soft}}`;
	return `${rule(light)}@media (prefers-color-scheme:dark){${rule(dark)}}`;
}

const COLOUR = /^[0-9a-f]{6}$/;

export function createThemeRoutes(): Router {
	const router = Router({ caseSensitive: true });
	const send = (res: Response, type: string, text: string) =>
		res.set("Cache-Control", "public, max-age=31536000, immutable").type(type).send(text);
	router.param("accent", (_req, _res, next, accent) => next(COLOUR.test(accent) ? undefined : "route"));
	router.get("/theme/:accent.css", (req: Request<{ accent: string }>, res) => {
		send(res, "css", themeStyles(`#${req.params.accent}`));
	});
	router.get("/theme/:accent.svg", (req: Request<{ accent: string }>, res) => {
		send(res, "svg", iconOf(`#${req.params.accent}`));
	});
	return router;
}
