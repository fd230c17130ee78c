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
	/** How often a request is sent again when the server is busy, after as long as it says. Default 2. */
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
		super(answer?.error.message ?? `Expected an answer of the API but received status ${response.status}.`);
		this.status = response.status;
		this.code = answer?.error.code ?? "NO_ANSWER_OF_OURS";
		this.hint = answer?.error.hint ?? null;
		this.requestId = response.headers.get("X-Request-Id");
		const retryAfter = response.headers.get("Retry-After");
		this.retryAfterS = retryAfter === null ? undefined : Number(retryAfter);
	}
}

/** Locked, too many requests, unavailable: all pass. */
const BUSY_STATUSES: ReadonlySet<number> = new Set([423, 429, 503]);

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
		return this.#send("match", files, { ...options, ...fuse }, call);
	}

	/** Where the faces of a photo are. @throws ApiError */
	detect(photo: PhotoFile, call?: CallOptions): Promise<DetectAnswer> {
		return this.#send("detect", [photo], {}, call);
	}

	/** The embeddings of the faces of a photo. @throws ApiError */
	embed(photo: PhotoFile, options: EmbedOptions = {}, call?: CallOptions): Promise<EmbedAnswer> {
		return this.#send("embed", [photo], options, call);
	}

	/** How alike all faces of one photo are to all of another, or to each other. @throws ApiError */
	compare(first: PhotoFile, second?: PhotoFile, call?: CallOptions): Promise<CompareAnswer> {
		return this.#send("compare", second === undefined ? [first] : [first, second], {}, call);
	}

	/** One page of the people of the gallery. @throws ApiError */
	people(query: PeopleQuery = {}, call?: CallOptions): Promise<PeopleAnswer> {
		return this.#ask("people", query, call);
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
		return this.#ask(pathOf(id), query, call);
	}

	/** Somebody by lot. @throws ApiError */
	random(query: RandomQuery = {}, call?: CallOptions): Promise<RandomAnswer> {
		return this.#ask("random", query, call);
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
		return this.#send("people", [photos].flat(), options, call);
	}

	/** Adds photos of somebody who is in the gallery. @throws ApiError */
	addPhotos(
		id: string,
		photos: PhotoFile | readonly PhotoFile[],
		options: AddPhotosOptions = {},
		call?: CallOptions,
	): Promise<AddAnswer> {
		return this.#send(`${pathOf(id)}/photos`, [photos].flat(), options, call);
	}

	/** Removes a photo. @param photo its id, as `person` says it @throws ApiError */
	removePhoto(id: string, photo: string, call?: CallOptions): Promise<RemoveAnswer> {
		return this.#fetch(`${pathOf(id)}/photos/${encodeURIComponent(photo)}`, { method: "DELETE" }, call);
	}

	/** Removes somebody with all photos. @throws ApiError */
	removePerson(id: string, call?: CallOptions): Promise<RemoveAnswer> {
		return this.#fetch(pathOf(id), { method: "DELETE" }, call);
	}

	/** Gives somebody another name or article. @throws ApiError */
	renamePerson(id: string, options: RenameOptions, call?: CallOptions): Promise<RenameAnswer> {
		const headers = { "Content-Type": "application/json" };
		return this.#fetch(pathOf(id), { method: "PATCH", headers, body: JSON.stringify(options) }, call);
	}

	/** What answers there. @throws ApiError */
	version(call?: CallOptions): Promise<VersionAnswer> {
		return this.#ask("version", {}, call);
	}

	#ask<Answer>(path: string, query: Query, call?: CallOptions): Promise<Answer> {
		const words = new URLSearchParams(wordsOf(query));
		return this.#fetch(`${path}${words.size > 0 ? `?${words}` : ""}`, { method: "GET" }, call);
	}

	#send<Answer>(
		path: string,
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

	async #fetch<Answer>(path: string, init: RequestInit, { signal }: CallOptions = {}): Promise<Answer> {
		const { url, apiKey, maxRetries = 2, fetch: ask = fetch } = this.#options;
		const address = new URL(`api/v1/${path}`, url.endsWith("/") ? url : `${url}/`);
		const headers = {
			...(init.headers as Record<string, string> | undefined),
			...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
		};
		for (let numTries = 1; ; numTries++) {
			const response = await ask(address, { ...init, headers, ...(signal && { signal }) });
			if (response.ok) return (await response.json()) as Answer;
			const error = new ApiError(response, await readError(response));
			const isBusy = BUSY_STATUSES.has(response.status);
			if (!isBusy || error.retryAfterS === undefined || numTries > maxRetries) throw error;
			await pause(error.retryAfterS * 1000, signal);
		}
	}
}

function pathOf(id: string): string {
	return `people/${encodeURIComponent(id)}`;
}

function wordsOf(query: Query): [string, string][] {
	return Object.entries(query).flatMap(([name, value]) =>
		value === undefined ? [] : [value].flat().map((word): [string, string] => [name, String(word)]),
	);
}

function blobOf(photo: Uint8Array | ArrayBuffer): Blob {
	return new Blob([photo as Uint8Array<ArrayBuffer>]);
}

/** Undefined for what is no answer of the API, e.g. a proxy's page. */
async function readError(response: Response): Promise<ErrorAnswer | undefined> {
	const text = await response.text();
	if (!response.headers.get("Content-Type")?.startsWith("application/json")) return undefined;
	const answer = JSON.parse(text) as Partial<ErrorAnswer>;
	return answer.error ? (answer as ErrorAnswer) : undefined;
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
