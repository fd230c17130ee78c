/**
 * The schema beside a gallery's into which another one is pushed, until it takes that place. It is one for all who push
 * there: each step makes sure that what lies in it is still what was begun.
 */
import { AppError } from "../errors.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";
import { isTwice, wasLocked } from "./connection/database-errors.ts";
import { migrate } from "./migrate.ts";
import { isThere } from "./read-gallery.ts";

/** Whoever pushes holds what it works on for as long as it works: then it is not taken away from under it. */
const LOCK_TIMEOUT_MS = 2000;

/** Whether the gallery of that digest is being loaded, or was when that was interrupted. */
export function isLoading(loading: Database, digest: string): Promise<boolean> {
	return loading.read(
		async (client) => (await isThere(client, loading.place.schema)) && holdsLoad(client, digest),
	);
}

/** @throws AppError FILE_IN_USE where somebody else has begun to push another gallery there, or has put this one in place */
export async function expectOwnLoad(client: Client, digest: string): Promise<void> {
	const isOwn = await holdsLoad(client, digest).catch((error: unknown) => {
		// its tables went
		if ((error as { code?: unknown }).code === "42P01") return false;
		throw error;
	});
	if (!isOwn) throw someoneElsePushes();
}

/** What is locked by it stays until the transaction ends. */
async function holdsLoad(client: Client, digest: string): Promise<boolean> {
	const { rows } = await client.query<{ loading: string | null }>("SELECT loading FROM gallery");
	return rows[0]?.loading === digest;
}

/**
 * Makes its tables, in place of whatever was begun there.
 * @param fill puts in what comes first
 * @throws AppError FILE_IN_USE where somebody works on that at this moment
 */
export async function beginLoad(loading: Database, fill: (client: Client) => Promise<void>): Promise<void> {
	await forgetLoad(loading);
	await migrate(loading);
	await loading.change(fill, { timeoutMs: 0 }).catch((error: unknown) => {
		// two began at once
		throw isTwice(error) ? someoneElsePushes() : error;
	});
}

/** Takes away what was brought so far. @throws AppError as beginLoad */
export async function forgetLoad(loading: Database): Promise<void> {
	const drop = `DROP SCHEMA IF EXISTS ${quoteName(loading.place.schema)} CASCADE`;
	await loading
		.change((client) => client.query(drop), { lockTimeoutMs: LOCK_TIMEOUT_MS })
		.catch((error: unknown) => {
			throw wasLocked(error) ? someoneElsePushes() : error;
		});
}

export function someoneElsePushes(): AppError {
	return new AppError("FILE_IN_USE", "Somebody else pushes a gallery to the same place.", {
		hint: "Let them go on, or end them and run this again.",
	});
}
