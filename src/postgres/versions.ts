/** A gallery's version in a database: each change raises it, is noted, and is told to whoever listens. */
import { AppError } from "../errors.ts";
import { type Client, quoteName } from "./connection/database.ts";

/** State of a gallery as it was read. */
export interface Known {
	/** Another one for each push. */
	readonly generation: string;
	/** Rises with each change. */
	readonly version: number;
	/** When that change was made, as its audit has it: another history of the database made it at another time. */
	readonly versionMadeAt: string | null;
}

/** When a version was made, as the audit has it, to the microsecond; null where it has not. @param version SQL */
export const madeAt = (version: string) =>
	`(SELECT max(extract(epoch FROM at))::text FROM audit WHERE audit.version = ${version})`;

/** Generation, version and when that was made, to see whether something has changed. */
export async function readVersion(client: Client): Promise<string> {
	const { rows } = await client.query<{ state: string }>(
		`SELECT concat_ws(' ', generation, version, ${madeAt("gallery.version")}) AS state FROM gallery`,
	);
	return rows[0]?.state ?? "";
}

/** As readVersion has it of a gallery that was read. */
export function versionOf({ generation, version, versionMadeAt }: Known): string {
	return [generation, version, ...(versionMadeAt === null ? [] : [versionMadeAt])].join(" ");
}

/**
 * SQL for whether all that a gallery was read of is part of what is there, so that an id means whom it meant. It is not
 * after a push, where a backup took its place, or where a replica that had not heard of all changes took a lost primary's
 * place: versions are counted on from there, and mean others. Nor is it where a replica has not heard of them yet.
 * @param known default: any gallery will do
 * @param first number of the first of its values
 */
export function hasGrownFrom(known: Known | undefined, first: number): { sql: string; values: unknown[] } {
	if (!known) return { sql: "true", values: [] };
	const { generation, version, versionMadeAt } = known;
	return {
		sql: `coalesce((SELECT generation = $${first}::uuid AND version >= $${first + 1}::bigint
			AND ${madeAt(`$${first + 1}::bigint`)} IS NOT DISTINCT FROM $${first + 2}::text FROM gallery), false)`,
		values: [generation, version, versionMadeAt],
	};
}

/** Whether it is so. */
export async function isGrownFrom(client: Client, known: Known | undefined): Promise<boolean> {
	const { sql, values } = hasGrownFrom(known, 1);
	const { rows } = await client.query<{ is_grown: boolean }>(`SELECT ${sql} AS is_grown`, values);
	return rows[0]!.is_grown;
}

/** What is asked for is not there any more, or not yet. */
export function changedJustNow(): AppError {
	return new AppError("GALLERY_BUSY", "The gallery was changed just now.", {
		hint: "Try again in a few seconds.",
	});
}

/** On which a gallery's changes are told. */
export function channelOf(schema: string): string {
	return `${schema}_changed`;
}

/** The version that a change makes; others that want to change the gallery wait until it is made. */
export async function nextVersion(client: Client): Promise<number> {
	const { rows } = await client.query<{ version: string }>(
		"UPDATE gallery SET version = version + 1 RETURNING version",
	);
	return Number(rows[0]!.version);
}

/** Who changed what. @param details nothing that names whoever was removed */
export async function note(
	client: Client,
	operation: string,
	details: Readonly<Record<string, string | number>>,
): Promise<void> {
	await client.query("INSERT INTO audit (version, operation, details) SELECT version, $1, $2 FROM gallery", [
		operation,
		JSON.stringify(details),
	]);
}

/** Told once the transaction is done. */
export async function announce(client: Client, schema: string): Promise<void> {
	await client.query(`NOTIFY ${quoteName(channelOf(schema))}`);
}
