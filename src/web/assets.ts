/** The page's own files, under an address that changes with them, so that browsers never ask for them twice. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler, Router } from "express";

const PUBLIC_FOLDER = fileURLToPath(new URL("../../public/", import.meta.url));
const NUM_HASH_DIGITS = 12;
const YEAR_S = 365 * 24 * 60 * 60;

/** Where the files are: below one address for all, because scripts import each other by relative addresses. */
export const ASSETS_PATH = `/assets/${hashOf(PUBLIC_FOLDER)}`;

/** The styles that every page needs, in the order in which they count; one file, since each is a way to and fro. */
const SITE_STYLES = ["base", "form", "problem", "portraits", "result", "drawer", "people", "share", "print"];
const SITE_STYLES_FILE = "styles/site.css";

/** What every page's script imports, and what those import: browsers that are told fetch them all at once. */
export const SITE_SCRIPTS = scriptsOf("page.js");

/** Files are no documents with cameras or forms: they load nothing, and are what their type says. */
const HEADERS = {
	"Content-Security-Policy": "default-src 'none'",
	"X-Content-Type-Options": "nosniff",
} as const;

/** Each script by its name; without comments, which are for whoever works on them, and stand on lines of their own. */
function readScripts(): ReadonlyMap<string, string> {
	const folder = path.join(PUBLIC_FOLDER, "scripts");
	return new Map(
		readdirSync(folder).map((name) => [
			name,
			readFileSync(path.join(folder, name), "utf8").replaceAll(/^\s*(?:\/\*.*?\*\/|\/\/[^\n]*)\n/gms, ""),
		]),
	);
}

/** Without comments, as scripts are. */
export function readSiteStyles(): string {
	return SITE_STYLES.map((name) =>
		readFileSync(path.join(PUBLIC_FOLDER, "styles", `${name}.css`), "utf8").replaceAll(
			/\/\*.*?\*\/\s*/gs,
			"",
		),
	).join("\n");
}

/**
 * Serves the files: for a year under `ASSETS_PATH`, and under plain `/assets` to be asked for anew. They have their own
 * few headers, since those of pages would weigh more than most of the files.
 */
export function createAssets(): RequestHandler {
	const router = Router();
	const setHeaders = (res: ServerResponse) => {
		for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
		// no log has a line about them, and a first page asks for twenty
		res.removeHeader("X-Request-Id");
	};
	const options = { index: false, redirect: false, setHeaders } as const;
	const forAYear = {
		...options,
		maxAge: "1y",
		immutable: true,
		etag: false,
		lastModified: false,
		acceptRanges: false,
	} as const;
	const siteStyles = readSiteStyles();
	router.get(`${ASSETS_PATH}/${SITE_STYLES_FILE}`, (_req, res) => {
		setHeaders(res);
		res.set("Cache-Control", `public, max-age=${YEAR_S}, immutable`).type("css").send(siteStyles);
	});
	const scripts = readScripts();
	router.get(`${ASSETS_PATH}/scripts/:name`, (req, res, next) => {
		const script = scripts.get(req.params.name);
		if (script === undefined) return next();
		setHeaders(res);
		// a check sum, which nobody asks about for a year, would weigh as much as some of them
		res.set("Cache-Control", `public, max-age=${YEAR_S}, immutable`).type("js").end(script);
	});
	router.use(ASSETS_PATH, express.static(PUBLIC_FOLDER, forAYear));
	router.use("/assets", express.static(PUBLIC_FOLDER, options));
	return router;
}

function hashOf(folder: string): string {
	const hash = createHash("sha256");
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => path.join(parentPath, name));
	for (const file of files.sort()) {
		hash.update(path.relative(folder, file)).update("\0").update(readFileSync(file));
	}
	return hash.digest("hex").slice(0, NUM_HASH_DIGITS);
}

/** The scripts that one imports, directly or not; what it only imports at need is left out. */
function scriptsOf(name: string, found: string[] = []): readonly string[] {
	const source = readFileSync(path.join(PUBLIC_FOLDER, "scripts", name), "utf8");
	for (const [, imported] of source.matchAll(/^import .* from "\.\/([\w-]+\.js)";$/gm)) {
		if (imported === undefined || found.includes(imported)) continue;
		found.push(imported);
		scriptsOf(imported, found);
	}
	return found;
}
