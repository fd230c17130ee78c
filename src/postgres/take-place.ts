/** The last step of a push: the schema that was filled beside a gallery's takes its place, at once and as a whole. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { DenyEntry } from "../gallery/people/deny-list.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";
import { isUnavailable, wasLocked } from "./connection/database-errors.ts";
import { readDenied, writeDenied } from "./denied.ts";
import { expectOwnLoad } from "./load-place.ts";
import { isThere } from "./read-gallery.ts";
import { announce, note, readVersion } from "./versions.ts";

/** Of migrations/: what a gallery's schema holds. */
const VERSION_TABLE = "schema_version";
const TABLES = [
	...["audit", "denied", "calibration", "removals", "embeddings", "photos", "people", "gallery"],
	VERSION_TABLE,
];
const VIEW = "credits";

/** Whoever asks waits behind whoever waits to replace the gallery: so long, and then it is tried again. */
const LOCK_TIMEOUT_MS = 2000;
const PAUSE_MS = 1000;
/** A pull of a large gallery reads for minutes. */
const PATIENCE_MS = 1_800_000;

export interface TakePlaceOptions {
	/** Of what was loaded, so that nothing else takes the place. */
	readonly digest: string;
	/** Who must not come back, as far as is known: nobody of them is in the gallery. */
	readonly denied: readonly DenyEntry[];
	/** Whether somebody of the gallery is on a longer list. */
	readonly isKeptOut: (denied: readonly DenyEntry[]) => boolean;
	/** Told once, where it has to wait. */
	readonly onWait?: () => void;
	readonly signal?: AbortSignal;
}

/**
 * Whether a gallery's schema is the gallery's alone, and this user's: a push replaces all of it.
 * @throws AppError DATABASE_UNFIT, which names what else is in it; DATABASE_REFUSED where it is another user's
 */
export async function expectOwnSchema(database: Database): Promise<void> {
	const { schema, label } = database.place;
	const others = await database.read(async (client) => {
		const { rows: owners } = await client.query<{ name: string; is_own: boolean }>(
			`SELECT pg_get_userbyid(nspowner) AS name, pg_has_role(nspowner, 'USAGE') AS is_own
			FROM pg_namespace WHERE nspname = $1`,
			[schema],
		);
		if (owners[0]?.is_own === false) throw notOwner(label, owners[0].name);
		const { rows: found } = await client.query(
			"SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'pipeline_version'",
			[`${quoteName(schema)}.gallery`],
		);
		const own = found.length > 0 ? [...TABLES, VIEW] : [VERSION_TABLE];
		const { rows } = await client.query<{ name: string }>(
			`SELECT name FROM (
				SELECT relname AS name, relnamespace AS place FROM pg_class
					WHERE relkind = ANY('{r,p,v,m,S,f}') AND NOT relispartition AND relname <> ALL($2)
				UNION ALL SELECT proname || '()', pronamespace FROM pg_proc
				UNION ALL SELECT 'the extension ' || extname, extnamespace FROM pg_extension
			) AS other JOIN pg_namespace ON pg_namespace.oid = place WHERE nspname = $1 ORDER BY name LIMIT 3`,
			[schema, own],
		);
		return rows.map(({ name }) => name);
	});
	if (others.length === 0) return;
	throw new AppError(
		"DATABASE_UNFIT",
		`Expected a schema for the gallery alone at ${label}, but it also holds e.g. ${others.join(", ")}.`,
		{ hint: "Name another one with ?schema=NAME, which need not be there yet: a push replaces all of it." },
	);
}

/**
 * Whoever asks sees the gallery before, then this one. Rights, deny list and history of the gallery before go on.
 * @param loading where the gallery was brought @param database whose place it takes
 * @throws AppError DATABASE_*, also where others made something of the tables that are there; FILE_IN_USE where somebody
 * else pushed to the same place meanwhile; the signal's reason
 */
export async function takePlace(
	loading: Database,
	database: Database,
	{ onWait, signal, ...load }: TakePlaceOptions,
): Promise<void> {
	const state = await loading.read(async (client) => {
		await expectOwnLoad(client, load.digest);
		return readVersion(client);
	});
	const untilMs = performance.now() + PATIENCE_MS;
	for (let tries = 1; ; tries++) {
		signal?.throwIfAborted();
		try {
			await loading.change((client) => swap(client, loading, database, load), {
				...{ timeoutMs: 0, lockTimeoutMs: LOCK_TIMEOUT_MS },
			});
			return;
		} catch (error) {
			if (isUnavailable(error) && !wasLocked(error)) {
				if (await isInPlace(database, state)) return;
				throw error;
			}
			if (!wasLocked(error) || performance.now() > untilMs) throw error;
			if (tries === 1) onWait?.();
			await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
		}
	}
}

/** Whether it was done all the same, by a server that was lost before it could say so. */
async function isInPlace(database: Database, state: string): Promise<boolean> {
	const [generation] = state.split(" ");
	const now = await database.read(readVersion).catch(() => "");
	return now.split(" ")[0] === generation;
}

async function swap(
	client: Client,
	loading: Database,
	{ place: { schema } }: Database,
	{ digest, denied, isKeptOut }: Pick<TakePlaceOptions, "digest" | "denied" | "isKeptOut">,
): Promise<void> {
	await expectOwnLoad(client, digest);
	const [from, to] = [loading.place.schema, schema].map(quoteName) as [string, string];
	await writeDenied(client, denied);
	if (await isThere(client, schema)) {
		// whoever changes it is done, or finds the new one: what they added to its deny list is not lost
		await client.query(`LOCK TABLE ${to}.gallery IN ACCESS EXCLUSIVE MODE`);
		const { rowCount } = await client.query(
			`INSERT INTO denied SELECT * FROM ${to}.denied EXCEPT SELECT * FROM denied`,
		);
		if (rowCount && isKeptOut(await readDenied(client))) throw removedMeanwhile();
		await client.query(`INSERT INTO audit SELECT * FROM ${to}.audit`);
		await client.query(
			`UPDATE gallery SET version = coalesce((SELECT version FROM ${to}.gallery), 0) + 1, loading = NULL`,
		);
		await copyRights(client, schema, from);
	} else await client.query("UPDATE gallery SET version = 1, loading = NULL");
	await note(client, "push", {});
	const tables = TABLES.map((table) => `${to}.${table}`).join(", ");
	// without CASCADE, which would take along what others have made of them
	await client.query(
		`DROP VIEW IF EXISTS ${to}.${VIEW}; DROP TABLE IF EXISTS ${tables}; DROP SCHEMA IF EXISTS ${to}`,
	);
	await client.query(`ALTER SCHEMA ${from} RENAME TO ${to}`);
	await announce(client, schema);
}

function notOwner(label: string, owner: string): AppError {
	return new AppError(
		"DATABASE_REFUSED",
		`Expected to own the gallery at ${label} but ${owner} does, and a push replaces all of it.`,
		{ hint: "Push as that user, or as one who is a member of that role (GRANT … TO …)." },
	);
}

function removedMeanwhile(): AppError {
	return new AppError("GALLERY_BUSY", "Somebody was removed from the gallery in the database meanwhile.", {
		hint: "Nothing was changed. Push again: they are then left out.",
	});
}

/** Whoever may read or change the tables in one schema may do the same in another. */
async function copyRights(client: Client, schema: string, target: string): Promise<void> {
	const { rows } = await client.query<{ grantee: string; table: string; rights: string }>(
		`SELECT grantee, table_name AS table, string_agg(privilege_type, ', ') AS rights
		FROM information_schema.role_table_grants
		WHERE table_schema = $1 AND grantee <> current_user GROUP BY grantee, table_name`,
		[schema],
	);
	for (const { grantee, table, rights } of rows) {
		const role = grantee === "PUBLIC" ? "PUBLIC" : quoteName(grantee);
		await client.query(
			`GRANT USAGE ON SCHEMA ${target} TO ${role}; GRANT ${rights} ON ${target}.${quoteName(table)} TO ${role}`,
		);
	}
}
