/** The page's own files, under an address that changes with them, so that browsers never ask for them twice. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import express, { type RequestHandler, Router } from "express";

const PUBLIC_FOLDER = fileURLToPath(new URL("../../public/", import.meta.url));
const NUM_HASH_DIGITS = 12;
const YEAR_S = 365 * 24 * 60 * 60;

/** Where the files are: one folder for all, because scripts import each other by relative addresses. */
export const ASSETS_PATH = `/assets/${hashOf(PUBLIC_FOLDER)}`;

/** The styles that every page needs, in the order in which they count; one file, since each is a way to and fro. */
const SITE_STYLES = ["base", "form", "portraits", "result", "drawer", "people", "share"];
const SITE_STYLES_FILE = "site.css";

/** Serves the files: for a year under `ASSETS_PATH`, and under plain `/assets` to be asked for anew. */
export function createAssets(): RequestHandler {
	const router = Router();
	const options = { index: false, redirect: false } as const;
	const siteStyles = SITE_STYLES.map((name) => readFileSync(path.join(PUBLIC_FOLDER, `${name}.css`), "utf8"));
	router.get(`${ASSETS_PATH}/${SITE_STYLES_FILE}`, (_req, res) => {
		res.set("Cache-Control", `public, max-age=${YEAR_S}, immutable`).type("css").send(siteStyles.join("\n"));
	});
	router.use(ASSETS_PATH, express.static(PUBLIC_FOLDER, { ...options, maxAge: "1y", immutable: true }));
	router.use("/assets", express.static(PUBLIC_FOLDER, options));
	return router;
}

function hashOf(folder: string): string {
	const hash = createHash("sha256");
	for (const name of readdirSync(folder).sort()) {
		hash
			.update(name)
			.update("\0")
			.update(readFileSync(path.join(folder, name)));
	}
	return hash.digest("hex").slice(0, NUM_HASH_DIGITS);
}
