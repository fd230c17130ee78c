/**
 * Asks Wikimedia's services as they want to be asked: named, slowly, one after the other, stepping back when told to.
 * Whatever may go away by itself (429, 5xx, lagging databases, cut answers) is tried again, the rest is not.
 */
import type { z } from "zod";
import type { WikimediaServices } from "../../config/wikimedia-settings.ts";
import { AppError } from "../../errors.ts";
import { MAX_DOWNLOADS, MAX_LAG_SECONDS, MEDIA_BITS_PER_SECOND, userAgentOf } from "../services.ts";
import { Lane } from "./lane.ts";
import { BodyTooLarge, readBody } from "./read-body.ts";
import { parseRetryAfter } from "./retry-after.ts";

export interface ClientOptions {
	/** The program's version, for the User-Agent. */
	readonly version: string;
	/** Pause before the second attempt where the server names none; it doubles. Default 1000. */
	readonly retryDelayMs?: number;
	/** Default 5. */
	readonly maxAttempts?: number;
	/** Time for one answer. Default 90 000, as the query service itself takes up to 60. */
	readonly timeoutMs?: number;
	/** Largest photo. Default 12 000 000. */
	readonly maxPhotoBytes?: number;
	readonly signal?: AbortSignal | undefined;
}

/** What may go away by itself. */
class Passing extends Error {
	readonly waitMs: number | undefined;
	constructor(message: string, waitMs?: number, options?: ErrorOptions) {
		super(message, options);
		this.waitMs = waitMs;
	}
}

const MAX_ANSWER_BYTES = 64_000_000;
/** Longer addresses are sent as a form: servers cut them. */
const MAX_ADDRESS_CHARACTERS = 2000;
/** Whoever is to wait longer is better told to come back another time. */
const MAX_WAIT_MS = 15 * 60_000;
/** How often one request may be told to wait: stepping back is no failure, but it must end. */
const MAX_WAITS = 30;
/** So often a service is believed that its short waits are long enough; then ours double, up to a minute. */
const NUM_SHORT_WAITS = 5;
const LONGEST_OWN_WAIT_MS = 60_000;
/** So many photos in a row that never come whole are no matter of these photos any more. */
const MAX_UNSERVED = 3;
const MAX_REDIRECTS = 3;
const LATER = "Run the same command again later: it goes on where it was.";
const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"];
/** Errors of the APIs that come with HTTP status 200. */
const PASSING_API_ERRORS = /^(maxlag|ratelimited|readonly|internal_api_error.*)$/;

export class WikimediaClient {
	readonly #services: WikimediaServices;
	readonly #userAgent: string;
	readonly #options: Required<Omit<ClientOptions, "version" | "signal">>;
	readonly #signal: AbortSignal | undefined;
	/** The query service and the APIs share one, as they share the rate limit. */
	readonly #api: Lane;
	readonly #media: Lane;
	/** Photos in a row that never came whole. */
	#numUnserved = 0;

	/** @throws AppError INVALID_SETTING without a proper contact */
	constructor(services: WikimediaServices, { version, signal, ...options }: ClientOptions) {
		this.#services = services;
		this.#userAgent = userAgentOf(services.contact, version);
		this.#signal = signal;
		this.#options = {
			retryDelayMs: 1000,
			maxAttempts: 5,
			timeoutMs: 90_000,
			maxPhotoBytes: 12_000_000,
			...options,
		};
		this.#api = new Lane({ concurrency: 1, spacingMs: 60_000 / services.apiPerMinute, signal });
		this.#media = new Lane({ concurrency: MAX_DOWNLOADS, spacingMs: 1000 / services.mediaPerSecond, signal });
	}

	/**
	 * Runs a SPARQL query.
	 * @throws AppError QUERY_FAILED if the service gives up on it, e.g. as it takes too long; DOWNLOAD_FAILED if it is
	 * out of reach
	 */
	async sparql<T>(query: string, schema: z.ZodType<T>): Promise<T> {
		const url = new URL(this.#services.sparqlUrl);
		const parameters = { format: "json", query };
		// what is too much for it once is too much for it again: one more try is enough
		return this.#json(url, parameters, "application/sparql-results+json", schema, 2);
	}

	/** @throws AppError QUERY_FAILED if the service refuses what it is asked; DOWNLOAD_FAILED if it is out of reach */
	wikidata<T>(parameters: Readonly<Record<string, string>>, schema: z.ZodType<T>): Promise<T> {
		return this.#action(this.#services.wikidataApiUrl, parameters, schema);
	}

	/** @throws AppError as wikidata */
	commons<T>(parameters: Readonly<Record<string, string>>, schema: z.ZodType<T>): Promise<T> {
		return this.#action(this.#services.commonsApiUrl, parameters, schema);
	}

	/**
	 * Downloads a photo.
	 * @throws AppError FILE_REFUSED if this one can't be had, FILE_UNSERVED if not now; DOWNLOAD_FAILED if the service is
	 * out of reach
	 */
	async photo(address: string): Promise<Uint8Array> {
		try {
			const bytes = await this.#attemptPhoto(address);
			this.#numUnserved = 0;
			return bytes;
		} catch (error) {
			const isUnserved = error instanceof AppError && error.code === "FILE_UNSERVED";
			this.#numUnserved = isUnserved ? this.#numUnserved + 1 : 0;
			if (!isUnserved || this.#numUnserved < MAX_UNSERVED) throw error;
			const told = `${MAX_UNSERVED} photos in a row did not come. ${error.message}`;
			throw new AppError("DOWNLOAD_FAILED", told, { hint: LATER, cause: error });
		}
	}

	#attemptPhoto(address: string): Promise<Uint8Array> {
		const { maxAttempts, maxPhotoBytes } = this.#options;
		return this.#attempt(this.#media, address, maxAttempts, "FILE_UNSERVED", async () => {
			const response = await this.#follow(address);
			const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "none";
			if (!response.ok || !PHOTO_TYPES.includes(type)) {
				await response.body?.cancel();
				throw fileRefused(
					address,
					response.ok ? `a photo but received ${type}` : `200 but received ${response.status}`,
				);
			}
			const bytes = await readBody(response, maxPhotoBytes).catch((error: unknown) => {
				if (error instanceof BodyTooLarge) throw fileRefused(address, `a photo. ${error.message}`);
				throw error;
			});
			this.#media.charge((bytes.byteLength * 8 * 1000) / MEDIA_BITS_PER_SECOND);
			return bytes;
		});
	}

	#action<T>(
		address: string,
		parameters: Readonly<Record<string, string>>,
		schema: z.ZodType<T>,
	): Promise<T> {
		const all = { ...parameters, format: "json", formatversion: "2", maxlag: String(MAX_LAG_SECONDS) };
		return this.#json(new URL(address), all, "application/json", schema, this.#options.maxAttempts);
	}

	#json<T>(
		url: URL,
		parameters: Readonly<Record<string, string>>,
		accept: string,
		schema: z.ZodType<T>,
		maxAttempts: number,
	): Promise<T> {
		const form = new URLSearchParams(parameters);
		const isLong = url.href.length + form.toString().length > MAX_ADDRESS_CHARACTERS;
		const address = isLong ? url.href : `${url.href}?${form}`;
		const code = accept.includes("sparql") ? "QUERY_FAILED" : "DOWNLOAD_FAILED";
		return this.#attempt(this.#api, url.href, maxAttempts, code, async () => {
			const response = await this.#fetch(address, {
				headers: { accept },
				...(isLong && { method: "POST", body: form }),
			});
			const bytes = await readBody(response, MAX_ANSWER_BYTES).catch((error: unknown) => {
				if (error instanceof BodyTooLarge) throw new AppError(code, `${url.host}: ${error.message}`);
				throw error;
			});
			const text = new TextDecoder().decode(bytes);
			if (!response.ok) {
				const reason = text.slice(0, 300).trim();
				throw new AppError(code, `Expected 200 from ${url.host} but received ${response.status}: ${reason}`);
			}
			const body = parseJson(text);
			refuseApiError(body, response, url);
			const parsed = schema.safeParse(body);
			if (parsed.success) return parsed.data;
			throw new AppError("DOWNLOAD_FAILED", `Expected another kind of answer from ${url.host}.`, {
				cause: parsed.error,
				hint: "Its interface may have changed: look for a newer version of this program.",
			});
		});
	}

	/** Tries again what may go away by itself, and lets the whole lane wait for it. */
	async #attempt<T>(
		lane: Lane,
		address: string,
		maxAttempts: number,
		code: "DOWNLOAD_FAILED" | "QUERY_FAILED" | "FILE_UNSERVED",
		request: () => Promise<T>,
	): Promise<T> {
		const { retryDelayMs } = this.#options;
		let [numFailures, numWaits] = [0, 0];
		const tryOnce = async (): Promise<{ readonly value: T } | undefined> => {
			try {
				return { value: await request() };
			} catch (error) {
				this.#signal?.throwIfAborted();
				const isUnreachable = error instanceof TypeError || (error as Error).name === "TimeoutError";
				if (!(error instanceof Passing) && !isUnreachable) throw error;
				const waitMs = error instanceof Passing ? error.waitMs : undefined;
				if (waitMs === undefined) numFailures++;
				else numWaits++;
				if (numFailures >= maxAttempts || numWaits > MAX_WAITS || (waitMs ?? 0) > MAX_WAIT_MS) {
					throw new AppError(
						// smaller questions reach it no better
						isUnreachable && code === "QUERY_FAILED" ? "DOWNLOAD_FAILED" : code,
						`Expected an answer from ${address} but received none: ${(error as Error).message}.`,
						{ hint: LATER, cause: error },
					);
				}
				const doubled = (times: number) => retryDelayMs * 2 ** times;
				// before the place is handed on: whoever waits for it must not ask either
				lane.pause(
					waitMs === undefined
						? doubled(numFailures - 1)
						: Math.max(waitMs, Math.min(doubled(numWaits - NUM_SHORT_WAITS), LONGEST_OWN_WAIT_MS)),
				);
				return undefined;
			}
		};
		for (;;) {
			const answered = await lane.run(tryOnce);
			if (answered) return answered.value;
		}
	}

	/** Follows redirects, but only to hosts from which photos may come. */
	async #follow(address: string): Promise<Response> {
		let url = this.#mediaUrl(address);
		for (let numRedirects = 0; ; numRedirects++) {
			const response = await this.#fetch(url.href, {});
			const target = response.headers.get("location");
			if (response.status < 300 || response.status >= 400 || target === null) return response;
			await response.body?.cancel();
			if (numRedirects === MAX_REDIRECTS) throw fileRefused(address, "fewer redirects");
			if (!URL.canParse(target, url.href)) throw fileRefused(address, "an address to go on to");
			url = this.#mediaUrl(new URL(target, url).href);
		}
	}

	#mediaUrl(address: string): URL {
		const url = new URL(address);
		// plain HTTP only where the APIs are asked so too: a stand-in on this machine
		const { protocol } = new URL(this.#services.commonsApiUrl);
		if (url.protocol === protocol && this.#services.mediaHosts.includes(url.host)) return url;
		throw fileRefused(address, `one of the hosts ${this.#services.mediaHosts.join(", ")}`);
	}

	/** @throws Passing for statuses that say: not now */
	async #fetch(address: string, { headers, ...init }: RequestInit): Promise<Response> {
		const timeout = AbortSignal.timeout(this.#options.timeoutMs);
		const response = await fetch(address, {
			...init,
			redirect: "manual",
			headers: { ...headers, "user-agent": this.#userAgent },
			signal: this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout,
		});
		if (response.status !== 429 && response.status < 500) return response;
		await response.body?.cancel();
		throw new Passing(`status ${response.status}`, retryAfterOf(response));
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		// a query that takes too long may end in the midst of an answer that began well
		throw new Passing("the answer was cut short", undefined, { cause });
	}
}

/** The APIs say "no" with status 200. */
function refuseApiError(body: unknown, response: Response, url: URL): void {
	const { error } = body as { error?: { code?: unknown; info?: unknown } };
	if (error === undefined) return;
	const [code, info] = [String(error.code), String(error.info)];
	if (PASSING_API_ERRORS.test(code)) {
		throw new Passing(`${code}: ${info}`, retryAfterOf(response));
	}
	throw new AppError("QUERY_FAILED", `Expected an answer from ${url.host} but received ${code}: ${info}`);
}

function retryAfterOf(response: Response): number | undefined {
	return parseRetryAfter(response.headers.get("retry-after"), Date.now());
}

function fileRefused(address: string, expected: string): AppError {
	return new AppError("FILE_REFUSED", `Expected from ${address} ${expected}.`);
}
