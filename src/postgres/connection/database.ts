/**
 * The way to a database: a pool of connections, each question in a transaction of its own with a deadline. Settings are
 * made with SET LOCAL, as poolers share sessions between clients and Citus hands only a transaction's to its workers.
 */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { explainFailure, hasCollided, isGone, isTwice, silent } from "./database-errors.ts";
import { type DatabasePlace, parseDatabaseUrl } from "./database-url.ts";

export interface DatabaseOptions {
	/** Most connections at a time. Default 10. */
	readonly maxConnections?: number;
	/** How long a question may take, and how long a connection is waited for. Default 10,000. */
	readonly timeoutMs?: number;
	/** How often a question is asked before its failure is told. Default 4. */
	readonly numTries?: number;
	/** Of an address that names none. Default celebrity_faces. */
	readonly defaultSchema?: string;
}

export type Client = pg.ClientBase;

interface TransactionOptions {
	readonly isReadOnly: boolean;
	/** Whether all that is asked sees the same state, whatever others change meanwhile. Default false. */
	readonly isSnapshot?: boolean;
	/** Default: that of the database; 0 for none, e.g. to make an index. */
	readonly timeoutMs?: number;
	/** Whether rows come all the time, however long that takes: then it is given up where none does. Default false. */
	readonly isStream?: boolean;
	/** Whether a change that was made may be made again, so that it is where the server was lost meanwhile. Default false. */
	readonly isRepeatable?: boolean;
	/** How long somebody else's lock is waited for. Default: as long as a question may take, and a change always. */
	readonly lockTimeoutMs?: number;
	/** Names and values. */
	readonly settings?: Readonly<Record<string, string | number>>;
}

/** The system's own two hours are longer than routers remember a connection on which nothing is said. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 60_000 } as const;
const NUM_TRIES = 4;
/** What a transaction may take, in deadlines of a statement: it has several. */
const PATIENCE = 3;
/** Between two tries, doubled with each. */
const PAUSE_MS = 100;

export class Database {
	readonly place: DatabasePlace;
	readonly timeoutMs: number;
	readonly #numTries: number;
	readonly #pool: pg.Pool;
	/** Where the extension's types and operators are, once it is known. */
	#extension: Promise<Extension> | undefined;

	private constructor(
		place: DatabasePlace,
		{ timeoutMs, numTries }: Required<Pick<DatabaseOptions, "timeoutMs" | "numTries">>,
		pool: pg.Pool,
	) {
		this.place = place;
		this.timeoutMs = timeoutMs;
		this.#numTries = numTries;
		this.#pool = pool;
	}

	/** Connects when it is first asked something. @throws AppError INVALID_SETTING */
	static at(
		address: string,
		{ maxConnections = 10, timeoutMs = 10_000, numTries = NUM_TRIES, defaultSchema }: DatabaseOptions = {},
	): Database {
		const place = parseDatabaseUrl(address, defaultSchema);
		const pool = new pg.Pool({
			connectionString: place.connectionString,
			max: maxConnections,
			connectionTimeoutMillis: timeoutMs,
			...KEEP_ALIVE,
			// a command ends when it has nothing more to ask
			allowExitOnIdle: true,
			application_name: "celebrity-faces",
		});
		// an idle connection that breaks is no failure of anything: the pool makes another
		pool.on("error", () => {});
		// one that breaks is told of by the query under way; an error that nobody listens to would end the process, also one
		// that comes in the same breath as the news that the connection is made
		pool.on("connect", (client) => client.on("error", () => {}));
		return new Database(place, { timeoutMs, numTries }, pool);
	}

	/** The same database, over the same connections, with another schema. */
	inSchema(schema: string): Database {
		const { timeoutMs } = this;
		return new Database({ ...this.place, schema }, { timeoutMs, numTries: this.#numTries }, this.#pool);
	}

	/**
	 * A connection of its own, outside the pool, e.g. to listen.
	 * @throws AppError as `read`
	 */
	async connectAlone(): Promise<pg.Client> {
		const client = new pg.Client({
			connectionString: this.place.connectionString,
			connectionTimeoutMillis: this.timeoutMs,
			...KEEP_ALIVE,
			query_timeout: this.timeoutMs,
			application_name: "celebrity-faces listens",
		});
		// as those of the pool; whoever listens has a listener of its own
		client.on("error", () => {});
		return client.connect().then(
			() => client,
			(error: unknown) => {
				throw explainFailure(error, this.place.label);
			},
		);
	}

	/**
	 * Asks something in a transaction that changes nothing; asked again where the server was lost meanwhile, or where a
	 * replica had to give way to what it was told to change.
	 * @throws AppError DATABASE_UNAVAILABLE, DATABASE_REFUSED, DATABASE_UNFIT, FILE_NOT_FOUND; whatever `use` throws
	 */
	read<T>(
		use: (client: Client) => Promise<T>,
		options: Omit<TransactionOptions, "isReadOnly"> = {},
	): Promise<T> {
		return this.#retry(
			(error) => isGone(error) || hasCollided(error),
			() => this.#transact(use, { ...options, isReadOnly: true }),
		);
	}

	/**
	 * Changes something, or nothing of it; made again where another change was faster. Not where the server was lost,
	 * unless that does no harm: it may have been made.
	 * @throws AppError as `read`; READ_ONLY
	 */
	change<T>(
		use: (client: Client) => Promise<T>,
		options: Omit<TransactionOptions, "isReadOnly"> = {},
	): Promise<T> {
		return this.#retry(
			(error) => hasCollided(error) || (options.isRepeatable === true && isGone(error)),
			() => this.#transact(use, { ...options, isReadOnly: false }),
		);
	}

	/** Makes the extension, where it is not there. @throws AppError DATABASE_REFUSED, DATABASE_UNFIT */
	async createExtension(): Promise<void> {
		const isThere = await this.extension().then(
			() => true,
			() => false,
		);
		if (isThere) return;
		const create = (client: Client) => client.query("CREATE EXTENSION IF NOT EXISTS vector");
		// PostgreSQL looks and makes in two steps: who makes it at the same moment as somebody else is told that it is twice
		await this.#retry(
			(error) => isGone(error) || isTwice(error),
			() => this.#withClient(create),
		);
	}

	/** @throws AppError DATABASE_UNFIT where there is no extension */
	extension(): Promise<Extension> {
		this.#extension ??= this.#retry(isGone, () => this.#withClient(readExtension));
		this.#extension.catch(() => {
			this.#extension = undefined;
		});
		return this.#extension;
	}

	close(): Promise<void> {
		return this.#pool.end();
	}

	async #transact<T>(use: (client: Client) => Promise<T>, options: TransactionOptions): Promise<T> {
		const opening = await this.#openingOf(options);
		return this.#withClient(async (client) => {
			await client.query(opening.join("; "));
			const result = await use(client);
			await client.query("COMMIT");
			return result;
		}, options);
	}

	/** The statements that begin a transaction. */
	async #openingOf({
		isReadOnly,
		isSnapshot = false,
		timeoutMs = this.timeoutMs,
		lockTimeoutMs = isReadOnly ? this.timeoutMs : 0,
		settings = {},
	}: TransactionOptions): Promise<string[]> {
		const { schema: extensionSchema } = await this.extension();
		return [
			`BEGIN${isSnapshot ? " ISOLATION LEVEL REPEATABLE READ" : ""}${isReadOnly ? " READ ONLY" : ""}`,
			`SET LOCAL search_path = ${quoteName(this.place.schema)}, ${quoteName(extensionSchema)}`,
			`SET LOCAL statement_timeout = ${timeoutMs}`,
			`SET LOCAL lock_timeout = ${lockTimeoutMs}`,
			...Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = '${value}'`),
		];
	}

	/** A connection on which something failed is not used again: what state it is in is anybody's guess. */
	async #withClient<T>(
		use: (client: Client) => Promise<T>,
		{ timeoutMs = this.timeoutMs, isStream = false }: Partial<TransactionOptions> = {},
	): Promise<T> {
		const client = await this.#pool.connect();
		let failure: Error | undefined;
		try {
			if (isStream) return await this.#whileHeard(use(client), client);
			return await this.#inTime(use(client), timeoutMs);
		} catch (error) {
			failure = error instanceof Error ? error : new Error(String(error));
			throw error;
		} finally {
			client.release(failure);
		}
	}

	/** A server ends by itself what takes too long; one that hangs, or whose machine is gone, says nothing at all. */
	#inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
		if (timeoutMs === 0) return work;
		let timer: NodeJS.Timeout | undefined;
		const deadline = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(silent(this.place.label)), PATIENCE * timeoutMs);
		});
		return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
	}

	/** As #inTime, counted from what was heard last. */
	#whileHeard<T>(work: Promise<T>, client: Client): Promise<T> {
		const { stream } = (client as Client & { readonly connection: { readonly stream: Socket } }).connection;
		let [timer, numBytes]: [NodeJS.Timeout | undefined, number] = [undefined, -1];
		const silence = new Promise<never>((_, reject) => {
			const look = () => {
				if (stream.bytesRead === numBytes) return reject(silent(this.place.label));
				numBytes = stream.bytesRead;
				timer = setTimeout(look, PATIENCE * this.timeoutMs);
			};
			look();
		});
		return Promise.race([work, silence]).finally(() => clearTimeout(timer));
	}

	async #retry<T>(isWorthIt: (error: unknown) => boolean, ask: () => Promise<T>): Promise<T> {
		for (let tries = 1; ; tries++) {
			try {
				return await ask();
			} catch (error) {
				if (tries === this.#numTries || !isWorthIt(error)) throw explainFailure(error, this.place.label);
				// each client at another moment, so that all of them don't come back at once
				await sleep(PAUSE_MS * 2 ** tries * (0.5 + Math.random()));
			}
		}
	}
}

export interface Extension {
	/** Where its types and operators are. */
	readonly schema: string;
	/** Of pgvector, e.g. [0, 8, 0]. */
	readonly version: readonly [major: number, minor: number, patch: number];
}

/** Whether pgvector is that new. */
export function isAtLeast({ version }: Extension, major: number, minor: number): boolean {
	return version[0] > major || (version[0] === major && version[1] >= minor);
}

/** A name as SQL wants it. */
export function quoteName(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

async function readExtension(client: Client): Promise<Extension> {
	const { rows } = await client.query<{ schema: string; version: string }>(
		`SELECT nspname AS schema, extversion AS version
		FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'`,
	);
	const [found] = rows;
	// as the server says it where something of the extension is asked for
	if (!found) throw Object.assign(new Error('type "vector" does not exist'), { code: "42704" });
	const [major = 0, minor = 0, patch = 0] = found.version.split(".").map(Number);
	return { schema: found.schema, version: [major, minor, patch] };
}
