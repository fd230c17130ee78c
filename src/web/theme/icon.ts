/** The site's icon: an ink portrait on a ground of the gallery's own colour, where it has one. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { accentColours } from "./accent-colours.ts";

const ICON_FILE = fileURLToPath(new URL("../../../public/icon.svg", import.meta.url));
/** The ground's colour in that file. */
const GROUND = "#f3c9b4";

/**
 * The icon as an SVG document.
 * @param accent as #rrggbb
 */
export function iconOf(accent: string | undefined): string {
	const svg = readFileSync(ICON_FILE, "utf8");
	return accent === undefined ? svg : svg.replace(GROUND, accentColours(accent).light.ground);
}
