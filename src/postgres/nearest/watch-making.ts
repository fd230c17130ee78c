/** An index of millions takes minutes: how far it is, and an end to it, are asked for on another connection. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Database } from "../connection/database.ts";

const PAUSE_MS = 1000;

export interface WatchOptions {
	/** Told of the table's blocks that are in the index; at the end of all of them. */
	readonly onProgress?: (done: number, total: number) => void;
	/** Ends it. */
	readonly signal?: AbortSignal;
}

/**
 * Makes an index by `make`, and tells how far PostgreSQL says that it is (its view pg_stat_progress_create_index).
 * @param client the connection on which it is made
 * @throws the signal's reason; whatever `make` throws
 */
export async function watchMaking(
	database: Database,
	client: Client,
	make: () => Promise<unknown>,
	{ onProgress, signal }: WatchOptions,
): Promise<void> {
	signal?.throwIfAborted();
	const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
	const { pid } = rows[0]!;
	const end = () => {
		// what can't be ended goes on until it is done, as before
		database.read((other) => other.query("SELECT pg_cancel_backend($1)", [pid])).catch(() => {});
	};
	signal?.addEventListener("abort", end, { once: true });
	const done = new AbortController();
	let numBlocks = 1;
	const tell = (numDone: number, total: number) => {
		numBlocks = total;
		onProgress?.(numDone, total);
	};
	if (onProgress) tellUntil(done.signal, database, pid, tell).catch(() => {});
	try {
		await make();
		onProgress?.(numBlocks, numBlocks);
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	} finally {
		signal?.removeEventListener("abort", end);
		done.abort();
	}
}

/** Ends, by an error, where it can't be asked for: progress is not worth a failure. */
async function tellUntil(
	done: AbortSignal,
	database: Database,
	pid: number,
	onProgress: (done: number, total: number) => void,
): Promise<void> {
	for (;;) {
		await sleep(PAUSE_MS, undefined, { signal: done });
		const { rows } = await database.read((client) =>
			client.query<{ done: string; total: string }>(
				`SELECT blocks_done AS done, blocks_total AS total FROM pg_stat_progress_create_index
				WHERE pid = $1 AND blocks_total > 0`,
				[pid],
			),
		);
		const [row] = rows;
		if (row && !done.aborted) onProgress(Number(row.done), Number(row.total));
	}
}
