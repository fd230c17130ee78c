/** Brings a gallery's schema to the version that this program works with, or back: postgrator, over the SQL in migrations/. */
import { fileURLToPath } from "node:url";
import Postgrator from "postgrator";
import { AppError } from "../errors.ts";
import { type Client, type Database, quoteName } from "./connection/database.ts";

const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));
/** Those of a list that several machines embed together. */
export const BUILDING = `${FOLDER}/building`;
const VERSION_TABLE = "schema_version";

/** The newest migration's number: what this program reads and writes. */
export const SCHEMA_VERSION = 2;

/**
 * All of it, or nothing.
 * @param to number of the migration to arrive at; default the newest; 0 takes everything away
 * @param folder with the migrations; default those of a gallery
 * @returns numbers of the migrations that were run, in their order
 * @throws AppError as Database.change
 */
export function migrate(database: Database, to = SCHEMA_VERSION, folder = FOLDER): Promise<number[]> {
	const { schema } = database.place;
	return database.change(
		async (client) => {
			// two of these at once would both make the same tables
			await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`celebrity-faces ${schema}`]);
			// IF NOT EXISTS would ask what this session knew before it waited, and fail where another one has made it meanwhile
			const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
			if (!rowCount) await client.query(`CREATE SCHEMA ${quoteName(schema)}`);
			const { rows } = await client.query<{ name: string; is_word: boolean }>(
				`SELECT current_database() AS name,
					EXISTS (SELECT FROM pg_get_keywords() WHERE word = $1 AND catcode IN ('R', 'T')) AS is_word`,
				[schema],
			);
			// postgrator writes it without quotes
			if (rows[0]!.is_word) throw reserved(schema);
			const postgrator = new Postgrator({
				driver: "pg",
				migrationPattern: `${folder}/*.sql`,
				schemaTable: `${schema}.${VERSION_TABLE}`,
				database: rows[0]!.name.replaceAll("'", "''"),
				execQuery: (query) => client.query(query),
			});
			const run = await postgrator.migrate(String(to));
			return run.map(({ version }) => version);
		},
		{ timeoutMs: 0 },
	);
}

/** @throws AppError DATABASE_UNFIT if the tables are of another version than this program's */
export async function expectVersion(client: Client, schema: string): Promise<void> {
	const { rows } = await client.query<{ version: string }>(
		// named with its schema, or whoever may not look into that is told that nothing is there
		`SELECT max(version) AS version FROM ${quoteName(schema)}.${VERSION_TABLE}`,
	);
	const version = Number(rows[0]?.version ?? 0);
	if (version === SCHEMA_VERSION) return;
	throw new AppError(
		"DATABASE_UNFIT",
		`Expected tables of version ${SCHEMA_VERSION} in the database but found version ${version}.`,
		{
			hint:
				version < SCHEMA_VERSION
					? "Run `celebrity-faces gallery migrate`."
					: "Install the version of celebrity-faces that made them, or a newer one.",
		},
	);
}

function reserved(schema: string): AppError {
	return new AppError("INVALID_SETTING", `Expected a schema that is no word of SQL, as \`${schema}\` is.`, {
		hint: "Name another one with ?schema=NAME.",
	});
}
