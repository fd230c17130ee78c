/**
 * A client of the API for browsers, Node and other runtimes that have `fetch`. Its types are those of the schemas that
 * the server checks its own answers' shape by; nothing but `fetch` is loaded.
 */
import type {
	AddAnswer,
	AddPersonOptions,
	AddPhotosOptions,
	CompareAnswer,
	DetectAnswer,
	EmbedAnswer,
	EmbedOptions,
	ErrorAnswer,
	MatchAnswer,
	MatchOptions,
	PeopleAnswer,
	PeopleQuery,
	Person,
	PersonAnswer,
	PersonQuery,
	RandomAnswer,
	RandomQuery,
	RemoveAnswer,
	RenameAnswer,
	RenameOptions,
	VersionAnswer,
} from "../web/api/types.ts";

export type * from "../web/api/types.ts";

/** A photo's file. */
export type PhotoFile = Blob | Uint8Array | ArrayBuffer;

export interface ClientOptions {
	/** Where the server is, e.g. "https://faces.example.org" or "https://example.org/faces". */
	readonly url: string;
	/** Where the server asks for one. */
	readonly apiKey?: string;
	/**
	 * How often a request is sent again when the server is busy, after as long as it says, if that is not more than two
	 * minutes. Default 2.
	 */
	readonly maxRetries?: number;
	/** Default: the runtime's own. */
	readonly fetch?: typeof fetch;
}

export interface CallOptions {
	readonly signal?: AbortSignal;
}

/** What the server said of a failure. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	/** The status of HTTP. */
	readonly status: number;
	/** E.g. "NO_FACE_FOUND"; "NO_ANSWER_OF_OURS" where something else answered, e.g. a proxy. */
	readonly code: ErrorAnswer["error"]["code"] | "NO_ANSWER_OF_OURS";
	/** What to do about it. */
	readonly hint: string | null;
	/** By which the server's log knows the request. */
	readonly requestId: string | null;
	/** Seconds after which to try again, where the server said so. */
	readonly retryAfterS: number | undefined;

	constructor(response: Response, answer: ErrorAnswer | undefined) {
		super(
			answer?.error.message ??
				`Expected an answer of the API but received another, of status ${response.status}.`,
		);
		this.status = response.status;
		this.code = answer?.error.code ?? "NO_ANSWER_OF_OURS";
		this.hint = answer?.error.hint ?? null;
		this.requestId = response.headers.get("X-Request-Id");
		this.retryAfterS = secondsUntil(response.headers.get("Retry-After"));
	}
}

/** Locked, too many requests, unavailable: all pass. */
const BUSY_STATUSES: ReadonlySet<number> = new Set([423, 429, 503]);
/** Whoever is to wait for longer should decide that. */
const MAX_PAUSE_S = 120;

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export class FacesClient {
	readonly #options: ClientOptions;

	constructor(options: ClientOptions) {
		this.#options = options;
	}

	/**
	 * The people who look most like each face of a photo.
	 * @param photos several are answered as one: they show the same person
	 * @throws ApiError
	 */
	match(
		photos: PhotoFile | readonly PhotoFile[],
		options: MatchOptions = {},
		call?: CallOptions,
	): Promise<MatchAnswer> {
		const files = Array.isArray(photos) ? photos : [photos];
		const fuse = files.length > 1 ? { fuse: true } : {};
		return this.#send(["match"], files, { ...options, ...fuse }, call);
	}

	/** Where the faces of a photo are. @throws ApiError */
	detect(photo: PhotoFile, call?: CallOptions): Promise<DetectAnswer> {
		return this.#send(["detect"], [photo], {}, call);
	}

	/** The embeddings of the faces of a photo. @throws ApiError */
	embed(photo: PhotoFile, options: EmbedOptions = {}, call?: CallOptions): Promise<EmbedAnswer> {
		return this.#send(["embed"], [photo], options, call);
	}

	/** How alike all faces of one photo are to all of another, or to each other. @throws ApiError */
	compare(first: PhotoFile, second?: PhotoFile, call?: CallOptions): Promise<CompareAnswer> {
		return this.#send(["compare"], second === undefined ? [first] : [first, second], {}, call);
	}

	/** One page of the people of the gallery. @throws ApiError */
	people(query: PeopleQuery = {}, call?: CallOptions): Promise<PeopleAnswer> {
		return this.#ask(["people"], query, call);
	}

	/** All people that a question finds, page by page as they are asked for. @throws ApiError */
	async *allPeople(query: Omit<PeopleQuery, "cursor"> = {}, call?: CallOptions): AsyncGenerator<Person> {
		let cursor: string | null | undefined;
		while (cursor !== null) {
			const answer: PeopleAnswer = await this.people({ ...query, cursor }, call);
			yield* answer.people;
			cursor = answer.nextCursor;
		}
	}

	/** One person. @throws ApiError */
	person(id: string, query: PersonQuery = {}, call?: CallOptions): Promise<PersonAnswer> {
		return this.#ask(["people", id], query, call);
	}

	/** Somebody by lot. @throws ApiError */
	random(query: RandomQuery = {}, call?: CallOptions): Promise<RandomAnswer> {
		return this.#ask(["random"], query, call);
	}

	/**
	 * Adds somebody to the gallery; whoever is there already gets the photos.
	 * @throws ApiError, as all that change the gallery, where that is switched off or the key has not the right
	 */
	addPerson(
		photos: PhotoFile | readonly PhotoFile[],
		options: AddPersonOptions,
		call?: CallOptions,
	): Promise<AddAnswer> {
		return this.#send(["people"], [photos].flat(), options, call);
	}

	/** Adds photos of somebody who is in the gallery. @throws ApiError */
	addPhotos(
		id: string,
		photos: PhotoFile | readonly PhotoFile[],
		options: AddPhotosOptions = {},
		call?: CallOptions,
	): Promise<AddAnswer> {
		return this.#send(["people", id, "photos"], [photos].flat(), options, call);
	}

	/** Removes a photo. @param photo its id, as `person` says it @throws ApiError */
	removePhoto(id: string, photo: string, call?: CallOptions): Promise<RemoveAnswer> {
		return this.#fetch(["people", id, "photos", photo], { method: "DELETE" }, call);
	}

	/** Removes somebody with all photos. @throws ApiError */
	removePerson(id: string, call?: CallOptions): Promise<RemoveAnswer> {
		return this.#fetch(["people", id], { method: "DELETE" }, call);
	}

	/** Gives somebody another name or article. @throws ApiError */
	renamePerson(id: string, options: RenameOptions, call?: CallOptions): Promise<RenameAnswer> {
		const headers = { "Content-Type": "application/json" };
		return this.#fetch(["people", id], { method: "PATCH", headers, body: JSON.stringify(options) }, call);
	}

	/** What answers there. @throws ApiError */
	version(call?: CallOptions): Promise<VersionAnswer> {
		return this.#ask(["version"], {}, call);
	}

	#ask<Answer>(path: Path, query: Query, call?: CallOptions): Promise<Answer> {
		return this.#fetch(path, { method: "GET" }, call, new URLSearchParams(wordsOf(query)));
	}

	#send<Answer>(
		path: Path,
		photos: readonly PhotoFile[],
		options: Query,
		call?: CallOptions,
	): Promise<Answer> {
		const body = new FormData();
		for (const [name, word] of wordsOf(options)) body.append(name, word);
		// the name says nothing of the file's own
		for (const photo of photos) body.append("photo", photo instanceof Blob ? photo : blobOf(photo), "photo");
		return this.#fetch(path, { method: "POST", body }, call);
	}

	async #fetch<Answer>(
		path: Path,
		init: RequestInit,
		{ signal }: CallOptions = {},
		query?: URLSearchParams,
	): Promise<Answer> {
		const { url, apiKey, maxRetries = 2, fetch: ask = fetch } = this.#options;
		const address = new URL(`api/v1/${path.map(toSegment).join("/")}`, url.endsWith("/") ? url : `${url}/`);
		address.search = `${query ?? ""}`;
		const headers = {
			...(init.headers as Record<string, string> | undefined),
			...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
		};
		for (let numTries = 1; ; numTries++) {
			const response = await ask(address, { ...init, headers, ...(signal && { signal }) });
			const answer = await readJson(response);
			if (response.ok && answer !== undefined) return answer as Answer;
			const error = new ApiError(response, isErrorAnswer(answer) ? answer : undefined);
			if (numTries > maxRetries || !maySendAgain(error)) throw error;
			await pause((error.retryAfterS as number) * 1000, signal);
		}
	}
}

/** Below `api/v1`, e.g. ["people", "grace-kelly"]. */
type Path = readonly string[];

/** @throws RangeError for what would lead to another path: without it, removing the photo ".." would remove its person */
function toSegment(part: string): string {
	if (part !== "" && part !== "." && part !== "..") return encodeURIComponent(part);
	throw new RangeError(`Expected an id but received "${part}".`);
}

/** A change that was cut off may have been made, and its person's id may be somebody else's by now. */
function maySendAgain({ status, code, retryAfterS }: ApiError): boolean {
	if (!BUSY_STATUSES.has(status) || code === "CHANGE_INTERRUPTED") return false;
	return retryAfterS !== undefined && retryAfterS <= MAX_PAUSE_S;
}

/** From a header that has seconds, or, as a proxy may write it, a time. */
function secondsUntil(retryAfter: string | null): number | undefined {
	if (retryAfter === null) return undefined;
	const seconds = Number(retryAfter);
	const wait = Number.isNaN(seconds) ? (Date.parse(retryAfter) - Date.now()) / 1000 : seconds;
	return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function wordsOf(query: Query): [string, string][] {
	return Object.entries(query).flatMap(([name, value]) =>
		value === undefined ? [] : [value].flat().map((word): [string, string] => [name, String(word)]),
	);
}

function blobOf(photo: Uint8Array | ArrayBuffer): Blob {
	return new Blob([photo as Uint8Array<ArrayBuffer>]);
}

/** Undefined for what is no JSON, e.g. a proxy's page. */
async function readJson(response: Response): Promise<unknown> {
	const text = await response.text();
	if (!response.headers.get("Content-Type")?.startsWith("application/json")) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Others' programs have an `error` of their own kind. */
function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
	const { error } = Object(answer) as Partial<ErrorAnswer>;
	return typeof error?.code === "string" && typeof error.message === "string";
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		const giveUp = () => {
			clearTimeout(timer);
			reject(signal?.reason);
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener("abort", giveUp);
			resolve();
		}, ms);
		signal?.addEventListener("abort", giveUp, { once: true });
	});
}
