/** Where a gallery in a database is: postgres://user@host:port/database?schema=NAME. */
import { expectNoPassword, isDatabaseAddress, isOtherAddress } from "../../database-address.ts";
import { AppError } from "../../errors.ts";

/** Schema of a gallery whose address names none. */
const DEFAULT_SCHEMA = "celebrity_faces";
/** Letters as PostgreSQL keeps them without quotes; room is left in its 63 for what is added to the name. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;
/** PostgreSQL's own, and those that are made beside a gallery's and go again. */
const RESERVED = /^pg_|_(loading|building)$/;

/** A comma among the hosts, as libpq takes it, or in the parameter that names them. */
const SEVERAL_HOSTS = /^\w+:\/\/([^/?#]*@)?(?![^/?#]*@)[^/?#@]*,|[?&]host=[^&#]*(,|%2c)/i;

/** Of sslmode. */
const ALIASES: ReadonlySet<string> = new Set(["prefer", "require", "verify-ca"]);

export interface DatabasePlace {
	/** For the driver, with whatever password was given: never to be shown. */
	readonly connectionString: string;
	readonly schema: string;
	/** To show: host, port, database and schema, nothing of a user or a password. */
	readonly label: string;
}

/**
 * @param place as GALLERY has it; "schema" is ours, all other parameters, e.g. sslmode, are the driver's
 * @param defaultSchema of an address that names none
 * @throws AppError INVALID_SETTING, which does not repeat the address: it may hold a password
 */
export function parseDatabaseUrl(place: string, defaultSchema = DEFAULT_SCHEMA): DatabasePlace {
	if (SEVERAL_HOSTS.test(place))
		throw wrongAddress(
			"it names several hosts, and one is asked; name what stands before them, e.g. a pooler or an address that moves",
		);
	let url: URL;
	let database: string;
	try {
		url = new URL(place);
		database = decodeURIComponent(url.pathname.slice(1)) || "postgres";
		// the driver decodes them too
		for (const part of [url.username, url.password]) decodeURIComponent(part);
	} catch {
		// without its cause, which holds the address
		throw wrongAddress("it can't be read; a % in a password is written %25");
	}
	// what follows is then shown
	if (url.username === "" && place.includes("@"))
		throw wrongAddress("it can't be read; a /, ? or # in a password is written %2F, %3F or %23");
	const schema = url.searchParams.get("schema") ?? defaultSchema;
	if (!SCHEMA.test(schema))
		throw wrongAddress("its schema has other letters than a-z, 0-9 and _, or more than 48");
	if (RESERVED.test(schema))
		throw wrongAddress(
			"its schema begins with pg_ or ends in _loading or _building, as others that are made do",
		);
	url.searchParams.delete("schema");
	// the driver takes them for verify-full, and says at each start that it will not for ever
	if (ALIASES.has(url.searchParams.get("sslmode") ?? "") && !url.searchParams.has("uselibpqcompat"))
		url.searchParams.set("sslmode", "verify-full");
	const label = `${url.searchParams.get("host") || url.hostname || "localhost"}:${url.port || 5432}/${database}, schema ${schema}`;
	return { connectionString: url.href, schema, label };
}

/**
 * A database named in an argument, which every user of the machine can read in its list of processes.
 * @throws AppError INVALID_ARGUMENT for what is no database's address, or one with a password
 */
export function expectDatabaseUrl(place: string): void {
	if (!isDatabaseAddress(place)) {
		throw new AppError(
			"INVALID_ARGUMENT",
			`Expected a database's address, as postgres://user@host/database, but received ${isOtherAddress(place) ? "another one" : place}.`,
		);
	}
	expectNoPassword(place);
}

function wrongAddress(why: string): AppError {
	return new AppError(
		"INVALID_SETTING",
		`Expected an address as postgres://user@host:5432/database?schema=name but ${why}.`,
	);
}
