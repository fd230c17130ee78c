/** Whether whoever is to change a gallery over the API can: asked when a server starts, and not when somebody waits. */
import { AppError } from "../errors.ts";
import { type Client, Database, type DatabaseOptions } from "./connection/database.ts";
import { readVersion } from "./versions.ts";

/** What a change does to which table; docs/postgres.md has the GRANTs. Reading is everybody's who serves the gallery. */
const RIGHTS: readonly (readonly [table: string, ...rights: string[]])[] = [
	["gallery", "UPDATE"],
	["people", "INSERT", "UPDATE", "DELETE"],
	["photos", "INSERT", "UPDATE", "DELETE"],
	["embeddings", "INSERT", "UPDATE", "DELETE"],
	["calibration", "INSERT", "DELETE"],
	["removals", "INSERT"],
	["denied", "INSERT"],
	["audit", "INSERT"],
];

/**
 * @param address of the writer @param generation of the gallery that is served
 * @throws AppError INVALID_SETTING, which says what lacks; DATABASE_*, READ_ONLY, FILE_NOT_FOUND
 */
export async function expectWriter(
	address: string,
	generation: string,
	options: Pick<DatabaseOptions, "timeoutMs"> = {},
): Promise<void> {
	const database = Database.at(address, { maxConnections: 1, ...options });
	try {
		await database.read(async (client) => {
			if (!(await readVersion(client)).startsWith(`${generation} `))
				throw unfit("names the gallery that GALLERY names", "it names another one");
			const { rows } = await client.query<{ is_replica: boolean }>(
				"SELECT pg_is_in_recovery() AS is_replica",
			);
			if (rows[0]!.is_replica) throw unfit("names a server that can be changed", "it names a replica");
			const lacking = await lackingRights(client);
			if (lacking.length > 0)
				throw unfit("names a user who may change the gallery", `this one lacks ${lacking.join(", ")}`);
		});
	} finally {
		await database.close();
	}
}

/** @returns e.g. "DELETE on photos" */
async function lackingRights(client: Client): Promise<string[]> {
	const wanted = RIGHTS.flatMap(([table, ...rights]) => rights.map((right) => [table, right]));
	const { rows } = await client.query<{ table: string; right: string }>(
		`SELECT wanted ->> 0 AS table, wanted ->> 1 AS right FROM json_array_elements($1) AS wanted
		WHERE NOT has_table_privilege(wanted ->> 0, wanted ->> 1)`,
		[JSON.stringify(wanted)],
	);
	return rows.map(({ table, right }) => `${right} on ${table}`);
}

function unfit(wanted: string, found: string): AppError {
	return new AppError("INVALID_SETTING", `Expected a DATABASE_WRITER that ${wanted} but ${found}.`, {
		hint: "docs/postgres.md lists the rights that are needed.",
	});
}
