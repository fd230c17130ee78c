/** The server: settings, gallery, page, models; wired here and nowhere else. */
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import type { Logger } from "pino";
import { AuditLog } from "./administration/audit-log.ts";
import { type AdministrationParts, GalleryAdministration } from "./administration/gallery-administration.ts";
import { type AnsweringService, answersOf, toolsOf } from "./answers.ts";
import { type Config, childEnvironment, DENY_LIST, VERSION } from "./config/config.ts";
import { watchEngine } from "./engines/watch-engine.ts";
import { AppError } from "./errors.ts";
import { type BackgroundFetch, fetchInBackground } from "./fetch-in-background.ts";
import { writeFailure } from "./files/write-failure.ts";
import { drawnMapOf } from "./gallery/browse/people-map.ts";
import { chooseShowcase } from "./gallery/browse/showcase.ts";
import { hasGallery } from "./gallery/gallery-store.ts";
import { DecodeThread } from "./image/decoding/decode-thread.ts";
import { shareForDecoding, shareForUploads } from "./image/decoding/share-memory.ts";
import { galleryPicturesOf, openForChanges, openLiveGallery } from "./open-gallery.ts";
import { openFaceTools } from "./open-tools.ts";
import type { FaceTools } from "./pipeline/face-steps.ts";
import { warmUpSearch } from "./pipeline/find-lookalikes.ts";
import {
	askForMetrics,
	isFirstOfSeveral,
	isLatecomer,
	isOneOfSeveral,
	processPeers,
	report,
} from "./processes/answering-process.ts";
import { startProcesses } from "./processes/first-process.ts";
import { readStrangers } from "./resemblance/strangers-file.ts";
import { describeStatus } from "./service-state.ts";
import { endNow } from "./stop-signals.ts";
import { watchKeys } from "./web/api/access/watched-keys.ts";
import { createApp } from "./web/app.ts";
import { NO_PEERS } from "./web/guard/peers.ts";
import { answerInTurn } from "./web/lifecycle/answer-in-turn.ts";
import { closeServer } from "./web/lifecycle/close-server.ts";
import { heedExpectations } from "./web/lifecycle/expect-continue.ts";
import { keepHalfClosed } from "./web/lifecycle/half-closed.ts";
import { IdleConnections } from "./web/lifecycle/idle-connections.ts";
import { CONNECTION_OPTIONS, limitConnections, MAX_CONNECTIONS } from "./web/lifecycle/limit-connections.ts";
import { createLogger } from "./web/lifecycle/logger.ts";
import { Metrics } from "./web/lifecycle/metrics.ts";
import { connectionsWithin, maxOpenFiles } from "./web/lifecycle/open-files.ts";
import { openMetricsPort } from "./web/lifecycle/serve-metrics.ts";
import { Traces } from "./web/lifecycle/traces.ts";
import { userAgentOf } from "./wikimedia/services.ts";

/** From the signal to the end, whatever hangs: Docker kills after 10 s. */
const STOP_MS = 7_000;
/** Of that, what closing models and processes may take. */
const CLEAN_UP_MS = 1_000;
const NUM_SHOWN_PEOPLE = 8;

/** What answers photos, once it is loaded. */
interface Service extends AnsweringService {
	readonly watch: ReturnType<typeof watchEngine>;
}

/**
 * Starts the server.
 * @param stop ends it; the process then ends within 7 s, several within 8
 * @throws AppError if the gallery can't be read, the address is taken or no engine starts
 */
export async function serve(settings: Config, stop: AbortSignal): Promise<void> {
	// while this program was being read
	if (stop.aborted) process.exit();
	if (settings.numProcesses > 1 && !isOneOfSeveral()) return serveBySeveral(settings, stop);
	const config = shareOf(settings);
	const logger = createLogger(config.logLevel);
	// of several processes the first one says it
	const announce = (message: string) => (isOneOfSeveral() ? logger.debug(message) : logger.info(message));
	const fetching = isFirstOfSeveral(childEnvironment()) ? startFetching(config, logger) : undefined;
	process.once("exit", () => fetching?.stop());
	// a gallery may take its time, and until it is there is nothing to end step by step
	const endAtOnce = () => process.exit();
	stop.addEventListener("abort", endAtOnce);
	const gallery = await openLiveGallery(config, logger);
	const changes = config.hasAdministration ? await openForChanges(config, gallery) : undefined;
	const strangers = readStrangers(gallery.current.pipelineVersion);
	const keys =
		config.apiKeysFile === undefined
			? undefined
			: watchKeys(config.apiKeysFile, (error) => logger.error(`Nobody may use the API: ${describe(error)}`));
	const picturesFolder = galleryPicturesOf(config);
	let service: Service | undefined;
	let isClosing = false;
	const ending = new AbortController();

	const metrics = new Metrics(isOneOfSeveral() ? askForMetrics : undefined);
	metrics.watchDecoding(async () => service?.decoders.counts());
	const traces = config.traces && new Traces(config.traces, logger);

	const app = createApp({
		metrics,
		traces,
		ending: ending.signal,
		peers: isOneOfSeveral() ? processPeers : NO_PEERS,
		// the app asks for nothing before the status says ready
		...answersOf({ config, gallery, strangers, service: () => service as Service }),
		...(changes && {
			administration: administer({ ...changes, live: gallery, config, logger }, () =>
				toolsOf(service as Service),
			),
		}),
		...(keys && { askKeys: keys.ask }),
		askGallery: () => ({ gallery: gallery.current, strangers }),
		status: () => ({
			...describeStatus(gallery, isClosing ? undefined : service, stop.aborted),
			...(fetching?.status && { building: fetching.status }),
		}),
		settings: {
			...config,
			maxUploadTotalBytes: shareForUploads(config.memoryBytes, config.maxUploadBytes),
		},
		logger,
		...(picturesFolder !== undefined && { picturesFolder }),
		showcase: chooseShowcase(gallery.current, NUM_SHOWN_PEOPLE),
	});
	const answer = answerInTurn(app);
	const server = createServer(CONNECTION_OPTIONS, answer);
	heedExpectations(server, answer);
	const isBehindProxy = config.numTrustedProxies > 0;
	keepHalfClosed(server, { isBehindProxy });
	const idle = new IdleConnections(server);
	const numFiles = maxOpenFiles();
	const maxInAll = Math.min(MAX_CONNECTIONS, connectionsWithin(numFiles));
	if (maxInAll < MAX_CONNECTIONS)
		logger.warn(`At most ${maxInAll} connections at a time, as ${numFiles} files may be open (ulimit -n).`);
	limitConnections(server, { isBehindProxy, answerTimeoutMs: config.answerTimeoutMs, idle, maxInAll });

	const end = async () => {
		announce(`Stopping on ${stop.reason}.`);
		setTimeout(() => {
			logger.warn("Something hangs: the process is ended by force.");
			endNow();
		}, STOP_MS);
		// nobody's proxy has to notice where a person pressed Ctrl-C
		const drainMs = stop.reason === "SIGTERM" && service ? config.drainMs : 0;
		const graceMs = STOP_MS - CLEAN_UP_MS - drainMs;
		const onClosing = () => {
			isClosing = true;
		};
		await closeServer(server, { drainMs, graceMs, idle, onClosing, onLastCall: () => ending.abort() });
		await gallery.close();
		keys?.close();
		service?.watch.stop();
		await Promise.all([traces?.close(), service?.decoders.close(), service?.tools.engine.close()]);
		process.exit();
	};
	stop.removeEventListener("abort", endAtOnce);
	stop.addEventListener("abort", end, { once: true });

	if (!isOneOfSeveral()) openMetricsPort(config.metricsPort, logger, () => metrics.render());
	const open = async () => announce(`Listening on http://localhost:${await listen(server, config)}`);
	const isLate = isLatecomer(childEnvironment());
	// told early: the page is there while the models load, and says so; unless others answer meanwhile
	if (!isLate) await open();
	// the models load in a thread of their own meanwhile
	const [loaded] = await Promise.all([
		startService(config, logger),
		warmUpSearch(gallery.current, strangers),
	]);
	if (stop.aborted) return;
	service = loaded;
	if (isLate) await open();
	const { numPeople, name } = gallery.current;
	const message = `Ready: ${numPeople} people of the gallery "${name}" can be found.`;
	announce(message);
	if (isOneOfSeveral()) report({ kind: "ready", message });
	// begun before anybody asks: the first answers then say where they fall
	drawnMapOf(gallery.current);
}

/** What one process may take of what the server may take. */
function shareOf(config: Config): Config {
	const { numProcesses, memoryBytes, maxPerAddress } = config;
	return {
		...config,
		memoryBytes: memoryBytes / numProcesses,
		maxPerAddress: Math.ceil(maxPerAddress / numProcesses),
	};
}

function serveBySeveral(config: Config, stop: AbortSignal): void {
	const logger = createLogger(config.logLevel);
	const { numProcesses } = config;
	// those that answer end themselves before
	const render = startProcesses({ numProcesses, logger, stopMs: STOP_MS + CLEAN_UP_MS }, stop);
	openMetricsPort(config.metricsPort, logger, render);
}

async function startService(config: Config, logger: Logger): Promise<Service> {
	const tools = await openFaceTools(config, (notice) => logger.info(notice));
	const decoders = new DecodeThread({
		maxProcesses: config.maxActive,
		budgetBytes: shareForDecoding(config.memoryBytes, process.memoryUsage.rss(), config.maxActive),
		environment: childEnvironment(),
	});
	const watch = watchEngine(tools.engine, {
		onChange: (reason) =>
			reason
				? logger.error(`The face engine does not answer. ${describe(reason)}`)
				: logger.info("The face engine answers again."),
	});
	return { tools, decoders, watch };
}

/**
 * Has the gallery built if it is one to be fetched and isn't there yet.
 * @throws AppError INVALID_SETTING without a contact for Wikimedia
 */
function startFetching(config: Config, logger: Logger): BackgroundFetch | undefined {
	const { toFetch, galleryFile, engine, embeddingModel: model, wikimedia } = config;
	if (!toFetch || hasGallery(galleryFile)) return undefined;
	userAgentOf(wikimedia.contact, VERSION);
	// made here, so that it is watched as a folder from the start
	try {
		mkdirSync(galleryFile, { recursive: true });
	} catch (cause) {
		throw writeFailure(galleryFile, cause);
	}
	const args = ["gallery", "fetch", "--preset", "all", "--limit", String(toFetch.numPeople)];
	args.push("--pictures", "--prefer-better-known", "--name", "Wikidata", "--out", galleryFile);
	args.push("--engine", engine, "--model", model, "--contact", wikimedia.contact);
	return fetchInBackground({
		args,
		environment: childEnvironment(),
		onLine: (line) => logger.info(`Fetching the gallery: ${line}`),
		onFailure: (retryMs) =>
			logger.error(`The gallery could not be fetched; another try in ${Math.round(retryMs / 60_000)} min.`),
	});
}

type Changes = Pick<AdministrationParts, "place" | "picturesFolder" | "databaseTimeoutMs" | "live"> & {
	readonly config: Config;
	readonly logger: Logger;
};

function administer({ config, logger, ...parts }: Changes, tools: () => FaceTools): GalleryAdministration {
	return new GalleryAdministration({
		...parts,
		denyLists: [DENY_LIST],
		log: new AuditLog(config.auditLogFile),
		tools,
		decodeOptions: { maxPixels: config.maxPixels },
		environment: childEnvironment(),
		onUnnoted: (error) => logger.error(`A change is not in the audit log. ${describe(error)}`),
	});
}

/** @returns the port */
async function listen(server: Server, { host, port }: Config): Promise<number> {
	server.listen(port, host);
	await once(server, "listening").catch((cause: unknown) => {
		throw new AppError(
			"INVALID_SETTING",
			`Expected to listen on HOST="${host}", PORT="${port}" but could not.`,
			{
				hint: "Another program may have the port: choose another with PORT.",
				cause,
			},
		);
	});
	return (server.address() as AddressInfo).port;
}

function describe(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
