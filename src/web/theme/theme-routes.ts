/** The style sheet of a gallery's own colour: the page's Content-Security-Policy takes styles from files only. */
import { type Request, Router } from "express";
import { accentColours } from "./accent-colours.ts";

/** The address of the style sheet. */
export function themePath(accent: string): string {
	return `/theme/${accent.slice(1).toLowerCase()}.css`;
}

export function createThemeRoutes(): Router {
	const router = Router({ caseSensitive: true });
	router.get("/theme/:accent.css", (req: Request<{ accent: string }>, res, next) => {
		const { accent } = req.params;
		if (!/^[0-9a-f]{6}$/.test(accent)) return next();
		const { light, dark } = accentColours(`#${accent}`);
		const rule = ({ accent: colour, soft }: typeof light) => `:root{--accent:${colour};--soft:${soft}}`;
		res
			.set("Cache-Control", "public, max-age=31536000, immutable")
			.type("css")
			.send(`${rule(light)}@media (prefers-color-scheme:dark){${rule(dark)}}`);
	});
	return router;
}
