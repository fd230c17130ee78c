/**
 * The gallery that is being served from a database. Changes are told by NOTIFY and looked for every few seconds, too:
 * poolers and replicas don't pass notifications on, and a connection may break unnoticed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { PeopleDirectory } from "../gallery/browse/people-directory.ts";
import type { LiveReadableGallery } from "../gallery/live-gallery.ts";
import { type Database, quoteName } from "./connection/database.ts";
import type { Readers } from "./connection/readers.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { readDatabaseGallery } from "./read-gallery.ts";
import { channelOf, readVersion, versionOf } from "./versions.ts";

export interface LiveDatabaseOptions {
	/** That of the running program. */
	readonly pipelineVersion: string;
	/** Told when the gallery has changed. */
	readonly onChange: (gallery: DatabaseGallery) => void;
	/** Told why a change was not taken, or that the database is gone; once until it is well again. */
	readonly onFailure: (error: unknown) => void;
	/** Told that the database answers again. */
	readonly onReturn?: () => void;
	/** Where faces are looked up and embeddings read. Default: the same. */
	readonly readers?: Readers;
	/** Whether the gallery's pictures can be shown. Default true. */
	readonly hasPictures?: boolean;
	/** How often the database is asked whether something changed. Default 5,000. */
	readonly intervalMs?: number;
}

/** How long, and how often, it is looked for a change that was made: where a replica is served, that hears of it later. */
const [CATCH_UP_MS, CATCH_UP_PAUSE_MS] = [10_000, 200];

export class LiveDatabaseGallery implements LiveReadableGallery {
	readonly #database: Database;
	readonly #options: LiveDatabaseOptions;
	#current: DatabaseGallery;
	#fileState: LiveReadableGallery["fileState"] = "served";
	#isReachable = true;
	#isClosed = false;
	/** The look that is under way, and whether another one is wanted after it. */
	#looking: Promise<void> | undefined;
	#isWantedAgain = false;
	#timer: NodeJS.Timeout | undefined;
	#stopListening: (() => Promise<void>) | undefined;

	private constructor(database: Database, first: DatabaseGallery, options: LiveDatabaseOptions) {
		this.#database = database;
		this.#options = options;
		this.#current = first;
		this.#schedule();
	}

	/** @throws AppError as readDatabaseGallery */
	static async open(database: Database, options: LiveDatabaseOptions): Promise<LiveDatabaseGallery> {
		const first = await readDatabaseGallery(database, options.pipelineVersion, options);
		await PeopleDirectory.prepare(first);
		const live = new LiveDatabaseGallery(database, first, options);
		await live.refresh();
		return live;
	}

	get current(): DatabaseGallery {
		return this.#current;
	}

	/** Whether what was asked last was answered; answers need it. */
	get isReachable(): boolean {
		return this.#isReachable;
	}

	get fileState(): LiveReadableGallery["fileState"] {
		return this.#fileState;
	}

	/** Looks now whether something has changed; once it has, `current` is that. Never throws. */
	refresh(): Promise<void> {
		if (this.#looking) {
			this.#isWantedAgain = true;
			return this.#looking;
		}
		this.#looking = this.#look().finally(() => {
			this.#looking = undefined;
		});
		return this.#looking;
	}

	/** @param version that a change made @throws AppError CHANGE_INTERRUPTED where it is not heard of in ten seconds */
	async catchUp(version = 0): Promise<void> {
		for (const untilMs = performance.now() + CATCH_UP_MS; ; await sleep(CATCH_UP_PAUSE_MS)) {
			await this.refresh();
			if (this.#current.parts.version >= version) return;
			if (performance.now() > untilMs) throw notHeardOf();
		}
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#timer);
		await this.#looking;
		await this.#stopListening?.();
		await Promise.all([this.#database.close(), this.#options.readers?.close()]);
	}

	async #look(): Promise<void> {
		do {
			this.#isWantedAgain = false;
			try {
				await this.#listen();
				const state = await this.#database.read(readVersion);
				if (state !== versionOf(this.#current.parts)) await this.#take();
				this.#noteWell();
			} catch (error) {
				this.#noteFailure(error);
				return;
			}
		} while (this.#isWantedAgain && !this.#isClosed);
	}

	async #take(): Promise<void> {
		const { pipelineVersion, onChange, ...options } = this.#options;
		const before = this.#current;
		const now = await readDatabaseGallery(this.#database, pipelineVersion, { ...options, before });
		// or whoever asks first would make everybody wait
		await PeopleDirectory.prepare(now);
		this.#current = now;
		onChange(now);
	}

	#noteWell(): void {
		if (!this.#isReachable) this.#options.onReturn?.();
		this.#isReachable = true;
		this.#fileState = "served";
	}

	#noteFailure(error: unknown): void {
		const isGone = error instanceof AppError && error.code === "DATABASE_UNAVAILABLE";
		const isNews = isGone ? this.#isReachable : this.#fileState === "served";
		if (isGone) this.#isReachable = false;
		else
			this.#fileState = error instanceof AppError && error.code === "FILE_NOT_FOUND" ? "missing" : "refused";
		if (isNews) this.#options.onFailure(error);
	}

	/** Does nothing where it listens already. */
	async #listen(): Promise<void> {
		if (this.#stopListening || this.#isClosed) return;
		const client = await this.#database.connectAlone();
		const forget = () => {
			// an end may be told of when another connection listens already
			if (this.#stopListening === end) this.#stopListening = undefined;
		};
		const end = async () => {
			forget();
			await client.end().catch(() => {});
		};
		client.on("notification", () => void this.refresh());
		// the next look connects again
		client.on("error", () => void end());
		client.on("end", forget);
		this.#stopListening = end;
		try {
			await client.query(`LISTEN ${quoteName(channelOf(this.#database.place.schema))}`);
		} catch (error) {
			// a server that only answers questions has no news to tell: it is asked every few seconds
			if ((error as { code?: unknown }).code === "25006" || (error as { code?: unknown }).code === "0A000")
				return;
			await end();
			throw error;
		}
	}

	#schedule(): void {
		if (this.#isClosed) return;
		const { intervalMs = 5000 } = this.#options;
		// servers that were started together don't ask together
		this.#timer = setTimeout(
			async () => {
				await this.refresh();
				this.#schedule();
			},
			intervalMs * (0.8 + 0.4 * Math.random()),
		);
		this.#timer.unref();
	}
}

function notHeardOf(): AppError {
	return new AppError(
		"CHANGE_INTERRUPTED",
		"The change was made, but the database that this server reads has not heard of it yet.",
		{ hint: "Look at the gallery in a while." },
	);
}
