/** All settings: the only reader of process.env; validated once at start, then frozen. */
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { expectNoPassword, isOtherAddress } from "../database-address.ts";
import { AppError } from "../errors.ts";
import {
	DATABASE_SETTINGS,
	type DatabaseTarget,
	databaseTargetOf,
	withoutAddress,
} from "./database-settings.ts";
import { TRACE_SETTINGS, type TraceTarget, traceTargetOf } from "./trace-settings.ts";
import { WIKIMEDIA_SETTINGS, type WikimediaServices, wikimediaServicesOf } from "./wikimedia-settings.ts";

/** The project's folder: one above src/ and one above dist/. */
export const PROJECT_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

/** The program's version, from package.json. */
export const VERSION: string = JSON.parse(
	readFileSync(path.join(PROJECT_FOLDER, "package.json"), "utf8"),
).version;

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

/** People whom a light-hearted product leaves out of every gallery. */
export const DENY_LIST: string = path.join(PROJECT_FOLDER, "data", "deny.csv");

/** What is served until there is another gallery. */
const STARTER_GALLERY = path.join(PROJECT_FOLDER, "data", "starter.gallery");
/** As GALLERY: people from Wikidata. */
const WIKIDATA = "wikidata";

/** Every setting with its default; an empty variable counts as not set. */
const SETTINGS = z.object({
	/** Port to listen on; 0 lets the system choose. */
	PORT: wholeNumber(0, 65_535).default(2018),
	/** Address to listen on. */
	HOST: z.string().default("0.0.0.0"),
	/** The gallery, a file, a folder or a database; "wikidata" for one that is fetched while the starter gallery is served. */
	GALLERY: z
		.string()
		.refine(
			(place) => !isOtherAddress(place),
			"expected a file, a folder, wikidata or an address as postgres://user@host/database",
		)
		.default(STARTER_GALLERY),
	...DATABASE_SETTINGS,
	/** Where galleries lie that the server fetches by itself. */
	GALLERIES_FOLDER: z.string().default(path.join(PROJECT_FOLDER, "galleries")),
	/** People in the gallery "wikidata". */
	WIKIDATA_PEOPLE: wholeNumber(1, 100_000).default(2000),
	/** Which model runtime: auto takes the best that works. */
	FACE_ENGINE: z.enum(["auto", "onnx", "tensorflow", "wasm"]).default("auto"),
	/** Which net embeds a face; the gallery must have been built with the same. */
	EMBEDDING_MODEL: z.enum(["face-api", "facenet", "facenet512"]).default("face-api"),
	/** Where `models fetch` puts models and the server looks for them. */
	MODELS_FOLDER: z.string().default(path.join(PROJECT_FOLDER, "models")),
	/** Threads that each hold a copy of the models. */
	ENGINE_WORKERS: wholeNumber(1, 64).default(1),
	/** Processes that answer, each with a copy of gallery and models. */
	PROCESSES: wholeNumber(1, 64).default(1),
	/** Largest upload, in megabytes. */
	MAX_UPLOAD_MB: wholeNumber(1, 100).default(15),
	/** Largest photo, in megapixels as stored. */
	MAX_MEGAPIXELS: wholeNumber(1, 500).default(100),
	/** Most faces of one photo that are answered. */
	MAX_FACES: wholeNumber(1, 50).default(6),
	/** Photos that may be worked on at a time. */
	MAX_ACTIVE: wholeNumber(1, 64).default(2),
	/** Photos that may wait beyond those; the next one is told to come back. */
	MAX_QUEUED: wholeNumber(0, 1000).default(16),
	/** Photos that one address may send per minute; 0 for no limit. */
	RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000).default(60),
	/** Photos of one address that may be under way at a time. */
	MAX_PER_ADDRESS: wholeNumber(1, 1000).default(8),
	/** Seconds of work that one address may cause per minute; 0 for no limit. */
	WORK_SECONDS_PER_MINUTE: wholeNumber(0, 10_000).default(30),
	/** Seconds that a photo may wait and be worked on once it has arrived. */
	ANSWER_TIMEOUT_S: wholeNumber(1, 600).default(30),
	/** Megabytes of memory that the server may take; default what its container or the machine has. */
	MEMORY_MB: wholeNumber(256, 1_000_000).default(Math.floor(availableBytes() / 1e6)),
	/** Seconds for which a server that was told to stop still answers, while `/readyz` says so. */
	DRAIN_S: wholeNumber(0, 5).default(1),
	/** Whether anyone may see how the service is doing, at `/status`. */
	STATUS_PAGE: onOff.default(true),
	/** Port on which this machine can read metrics; 0 for none. */
	METRICS_PORT: wholeNumber(0, 65_535).default(0),
	/** Secret with which `/metrics` can be read on the page's port. */
	METRICS_TOKEN: z.string().min(16).optional(),
	...TRACE_SETTINGS,
	/** Sites whose pages may ask the API, separated by commas; * for all. */
	CORS_ORIGINS: z
		.string()
		.regex(
			/^(\*|https?:\/\/[^\s,/]+(\s*,\s*https?:\/\/[^\s,/]+)*)$/,
			"expected * or addresses as https://example.org",
		)
		.optional(),
	/** File of the keys without which nobody may use the API; see `celebrity-faces keys`. */
	API_KEYS_FILE: z.string().optional(),
	/** Whether keys with that right may change the gallery over the API. */
	ADMINISTRATION: onOff.default(false),
	/** File of who changed what over the API; default beside the gallery. */
	AUDIT_LOG: z.string().optional(),
	/** Proxies in front of the server whose X-Forwarded-For is believed. */
	TRUST_PROXY: wholeNumber(0, 10).default(0),
	/** The path of the host below which the site is, e.g. /faces. */
	BASE_PATH: z
		.string()
		.regex(/^(\/[\w.~-]+)*\/?$/, "expected a path like /faces")
		.transform((text) => text.replace(/\/$/, ""))
		.default(""),
	/** Where visitors find the site, e.g. https://faces.example.org; for previews of links. Default: what they asked for. */
	PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
	/** Whether the page may ask Wikipedia, from the visitor's browser, for pictures of the people it names. */
	WIKIPEDIA_PICTURES: onOff.default(true),
	...WIKIMEDIA_SETTINGS,
	/** Least important messages that are logged. */
	LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Config = Readonly<{
	port: number;
	host: string;
	galleryFile: string;
	/** The gallery's database, where it is in one: nothing is then at `galleryFile`. */
	database: DatabaseTarget | undefined;
	/** How the gallery comes to be if it isn't there yet, and what is served until then. */
	toFetch: Readonly<{ numPeople: number; meanwhile: string }> | undefined;
	engine: z.infer<typeof SETTINGS>["FACE_ENGINE"];
	embeddingModel: z.infer<typeof SETTINGS>["EMBEDDING_MODEL"];
	modelsFolder: string;
	numEngineWorkers: number;
	maxUploadBytes: number;
	maxPixels: number;
	maxFaces: number;
	numProcesses: number;
	maxActive: number;
	maxQueued: number;
	rateLimitPerMinute: number;
	maxPerAddress: number;
	maxWorkMsPerMinute: number;
	answerTimeoutMs: number;
	memoryBytes: number;
	drainMs: number;
	hasStatusPage: boolean;
	metricsPort: number;
	metricsToken: string | undefined;
	/** Where traces are sent; nowhere by default. */
	traces: TraceTarget | undefined;
	corsOrigins: readonly string[];
	apiKeysFile: string | undefined;
	hasAdministration: boolean;
	auditLogFile: string;
	numTrustedProxies: number;
	/** "" or e.g. "/faces". */
	basePath: string;
	publicUrl: string | undefined;
	wikipediaPictures: boolean;
	wikimedia: WikimediaServices;
	logLevel: z.infer<typeof SETTINGS>["LOG_LEVEL"];
}>;

/** Settings given by hand, e.g. as flags: they come before the environment's. */
export type SettingOverrides = Readonly<Partial<Record<keyof typeof SETTINGS.shape, string | undefined>>>;

/**
 * Reads the settings.
 * @param environment names and values; those of `SETTINGS` count, others are ignored
 * @throws AppError INVALID_ARGUMENT for a password in an override, INVALID_SETTING that names each wrong setting, what it may be and what it was
 */
export function readConfig(
	overrides: SettingOverrides = {},
	environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
	expectNoPassword(overrides.GALLERY ?? "");
	const isGiven = ([, value]: [string, string | undefined]) => value !== undefined && value !== "";
	const given = Object.fromEntries([
		...Object.entries(environment).filter(isGiven),
		...Object.entries(overrides).filter(isGiven),
	]);
	const parsed = SETTINGS.safeParse(given);
	if (!parsed.success) {
		const complaints = parsed.error.issues.map(({ path: [name], message }) => {
			return `${String(name)}="${withoutAddress(given[String(name)])}": ${message}`;
		});
		throw new AppError("INVALID_SETTING", `Wrong settings. ${complaints.join("; ")}.`, {
			hint: "The README lists all settings and what they may be.",
		});
	}
	const settings = parsed.data;
	if (settings.ADMINISTRATION && settings.API_KEYS_FILE === undefined) {
		throw new AppError(
			"INVALID_SETTING",
			"Expected API_KEYS_FILE where ADMINISTRATION is on but there is none.",
			{
				hint: "Make a key that may change the gallery, `celebrity-faces keys add NAME --admin`, and set API_KEYS_FILE to the file that it names.",
			},
		);
	}
	const isFetched = settings.GALLERY === WIKIDATA;
	const database = databaseTargetOf(settings);
	// where a database is the gallery, its address is no name of a file
	const galleryFile = isFetched
		? path.resolve(settings.GALLERIES_FOLDER, WIKIDATA)
		: path.resolve(database ? "database" : settings.GALLERY);
	return Object.freeze({
		port: settings.PORT,
		host: settings.HOST,
		galleryFile,
		database,
		toFetch: isFetched
			? Object.freeze({ numPeople: settings.WIKIDATA_PEOPLE, meanwhile: STARTER_GALLERY })
			: undefined,
		engine: settings.FACE_ENGINE,
		embeddingModel: settings.EMBEDDING_MODEL,
		modelsFolder: path.resolve(settings.MODELS_FOLDER),
		numEngineWorkers: settings.ENGINE_WORKERS,
		numProcesses: settings.PROCESSES,
		maxUploadBytes: settings.MAX_UPLOAD_MB * 1_000_000,
		maxPixels: settings.MAX_MEGAPIXELS * 1_000_000,
		maxFaces: settings.MAX_FACES,
		maxActive: settings.MAX_ACTIVE,
		maxQueued: settings.MAX_QUEUED,
		rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
		maxPerAddress: settings.MAX_PER_ADDRESS,
		maxWorkMsPerMinute: settings.WORK_SECONDS_PER_MINUTE * 1000,
		answerTimeoutMs: settings.ANSWER_TIMEOUT_S * 1000,
		memoryBytes: settings.MEMORY_MB * 1_000_000,
		drainMs: settings.DRAIN_S * 1000,
		hasStatusPage: settings.STATUS_PAGE,
		metricsPort: settings.METRICS_PORT,
		metricsToken: settings.METRICS_TOKEN,
		traces: traceTargetOf(settings, VERSION),
		corsOrigins: settings.CORS_ORIGINS?.split(",").map((origin) => origin.trim()) ?? [],
		apiKeysFile: settings.API_KEYS_FILE && path.resolve(settings.API_KEYS_FILE),
		hasAdministration: settings.ADMINISTRATION,
		auditLogFile: path.resolve(settings.AUDIT_LOG ?? `${galleryFile}.changes.jsonl`),
		numTrustedProxies: settings.TRUST_PROXY,
		basePath: settings.BASE_PATH,
		publicUrl: settings.PUBLIC_URL,
		wikipediaPictures: settings.WIKIPEDIA_PICTURES,
		wikimedia: wikimediaServicesOf(settings),
		logLevel: settings.LOG_LEVEL,
	});
}

/** Where `keys` finds the keys unless it is told; undefined where API_KEYS_FILE is not set. Nothing else is checked. */
export function apiKeysFile(
	environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
	return environment.API_KEYS_FILE || undefined;
}

/** The variables that a process of ours is started with. */
export function childEnvironment(): NodeJS.ProcessEnv {
	return process.env;
}

/** Whether npx or an npm script started this process: they have run it for as long as they run themselves. */
export function isRunByNpm(): boolean {
	return process.env.npm_command !== undefined;
}

/** What the control group grants, where it sets a limit, or else what the machine has. */
function availableBytes(): number {
	const constrained = process.constrainedMemory();
	return constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
}
