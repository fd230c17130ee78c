/** Says once if a proxy stands in front and nobody told the server: all visitors would then share one address's limits. */
import type { RequestHandler } from "express";
import type { Logger } from "pino";

/** @param numTrustedProxies the setting TRUST_PROXY */
export function createProxyWarning(numTrustedProxies: number, logger: Logger): RequestHandler {
	let hasWarned = numTrustedProxies > 0;
	return (req, _res, next) => {
		if (!hasWarned && req.get("X-Forwarded-For") !== undefined) {
			hasWarned = true;
			logger.warn(
				"A request came with X-Forwarded-For, but TRUST_PROXY is 0: behind a proxy, all visitors count as one for the limits. With one proxy in front, set TRUST_PROXY=1; with none, somebody made the header up.",
			);
		}
		next();
	};
}
