/** A gallery's version in a database: each change raises it, is noted, and is told to whoever listens. */
import { type Client, quoteName } from "./connection/database.ts";

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
