/** Wires the web application from its parts; reads its texts, but loads no models, listens nowhere and knows no settings. */
import express, { type Express } from "express";
import type { Logger } from "pino";
import { AppError } from "../errors.ts";
import type { ShownPerson } from "../gallery/browse/showcase.ts";
import { type AskKeys, createCors, createKeyCheck } from "./api/access/access.ts";
import { type ApiTools, createApiRoutes } from "./api/api-routes.ts";
import { createDocsRoutes } from "./api/docs/docs-routes.ts";
import { API_PATH } from "./api/operations.ts";
import { createAssets } from "./assets.ts";
import { createBasePath } from "./base-path.ts";
import { type ComparePhotos, createCompareRoutes } from "./compare/compare-routes.ts";
import { createPhotosReader } from "./compare/read-photos.ts";
import { createCreditsRoutes } from "./credits/credits-routes.ts";
import { createErrorHandler } from "./error-handler.ts";
import { AddressLedger } from "./guard/address-ledger.ts";
import { createAdmission, createCostLimit } from "./guard/admission.ts";
import { createAnswerUpload, type FindLookalikes, type IsHeavy } from "./guard/answer-upload.ts";
import { createTurnByAddress } from "./guard/begin-in-turn.ts";
import { MatchQueue } from "./guard/match-queue.ts";
import { createHostCheck } from "./guard/one-host.ts";
import { NO_PEERS, type Peers, SharedStore } from "./guard/peers.ts";
import { createTakeTurn } from "./guard/take-turn.ts";
import { createUnreadBodyLimit } from "./guard/unread-bodies.ts";
import { createBodyReader, createFormReader, createUploadReader, type UploadLimits } from "./guard/upload.ts";
import { createProxyWarning } from "./guard/warn-of-proxy.ts";
import { createInsightRoutes } from "./insight/insight-routes.ts";
import { createCompression } from "./lifecycle/compress.ts";
import { Metrics } from "./lifecycle/metrics.ts";
import { createMetricsRoute } from "./lifecycle/serve-metrics.ts";
import type { Traces } from "./lifecycle/traces.ts";
import { createMapRoutes } from "./map/map-routes.ts";
import { createPages } from "./page.ts";
import { createPeopleRoutes } from "./people/people-routes.ts";
import { PICTURES_PATH } from "./portrait/pictures.ts";
import { createRequestContext } from "./request/request-context.ts";
import { createOrigin } from "./request/visit.ts";
import { createRateLimit, createRoutes } from "./routes.ts";
import { createSecurityHeaders } from "./security.ts";
import type { AskGallery } from "./served-gallery.ts";
import type { ServiceStatus } from "./service-status.ts";
import { createShareRoutes } from "./share/share-routes.ts";
import { createLanguageChoice } from "./texts/choose-language.ts";
import { readLocales } from "./texts/read-locales.ts";
import { createThemeRoutes } from "./theme/theme-routes.ts";

/** Uploads that are slower than a telephone's weakest network, also where it changes cells, are not waited for. */
const DEFAULT_UPLOAD_LIMITS = {
	uploadTimeoutMs: 120_000,
	pace: { everyMs: 15_000, minBytes: 30_000 },
	maxUploadTotalBytes: 500_000_000,
} as const;

/** Of the largest upload: what is read of one that was refused, so that whoever sent a larger one still sees why. */
const UNREAD_SHARE = 2;

/** Questions that need no photo cost little: so many may come for each photo that may. */
const READS_PER_PHOTO = 10;

export interface WebSettings extends Partial<UploadLimits> {
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
	/** Milliseconds of work per minute and address; 0 for no limit. */
	readonly maxWorkMsPerMinute: number;
	/** Photos of one address that may be under way. */
	readonly maxPerAddress: number;
	/** How long a photo may wait and be worked on once it has arrived. */
	readonly answerTimeoutMs: number;
	/** With it, `/metrics` can be read. Default: nobody can. */
	readonly metricsToken?: string | undefined;
	/** Whether the page may ask Wikipedia, from the visitor's browser, for pictures. */
	readonly wikipediaPictures: boolean;
	/** Whether anyone may see how the service is doing, at `/status`. */
	readonly hasStatusPage: boolean;
	/** The path below which the site is, e.g. "/faces". Default "". */
	readonly basePath?: string;
	/** Sites whose pages may ask the API, e.g. "https://example.org"; "*" for all. Default: none. */
	readonly corsOrigins?: readonly string[];
	/** Where visitors find the site, e.g. "https://faces.example.org"; default: what they asked for. */
	readonly publicUrl?: string | undefined;
}

export interface AppParts extends Pick<ApiTools, "administration" | "detectFaces" | "embedFaces"> {
	readonly findLookalikes: FindLookalikes;
	readonly isHeavy: IsHeavy;
	/** The gallery behind the answers, for the pages about its people; without it there are none. */
	readonly askGallery?: AskGallery;
	/** Compares two photos; without it nobody can. */
	readonly comparePhotos?: ComparePhotos;
	/** Asked anew for every request. */
	readonly status: () => ServiceStatus;
	readonly settings: WebSettings;
	readonly logger: Logger;
	/** The folder of the gallery's own face crops, where it has them. */
	readonly picturesFolder?: string;
	/** A few people of the gallery whose drawings welcome visitors. */
	readonly showcase?: readonly ShownPerson[];
	/** Who may use the API; without it everybody may. */
	readonly askKeys?: AskKeys;
	/** Counts what happens; default: for nobody. */
	readonly metrics?: Metrics;
	/** Told of every request. Default: nobody is. */
	readonly traces?: Traces | undefined;
	/** Aborts when those who still wait for an answer are told that the server ends. Default: never. */
	readonly ending?: AbortSignal;
	/** Other processes of the server, which count what addresses ask for together. Default: none. */
	readonly peers?: Peers;
}

/** The whole site as a request handler, ready to listen. */
export function createApp(parts: AppParts): Express {
	const {
		askGallery,
		comparePhotos,
		isHeavy,
		status,
		settings,
		logger,
		picturesFolder,
		showcase = [],
		askKeys,
		metrics = new Metrics(),
		peers = NO_PEERS,
	} = parts;
	const { corsOrigins = [] } = settings;
	const locales = readLocales();
	const { basePath = "" } = settings;
	const pages = createPages({ ...settings, basePath, status, askGallery, showcase, locales });
	const ledger = new AddressLedger(settings.maxWorkMsPerMinute, undefined, peers);
	const queue = new MatchQueue({ ...settings, ledger });
	metrics.watchQueue(queue);
	metrics.watchStatus(status);
	const admit = createAdmission({ ...settings, ledger, retryAfterS: () => queue.retryAfterS });
	const limitCost = createCostLimit(ledger);
	const takeTurn = createTakeTurn({ ...settings, status, queue, admit, ending: parts.ending });
	const readBody = createBodyReader({ ...DEFAULT_UPLOAD_LIMITS, ...settings });
	const readForm = createFormReader(readBody);
	const limitRate = createRateLimit(settings.rateLimitPerMinute, { store: new SharedStore(peers, "photos") });
	const answerUpload = createAnswerUpload({
		...parts,
		metrics,
		takeTurn,
		readUpload: createUploadReader(readForm, settings),
	});
	const app = express();
	app.disable("x-powered-by");
	app.set("trust proxy", settings.numTrustedProxies);
	app.set("query parser", false);

	app.use(createBasePath(basePath));
	app.use(createRequestContext(logger, metrics, parts.traces));
	app.use(createTurnByAddress());
	app.use(createHostCheck());
	app.use(createUnreadBodyLimit({ maxBytes: settings.maxUploadBytes * UNREAD_SHARE }));
	app.use(createProxyWarning(settings.numTrustedProxies, logger));
	app.use(createCompression());
	app.use(createAssets());
	app.use(createSecurityHeaders(settings));
	// before the pages' choice of a language, which keeps a cookie
	if (corsOrigins.length > 0) app.use([API_PATH, "/openapi.json"], createCors(corsOrigins));
	if (askKeys) app.use(API_PATH, createKeyCheck(askKeys));
	app.use(
		createApiRoutes({
			...parts,
			locales,
			readBody,
			takeTurn,
			metrics,
			limitRate,
			limitReads: createRateLimit(settings.rateLimitPerMinute, {
				store: new SharedStore(peers, "questions"),
				what: "questions",
				perPhoto: READS_PER_PHOTO,
			}),
		}),
	);
	app.use(createLanguageChoice(locales, askGallery));
	app.use(createOrigin(settings.publicUrl));
	app.use(createThemeRoutes());
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
			answerUpload,
			status,
			pages,
			limitRate,
		}),
	);
	app.use(createDocsRoutes({ pages, version: status().versions.app ?? "", basePath, limitCost }));
	if (settings.metricsToken)
		app.get(
			"/metrics",
			createMetricsRoute(() => metrics.render(), settings.metricsToken),
		);
	const { hasStatusPage } = settings;
	const hasRequestLog = logger.isLevelEnabled("info");
	const told = { hasRequestLog, sendsTraces: parts.traces !== undefined };
	app.use(
		createInsightRoutes({ pages, status, history: metrics.history, hasStatusPage, limitCost, ...told }),
	);
	if (comparePhotos) {
		const readPhotos = createPhotosReader(readForm, settings);
		app.use(createCompareRoutes({ comparePhotos, isHeavy, takeTurn, readPhotos, pages, limitRate }));
	}
	if (askGallery) {
		const { wikipediaPictures, rateLimitPerMinute } = settings;
		app.use(createPeopleRoutes({ askGallery, pages, wikipediaPictures, limitCost }));
		app.use(createMapRoutes({ askGallery, pages, limitCost }));
		app.use(createCreditsRoutes({ askGallery, pages, limitCost }));
		app.use(
			createShareRoutes({
				askGallery,
				limitRate: createRateLimit(rateLimitPerMinute, { store: new SharedStore(peers, "cards") }),
				admit,
				ledger,
				readForm,
				picturesFolder,
			}),
		);
	}
	app.use((req) => {
		throw new AppError("NOT_FOUND", `There is nothing at ${req.path}.`, {
			hint: "Start from the first page.",
		});
	});
	app.use(
		createErrorHandler({
			logger,
			renderErrorPage: pages.renderError,
			sayError: pages.sayError,
			retryAfterS: () => queue.retryAfterS,
		}),
	);
	return app;
}
