/** Where faces are looked up: at a replica while it answers, and at the gallery's own database where it does not. */
import { AppError, type ErrorCode } from "../../errors.ts";
import { Database, type DatabaseOptions } from "./database.ts";

/** A replica that failed is asked again after so long. */
const REST_MS = 5000;
/** What a replica says that has not heard yet of what was changed last. */
const BEHIND: ReadonlySet<ErrorCode> = new Set(["GALLERY_BUSY", "FILE_NOT_FOUND", "DATABASE_UNFIT"]);

export class Readers {
	readonly #database: Database;
	readonly #replica: Database | undefined;
	#restsUntilMs = Number.NEGATIVE_INFINITY;

	/** @param replica asked first; default none */
	constructor(database: Database, replica?: Database) {
		this.#database = database;
		this.#replica = replica;
	}

	/** @param replica address of one, if there is one @throws AppError INVALID_SETTING */
	static of(database: Database, replica: string | undefined, options: DatabaseOptions): Readers {
		// there is another place to ask: trying again and again would only make the visitor wait
		return new Readers(
			database,
			replica === undefined ? undefined : Database.at(replica, { ...options, numTries: 1 }),
		);
	}

	/** @throws what the gallery's own database says, where the replica is of no use */
	async ask<T>(ask: (database: Database) => Promise<T>): Promise<T> {
		if (!this.#replica || performance.now() < this.#restsUntilMs) return ask(this.#database);
		try {
			return await ask(this.#replica);
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			const isLost = error.code === "DATABASE_UNAVAILABLE" || error.code === "DATABASE_REFUSED";
			if (!isLost && !BEHIND.has(error.code)) throw error;
			if (isLost) this.#restsUntilMs = performance.now() + REST_MS;
			return ask(this.#database);
		}
	}

	/** Of the replica; whoever opened the database closes it. */
	async close(): Promise<void> {
		await this.#replica?.close();
	}
}
