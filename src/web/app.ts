/** Wires the web application from its parts; reads its texts, but loads no models, listens nowhere and knows no settings. */
import { fileURLToPath } from "node:url";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { AppError } from "../errors.ts";
import type { ShownPerson } from "../gallery/showcase.ts";
import { createErrorHandler } from "./error-handler.ts";
import { MatchQueue } from "./match-queue.ts";
import { createPages } from "./page.ts";
import { PICTURES_PATH } from "./pictures.ts";
import { createRequestContext } from "./request-context.ts";
import { createRoutes, type FindLookalikes } from "./routes.ts";
import { createSecurityHeaders } from "./security.ts";
import type { ServiceStatus } from "./service-status.ts";
import { createLanguageChoice } from "./texts/choose-language.ts";
import { readLocales } from "./texts/read-locales.ts";
import { createUploadReader } from "./upload.ts";

const PUBLIC_FOLDER = fileURLToPath(new URL("../../public/", import.meta.url));
const DEFAULT_UPLOAD_TIMEOUT_MS = 60_000;

export interface WebSettings {
	/** Largest upload. */
	readonly maxUploadBytes: number;
	/** Photos that are worked on at a time. */
	readonly maxActive: number;
	/** Photos that may wait beyond those. */
	readonly maxQueued: number;
	/** Photos per minute and address; 0 for no limit. */
	readonly rateLimitPerMinute: number;
	/** Proxies in front of the server whose X-Forwarded-For is believed. */
	readonly numTrustedProxies: number;
	/** Whether the page may ask Wikipedia, from the visitor's browser, for pictures. */
	readonly wikipediaPictures: boolean;
	/** How long an upload may take to arrive. Default 60 s. */
	readonly uploadTimeoutMs?: number;
}

export interface AppParts {
	readonly findLookalikes: FindLookalikes;
	/** Asked anew for every request. */
	readonly status: () => ServiceStatus;
	readonly settings: WebSettings;
	readonly logger: Logger;
	/** The folder of the gallery's own face crops, where it has them. */
	readonly picturesFolder?: string;
	/** A few people of the gallery whose drawings welcome visitors. */
	readonly showcase?: readonly ShownPerson[];
}

/** The whole site as a request handler, ready to listen. */
export function createApp(parts: AppParts): Express {
	const { findLookalikes, status, settings, logger, picturesFolder, showcase = [] } = parts;
	const locales = readLocales();
	const pages = createPages({ ...settings, status, showcase, locales });
	const queue = new MatchQueue(settings);
	const app = express();
	app.disable("x-powered-by");
	app.set("trust proxy", settings.numTrustedProxies);
	app.set("query parser", false);

	app.use(createRequestContext(logger));
	app.use(createSecurityHeaders(settings));
	app.use(createLanguageChoice(locales));
	app.use("/assets", express.static(PUBLIC_FOLDER, { index: false, redirect: false }));
	if (picturesFolder !== undefined) {
		const files = express.static(picturesFolder, {
			index: false,
			redirect: false,
			dotfiles: "ignore",
			maxAge: "1h",
		});
		app.use(PICTURES_PATH, files);
	}
	app.use(
		createRoutes({
			findLookalikes,
			status,
			queue,
			readUpload: createUploadReader({ uploadTimeoutMs: DEFAULT_UPLOAD_TIMEOUT_MS, ...settings }),
			pages,
			rateLimitPerMinute: settings.rateLimitPerMinute,
		}),
	);
	app.use((req) => {
		throw new AppError("NOT_FOUND", `There is nothing at ${req.path}.`, {
			hint: "Start from the first page.",
		});
	});
	app.use(
		createErrorHandler({
			logger,
			renderErrorPage: (report, texts) => pages.renderError(report, texts),
			retryAfterS: () => queue.retryAfterS,
		}),
	);
	return app;
}
