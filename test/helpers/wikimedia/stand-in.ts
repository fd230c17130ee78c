/**
 * A stand-in on this machine for Wikidata's query service, the two APIs and the media hosts: it answers in their
 * shapes, insists on their rules, and fails in their ways when told to.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { toEntity, toFacts, toPage, type World } from "./world.ts";

export type Service = "sparql" | "wikidata" | "commons" | "media";
/** Ways to fail, all of which pass by themselves; "timeout" and "truncated" are the query service's. */
type Failure = "429" | "429-date" | "503" | "maxlag" | "ratelimited" | "timeout" | "truncated" | "hang-up";

export interface StandInOptions {
	/** Fails the n-th request to a service, from 0. */
	readonly failures?: (service: Service, n: number, query: string) => Failure | undefined;
	/** Before each answer of a service. */
	readonly delaysMs?: Partial<Readonly<Record<Service, number>>>;
}

export interface StandIn {
	readonly url: string;
	/** Settings that lead the program here. */
	readonly environment: Readonly<Record<string, string>>;
	readonly counts: Readonly<Record<Service, number>>;
	/** Photos that were sent to their last byte, by path. */
	readonly sent: ReadonlyMap<string, number>;
	/** What the real ones would have refused or blocked. */
	readonly offences: readonly string[];
	close(): Promise<void>;
}

const WIDTHS = [20, 40, 60, 120, 250, 330, 500, 960, 1280, 1920, 3840];
const USER_AGENT = /^celebrity-faces\/\S+ \((\S+@\S+|https?:\/\/\S+)\) node\/\S+$/;
const MOST_VALUES = 50;

export async function startStandIn(world: World, options: StandInOptions = {}): Promise<StandIn> {
	const counts: Record<Service, number> = { sparql: 0, wikidata: 0, commons: 0, media: 0 };
	const sent = new Map<string, number>();
	const offences: string[] = [];
	const active = { api: 0, media: 0 };

	const server = createServer(async (request, response) => {
		const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
		const form = new URLSearchParams(request.method === "POST" ? await readText(request) : url.search);
		const service = serviceOf(url.pathname);
		const n = counts[service]++;
		if (!USER_AGENT.test(request.headers["user-agent"] ?? "")) {
			offences.push(`user agent ${request.headers["user-agent"]}`);
			response.writeHead(403).end("Please set a user agent: https://w.wiki/4wJS");
			return;
		}
		const kind = service === "media" ? "media" : "api";
		active[kind]++;
		response.on("close", () => active[kind]--);
		if (active.media > 2) offences.push(`${active.media} downloads at a time`);
		if (active.api > 1) offences.push("parallel requests to the APIs");
		if (kind === "api" && service !== "sparql" && form.get("maxlag") === null) offences.push("no maxlag");

		const failure = options.failures?.(service, n, form.get("query") ?? url.pathname);
		if (failure && fail(failure, response)) return;
		await delay(options.delaysMs?.[service] ?? 0);
		if (service === "media") sendPhoto(url, response);
		else if (service === "sparql") sendSparql(form.get("query") ?? "", response, failure);
		else if (service === "wikidata") sendEntities(form, response);
		else sendFiles(form, response);
	});

	function sendPhoto(url: URL, response: ServerResponse): void {
		const [, place, ...rest] = url.pathname.split("/");
		if (place === "thumb" && !WIDTHS.includes(Number(rest[0]))) {
			offences.push(`width ${rest[0]}`);
			response.writeHead(400).end("Use thumbnail steps listed on https://w.wiki/GHai");
			return;
		}
		const title = `File:${decodeURIComponent(rest.at(-1) ?? "").replaceAll("_", " ")}`;
		const file = world.files.find((one) => one.title === title);
		if (!file || file.vice === "missing") {
			response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not Found</h1>");
			return;
		}
		const { mime = "image/jpeg", vice } = file;
		if (vice?.startsWith("redirect") && place !== "moved") {
			const host = vice === "redirect" ? url.origin : `http://localhost:${url.port}`;
			response.writeHead(302, { location: `${host}/moved/${rest.join("/")}` }).end();
			return;
		}
		if (vice === "oversized") {
			response.writeHead(200, { "content-type": mime, "content-length": 2_000_000_000 });
			response.write(file.bytes);
			return;
		}
		const bytes = vice === "other-bytes" ? file.bytes.subarray(0, -2) : file.bytes;
		const type = vice === "html" ? "text/html; charset=utf-8" : mime;
		response.writeHead(200, { "content-type": type, "content-length": bytes.length });
		response.end(bytes, () => sent.set(url.pathname, (sent.get(url.pathname) ?? 0) + 1));
	}

	function sendSparql(query: string, response: ServerResponse, failure: Failure | undefined): void {
		const band = /FILTER\(\?s >= (\d+) && \?s < (\d+)\)/.exec(query);
		const ids = /VALUES \?p \{ ([^}]*) \}/.exec(query)?.[1]?.split(" ");
		const chosen = ids
			? world.people.filter(({ id, redirectTo }) => ids.includes(`wd:${redirectTo ?? id}`))
			: world.people.filter(({ sitelinks }) => {
					return !band || (sitelinks >= Number(band[1]) && sitelinks < Number(band[2]));
				});
		const rows = ids
			? chosen.flatMap(toFacts)
			: [...chosen]
					.sort((a, b) => b.sitelinks - a.sitelinks || (a.id < b.id ? -1 : 1))
					.map(({ id, sitelinks }) => ({
						p: { type: "uri", value: `http://www.wikidata.org/entity/${id}` },
						links: { type: "literal", value: String(sitelinks) },
					}));
		const vars = ids ? ["p", "human", "image", "born", "died", "category", "links"] : ["p", "links"];
		const text = JSON.stringify({ head: { vars }, results: { bindings: rows } });
		response.writeHead(200, { "content-type": "application/sparql-results+json;charset=utf-8" });
		response.end(
			failure === "truncated"
				? `${text.slice(0, text.length / 2)}\njava.util.concurrent.TimeoutException\n\tat java.base/FutureTask`
				: text,
		);
	}

	function sendEntities(form: URLSearchParams, response: ServerResponse): void {
		const ids = (form.get("ids") ?? "").split("|");
		if (ids.length > MOST_VALUES) {
			tooMany(response);
			return;
		}
		const entities = ids.map((id) => {
			const person = world.people.find((one) => one.id === id);
			return [id, person ? toEntity(person) : { id, missing: "" }];
		});
		sendJson(response, { entities: Object.fromEntries(entities), success: 1 });
	}

	function sendFiles(form: URLSearchParams, response: ServerResponse): void {
		const width = Number(form.get("iiurlwidth"));
		if (!WIDTHS.includes(width)) offences.push(`width ${width}`);
		const category = form.get("gcmtitle")?.slice("Category:".length);
		const asked =
			category === undefined
				? (form.get("titles") ?? "").split("|")
				: (world.categories[category] ?? []).slice(0, Number(form.get("gcmlimit")));
		if (asked.length > MOST_VALUES) {
			tooMany(response);
			return;
		}
		if (/[#<>[\]|{}]/.test(category ?? "")) {
			sendJson(response, { error: { code: "invalidcategory", info: "The category name is not valid." } });
			return;
		}
		if (category !== undefined && asked.length === 0) {
			sendJson(response, { batchcomplete: true });
			return;
		}
		const titles = asked.map((title) => `File:${title.slice(5, 6).toUpperCase()}${title.slice(6)}`);
		// an answer that comes in two parts, as a long one does
		const isSecond = form.get("iicontinue") !== null;
		const half = titles.length > 2 ? Math.ceil(titles.length / 2) : titles.length;
		const pages = titles.map((title, i) => {
			const file = world.files.find((one) => one.title === title);
			const page = toPage(file, title, width, base) as { imageinfo?: unknown };
			return file && i < half === isSecond ? { ...page, imageinfo: undefined } : page;
		});
		const normalized = asked.flatMap((from, i) => (from === titles[i] ? [] : [{ from, to: titles[i] }]));
		sendJson(response, {
			...(half < titles.length && !isSecond && { continue: { iicontinue: "x", continue: "||" } }),
			query: { ...(normalized.length > 0 && { normalized }), pages },
		});
	}

	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const base = `http://127.0.0.1:${port}`;
	return {
		url: base,
		environment: {
			WIKIDATA_SPARQL_URL: `${base}/sparql`,
			WIKIDATA_API_URL: `${base}/wikidata/w/api.php`,
			COMMONS_API_URL: `${base}/commons/w/api.php`,
			COMMONS_MEDIA_HOSTS: `127.0.0.1:${port}`,
			WIKIMEDIA_CONTACT: "ann@example.org",
			WIKIMEDIA_REQUESTS_PER_MINUTE: "100000",
			WIKIMEDIA_PHOTOS_PER_SECOND: "1000",
		},
		counts,
		sent,
		offences,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function serviceOf(path: string): Service {
	if (path === "/sparql") return "sparql";
	if (path.startsWith("/wikidata/")) return "wikidata";
	return path.startsWith("/commons/") ? "commons" : "media";
}

/** @returns whether that was the whole answer */
function fail(failure: Failure, response: ServerResponse): boolean {
	const later = new Date(Date.now() + 1000).toUTCString();
	const error = (code: string) => ({ error: { code, info: "Waiting for db1: 6 seconds lagged." } });
	if (failure === "429") response.writeHead(429, { "retry-after": "0" }).end("Too many requests");
	else if (failure === "429-date") response.writeHead(429, { "retry-after": later }).end();
	else if (failure === "503") response.writeHead(503).end("upstream connect error");
	else if (failure === "maxlag")
		sendJson(response, error("maxlag"), { "retry-after": "1", "x-database-lag": "6" });
	else if (failure === "ratelimited") sendJson(response, error("ratelimited"), { "retry-after": "0" });
	else if (failure === "timeout") response.writeHead(500).end("java.util.concurrent.TimeoutException\n\tat…");
	else if (failure === "hang-up") response.destroy();
	else return false;
	return true;
}

function tooMany(response: ServerResponse): void {
	sendJson(response, { error: { code: "toomanyvalues", info: "Too many values supplied." } });
}

function sendJson(
	response: ServerResponse,
	body: object,
	headers: Readonly<Record<string, string>> = {},
): void {
	response.writeHead(200, { "content-type": "application/json; charset=utf-8", ...headers });
	response.end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
	let text = "";
	for await (const chunk of request) text += String(chunk);
	return text;
}
