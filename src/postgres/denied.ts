/** Who must not come back into a gallery in a database: the list that a file has beside it. */
import type { DenyEntry } from "../gallery/people/deny-list.ts";
import type { Client } from "./connection/database.ts";

const COLUMNS = ["name", "wikipedia", "wikidata", "fingerprint", "photo", "reason"] as const;

export async function readDenied(client: Client): Promise<DenyEntry[]> {
	const { rows } = await client.query<Record<(typeof COLUMNS)[number], string | null>>(
		`SELECT ${COLUMNS.join(", ")} FROM denied`,
	);
	return rows.map(({ reason, ...row }) => ({
		...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
		reason: reason ?? "denied",
	}));
}

/** Adds entries that are not there yet. */
export async function writeDenied(client: Client, entries: readonly DenyEntry[]): Promise<void> {
	if (entries.length === 0) return;
	await client.query(
		`INSERT INTO denied (${COLUMNS.join(", ")})
		SELECT ${COLUMNS.join(", ")} FROM json_to_recordset($1)
			AS entry (name text, wikipedia text, wikidata text, fingerprint text, photo text, reason text)
		EXCEPT SELECT ${COLUMNS.join(", ")} FROM denied`,
		[JSON.stringify(entries)],
	);
}
