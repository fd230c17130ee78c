/** Where faces are looked up: at a replica while it answers, and at the gallery's own database where it does not. */
import { AppError, type ErrorCode } from "../../errors.ts";
import { Database, type DatabaseOptions } from "./database.ts";

/** A replica that failed is asked again after so long; one that only has not heard of a change yet, sooner. */
const [REST_MS, BEHIND_REST_MS] = [5000, 200];
/** What a replica says that has not heard yet of what was changed last. */
const BEHIND: ReadonlySet<ErrorCode> = new Set(["GALLERY_BUSY", "FILE_NOT_FOUND", "DATABASE_UNFIT"]);
const LOST: ReadonlySet<ErrorCode> = new Set(["DATABASE_UNAVAILABLE", "DATABASE_REFUSED"]);
/** After so long it is no longer only behind. */
const LONG_BEHIND_MS = 60_000;

export interface ReadersOptions {
	/** Told why the replica is of no use, once until it is again. */
	readonly onFailure?: (error: AppError) => void;
	/** Told that the replica answers again. */
	readonly onReturn?: () => void;
}

export class Readers {
	readonly #database: Database;
	readonly #replica: Database | undefined;
	readonly #options: ReadersOptions;
	#restsUntilMs = Number.NEGATIVE_INFINITY;
	/** Since when the replica is of no use, and whether that was told. */
	#failsSinceMs: number | undefined;
	#isTold = false;
	/** Whether a replica that failed is being asked again. */
	#isTrying = false;

	/** @param replica asked first; default none */
	constructor(database: Database, replica?: Database, options: ReadersOptions = {}) {
		this.#database = database;
		this.#replica = replica;
		this.#options = options;
	}

	/** @param replica address of one, if there is one @throws AppError INVALID_SETTING */
	static of(
		database: Database,
		replica: string | undefined,
		options: DatabaseOptions & ReadersOptions,
	): Readers {
		if (replica === undefined) return new Readers(database);
		const { schema } = database.place;
		// there is another place to ask: trying again and again would only make the visitor wait
		const other = Database.at(replica, { ...options, numTries: 1, defaultSchema: schema });
		return new Readers(database, other, options);
	}

	/** @throws what the gallery's own database says, where the replica is of no use */
	async ask<T>(ask: (database: Database) => Promise<T>): Promise<T> {
		if (!this.#replica || this.#isTrying || performance.now() < this.#restsUntilMs)
			return ask(this.#database);
		// one asks whether it is well again, and nobody else waits for that
		this.#isTrying = this.#failsSinceMs !== undefined;
		try {
			const answer = await ask(this.#replica);
			this.#noteWell();
			return answer;
		} catch (error) {
			if (!(error instanceof AppError) || !(LOST.has(error.code) || BEHIND.has(error.code))) throw error;
			this.#noteFailure(error);
		} finally {
			this.#isTrying = false;
		}
		return ask(this.#database);
	}

	/** Of the replica; whoever opened the database closes it. */
	async close(): Promise<void> {
		await this.#replica?.close();
	}

	#noteWell(): void {
		if (this.#isTold) this.#options.onReturn?.();
		this.#isTold = false;
		this.#failsSinceMs = undefined;
	}

	#noteFailure(error: AppError): void {
		const isLost = LOST.has(error.code);
		const now = performance.now();
		this.#restsUntilMs = now + (isLost ? REST_MS : BEHIND_REST_MS);
		this.#failsSinceMs ??= now;
		if (this.#isTold || (!isLost && now - this.#failsSinceMs < LONG_BEHIND_MS)) return;
		this.#isTold = true;
		this.#options.onFailure?.(error);
	}
}
