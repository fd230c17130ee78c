/** Who may use the API: pages of other sites where CORS says so, and whoever has a key where keys are wanted. */
import cors from "cors";
import type { RequestHandler, Response } from "express";
import { AppError } from "../../../errors.ts";
import { findKey, type KnownKey } from "../../../keys/key-file.ts";
import { OPERATIONS } from "../operations.ts";

/** Asked anew for every request, since keys come and go while the server runs. */
export type AskKeys = () => readonly KnownKey[];

/** A page that may ask may do all that its visitor's key allows. */
const METHODS = [...new Set(Object.values(OPERATIONS).map(({ method }) => method.toUpperCase()))];
/** Headers of ours that pages of other sites may read. */
const READABLE = ["X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"];
const PREFLIGHT_S = 600;

/** @param origins sites whose pages may ask, e.g. "https://example.org"; "*" for all */
export function createCors(origins: readonly string[]): RequestHandler {
	return cors({
		origin: origins.includes("*") ? "*" : [...origins],
		methods: METHODS,
		allowedHeaders: ["Authorization", "Content-Type", "X-Request-Id"],
		exposedHeaders: READABLE,
		maxAge: PREFLIGHT_S,
	});
}

/** Refuses requests without a key that is known, and notes whose it is. */
export function createKeyCheck(askKeys: AskKeys): RequestHandler {
	return (req, res, next) => {
		const [, key] = /^Bearer (\S{1,200})$/i.exec(req.get("Authorization") ?? "") ?? [];
		const known = key === undefined ? undefined : findKey(askKeys(), key);
		if (key === undefined || !known) {
			res.set("WWW-Authenticate", "Bearer");
			throw new AppError("UNAUTHORIZED", "Expected a key of the API but received none that is known here.", {
				hint: "Send it as `Authorization: Bearer cf_…`; whoever runs this server has keys to give.",
			});
		}
		res.locals.apiKey = known;
		res.locals.findKeyAgain = () => findKey(askKeys(), key);
		next();
	};
}

/** The key that a request came with, where keys are wanted. */
export function keyOf(res: Response): KnownKey | undefined {
	return res.locals.apiKey;
}

/** The same as it is known now: nothing where it has been taken away since the request came. */
export function keyAsKnownNow(res: Response): KnownKey | undefined {
	return res.locals.findKeyAgain?.();
}
